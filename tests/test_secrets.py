"""Nothing that a full run emits or keeps shows a key, a token, a password or a prompt."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import openai
import programs
import pytest

PASSWORD = "planted-password-7f3a"
PROMPT = "planted prompt about a purple elephant"
KEY = "AIza-sim-key-0002"
BAD_KEY = "AIza-planted-invalid-key"
EXPRESS = "AIza-planted-express-key"
REFRESH = "1//planted-refresh-token"
PRIVATE = "cGxhbnRlZC1wcml2YXRlLWtleQ=="


def test_planted_values_are_seen_nowhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    account = {
        "client_id": "sim-client.apps.googleusercontent.com",
        "client_secret": "planted-client-secret",
        "token": "ya29.planted-access-token",
        "refresh_token": REFRESH,
        "project_id": "some-project",
        "expiry": "2020-01-01T00:00:00Z",
    }
    (tmp_path / "account.json").write_text(json.dumps(account))
    pem = f"-----BEGIN PRIVATE KEY-----\n{PRIVATE}\n-----END PRIVATE KEY-----\n"
    robot = {"private_key": pem, "client_email": "robot@p.example", "project_id": "p"}
    (tmp_path / "robot.json").write_text(json.dumps(robot))
    client = {"installed": {"client_id": "own.apps", "client_secret": "planted-own-secret"}}
    (tmp_path / "client_secret_1.json").write_text(json.dumps(client))
    said = [
        programs.command("creds", "add-key", "--home", str(home), KEY),
        programs.command("creds", "add-key", "--home", str(home), BAD_KEY),
        programs.command("creds", "add-key", "--home", str(home), "--vertex", EXPRESS),
        *(
            programs.command("creds", "import", "--home", str(home), str(tmp_path / name))
            for name in ("account.json", "robot.json", "client_secret_1.json")
        ),
        programs.command("creds", "list", "--json", "--home", str(home)),
    ]
    port = programs.free_port()
    words = ("serve", "--home", str(home), "--port", str(port), "--password", PASSWORD)
    with (
        programs.simulator() as google,
        programs.running(*words, **programs.towards(google), GCLI2API_ATTEMPTS="9") as process,
    ):
        url = f"http://127.0.0.1:{port}"
        programs.until(lambda: programs.answers(f"{url}/healthz", process), "the server")
        good = openai.OpenAI(base_url=f"{url}/v1", api_key=PASSWORD, max_retries=0)
        for _ in range(8):
            good.chat.completions.create(model="gemini-3.5-flash", messages=[{"role": "user", "content": PROMPT}])
        with pytest.raises(openai.AuthenticationError):
            good.with_options(api_key="planted-wrong-key").models.list()
        with pytest.raises(openai.BadRequestError):
            good.chat.completions.create(model="gemini-3.5-flash", messages=[{"role": "planted", "content": PROMPT}])
        good.close()
        said.append(programs.command("status", "--json", "--home", str(home)))
        said.append(programs.command("status", "--home", str(home)))
        process.terminate()
        output = process.stdout.read() if process.stdout else ""
        process.wait(20)
    everything = output + "".join(done.stdout + done.stderr for done in said)
    kept = [file for file in home.rglob("*") if file.is_file() and file.parent.name not in ("credentials", "client")]
    assert any(file.name == "state.db" for file in kept)
    everything += "".join(file.read_bytes().decode("latin-1") for file in kept)
    assert "needs login" in everything, "the run did not come far enough to prove anything"
    assert "private key of this service account" in everything, "nor far enough to use that one"
    tokens = (REFRESH, "planted-access", "planted-client-secret", "planted-own-secret", "planted-wrong-key")
    for planted in (PASSWORD, PROMPT, "elephant", KEY, BAD_KEY, EXPRESS, PRIVATE, *tokens):
        assert planted not in everything


PANEL, METRICS = "planted-panel-key-91c2", "planted-metrics-key-5d0e"
WRONG = ("planted-wrong-panel", "planted-code-of-google", "planted-session-of-nobody", "planted-in-an-address")
PAGES = ("/auth", "/auth/sign-in", "/auth/add", "/auth/keys", "/auth/log", "/auth/usage", "/auth/google", "/a/planted")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def asked(url: str, path: str, body: Any = None, **headers: str) -> tuple[str, str]:
    """All that comes back but the cookie; and the cookie, which is for whoever signed in."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}{path}", data, {"content-type": "application/json", **headers})
    try:
        answer = urllib.request.build_opener(Stay).open(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        cookie = (answer.headers.get("set-cookie") or "").partition(";")[0]
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name.lower() != "set-cookie")
        return f"{path.partition('?')[0]} {answer.status}\n{head}\n{answer.read().decode('utf-8', 'replace')}", cookie


def test_no_door_gives_a_key_a_token_or_a_session_away(tmp_path: Path) -> None:
    """Pages, metrics, all that the administration reads, refusals of everything, and faults of Google's."""
    home, port = tmp_path / "home", programs.free_port()
    programs.command("creds", "add-key", "--home", str(home), KEY)
    keys = {"API_PASSWORD": PASSWORD, "PANEL_PASSWORD": PANEL, "GCLI2API_METRICS_KEY": METRICS}
    words = ("serve", "--home", str(home), "--port", str(port))
    said: list[str] = []
    with programs.simulator() as google, programs.running(*words, **programs.towards(google), **keys) as process:
        url = f"http://127.0.0.1:{port}"
        programs.until(lambda: programs.answers(f"{url}/healthz", process), "the server")
        token = json.loads((home / "run.json").read_text())["token"]
        panel, client = {"authorization": f"Bearer {PANEL}"}, {"authorization": f"Bearer {PASSWORD}"}
        for kind in ("reset", "truncate", "garbage", "html", "http_500", "rate_limit"):
            asked(google, "/sim/faults", {"kind": kind, "count": 1})
            chat = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": PROMPT}]}
            said.append(asked(url, "/v1/messages", {**chat, "max_tokens": 9}, **client)[0].partition("\n\n")[0])
        form = {"content-type": "application/x-www-form-urlencoded"}
        page, cookie = asked(url, "/auth/sign-in", f"key={PANEL}".encode(), **form)
        session = cookie.partition("=")[2]
        assert len(session) > 20, "the sign-in did not come far enough to prove anything"
        described = json.loads(asked(url, "/admin/api/openapi.json", **panel)[0].split("\n\n")[-1].split("\n", 99)[-1])
        reads = [path for path, verbs in described["paths"].items() if "get" in verbs and "{" not in path]
        assert len(reads) > 5 and all(path.startswith("/admin") for path in reads)
        reads = [path for path in reads if "changes" not in path]  # a stream without end
        said += [asked(url, path, **panel)[0] for path in reads]
        said += [asked(url, path, cookie=cookie)[0] for path in PAGES]
        said += [page, asked(url, "/metrics", authorization=f"Bearer {METRICS}")[0], asked(url, "/readyz")[0]]
        code, nobody, address = WRONG[1:]
        said += [
            asked(url, "/auth/sign-in", f"key={WRONG[0]}".encode(), **form)[0],
            asked(url, f"/auth/callback?code={code}&state={code}")[0],
            asked(url, "/auth", cookie=f"{cookie.partition('=')[0]}={nobody}")[0],
            asked(url, f"/admin/api/snapshot?key={address}")[0],
            *(asked(url, path, authorization=f"Bearer {WRONG[0]}")[0] for path in (*reads, "/metrics", "/v1/models")),
        ]
        for command in (("status",), ("status", "--json"), ("doctor",), ("models",), ("config", "show"), ("usage",)):
            done = programs.command(*command, "--home", str(home), **keys)
            said.append(done.stdout + done.stderr)
        process.terminate()
        said.append(process.stdout.read() if process.stdout else "")
        process.wait(20)
    kept = [path for path in home.rglob("*") if path.is_file() and path.parent.name != "credentials"]
    everything = "\n".join([*said, *(path.read_bytes().decode("latin-1") for path in kept)])
    assert "The key is wrong" in everything, "the refusals did not come far enough to prove anything"
    for planted in (PASSWORD, PANEL, METRICS, token, session, KEY, "elephant", *WRONG):
        place = everything.find(planted)
        assert place < 0, f"{planted} in …{everything[max(0, place - 300) : place]}"
