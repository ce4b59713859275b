"""S11: Google's headers passed on as they are: cookies, a coding that is no longer true, Date and Server twice."""

import gzip
import http.client
from pathlib import Path
from urllib.parse import urlsplit

import programs
import pytest
from finding_server import CHAT, GOOGLE_KEY
from listening_place import Place, listening

SAID = b'{"error": {"code": 400, "message": "no such thing", "status": "INVALID_ARGUMENT"}}'
HEADERS = [
    ("Set-Cookie", "sid=planted"), ("Content-Encoding", "gzip"), ("Server", "planted-server"), ("X-Planted", "trace"),
    ("Content-Type", "application/json"), ("Alt-Svc", "h3"), ("Access-Control-Allow-Origin", "*"),
]  # fmt: skip


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_sees_our_headers_and_no_others(tmp_path: Path, stream: bool) -> None:
    home = tmp_path / "home"
    assert programs.command("creds", "add-key", "--no-check", "--home", str(home), GOOGLE_KEY).returncode == 0
    answers = Place(answer=gzip.compress(SAID), status=400, headers=HEADERS)
    with listening(answers) as google, programs.server(home, google.url) as url:
        place = urlsplit(url)
        client = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
        body = programs.json.dumps({**CHAT, "stream": stream}).encode()
        client.request("POST", "/v1/chat/completions", body, {"authorization": "Bearer pwd"})
        answer = client.getresponse()
        said, headers = answer.read(), answer.getheaders()
        client.close()
    assert google.asked and answer.status == 400 and b"no such thing" in said
    names = [name.lower() for name, _ in headers]
    assert len(names) == len(set(names)), "each once"
    assert not {"set-cookie", "content-encoding", "alt-svc", "x-planted", "access-control-allow-origin"} & set(names)
    assert "planted" not in str(headers)
