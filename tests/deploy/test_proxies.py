"""deploy/nginx.conf and deploy/Caddyfile in the real nginx and Caddy, before a real server: what streams arrives as it
comes, who leaves is heard of, and the address of a caller is its own, not what it says."""

import contextlib
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import certificates
import httpx
import programs
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="nginx and Caddy of Debian")]

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
NAME = "llm.example.org"
CALLER = "127.0.0.2"
"""Another address of this machine, to be told from the proxy's own."""

Write = Callable[[Path, str, int], list[str]]


def nginx(folder: Path, upstream: str, port: int) -> list[str]:
    """The site as it is shipped, in the least that nginx needs around it."""
    certificate, key = certificates.make(folder / "tls", NAME)
    site = changed(
        (DEPLOY / "nginx.conf").read_text(),
        ("server 127.0.0.1:7861;", f"server {upstream};"),
        ("listen 80;", f"listen 127.0.0.1:{programs.free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (f"/etc/letsencrypt/live/{NAME}/fullchain.pem", certificate),
        (f"/etc/letsencrypt/live/{NAME}/privkey.pem", key),
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; daemon off; error_log stderr; events {{}}\n"
        f"http {{ access_log off; {temporary} include {folder}/site.conf; }}\n"
    )
    words = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    said = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert said.returncode == 0 and "[warn]" not in said.stderr, said.stderr
    return words


def caddy(folder: Path, upstream: str, port: int) -> list[str]:
    certificate, key = certificates.make(folder / "tls", NAME)
    site = changed(
        (DEPLOY / "Caddyfile").read_text(),
        (f"{{$DOMAIN:{NAME}}} {{", f"https://{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}"),
        ("{$UPSTREAM:127.0.0.1:7861}", upstream),
    )
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + site)
    words = ["--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    for one in (["--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"], words):
        said = subprocess.run(["caddy", "validate", *one], capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stderr
    return ["caddy", "run", *words]


def changed(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


@pytest.fixture(
    params=[
        pytest.param(nginx, marks=pytest.mark.tool("nginx")),
        pytest.param(caddy, marks=pytest.mark.tool("caddy")),
    ],
    ids=["nginx", "caddy"],
)
def behind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["Behind"]:
    write: Write = request.param
    trusting = {"GCLI2API_TRUSTED_PROXIES": "127.0.0.1", "GCLI2API_ALLOWED_HOSTS": NAME}
    with (
        programs.simulator_within() as google,
        programs.server_with_key(tmp_path / "home", google, **trusting) as url,
        fronted(write(tmp_path, url.removeprefix("http://"), port := programs.free_port()), tmp_path, port) as client,
    ):
        yield Behind(google, url, client)


@contextlib.contextmanager
def fronted(words: list[str], folder: Path, port: int) -> Iterator[httpx.Client]:
    """The proxy in the background, and a client of it that knows its certificate and comes from CALLER."""
    trusted = ssl.create_default_context(cafile=str(folder / "tls" / "cert.pem"))
    transport = httpx.HTTPTransport(verify=trusted, local_address=CALLER)
    env = programs.environment(HOME=str(folder), XDG_DATA_HOME=str(folder), XDG_CONFIG_HOME=str(folder))
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            programs.until(lambda: listens(port, process), "the proxy")
            with httpx.Client(base_url=f"https://127.0.0.1:{port}", transport=transport, timeout=60) as client:
                client.headers.update({"Host": f"{NAME}:{port}", "Authorization": "Bearer pwd"})
                yield client
        finally:
            process.terminate()
            process.wait(20)


def listens(port: int, process: "subprocess.Popen[str]") -> bool:
    assert process.poll() is None, process.communicate()[0]
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Behind:
    """A server with a proxy in front of it."""

    def __init__(self, google: str, url: str, client: httpx.Client) -> None:
        self.google, self.url, self.client = google, url, client

    @contextlib.contextmanager
    def stream(self) -> Iterator[httpx.Response]:
        programs.fetch(f"{self.google}/sim/faults", {"kind": "slow_chunks", "delay_s": 0.2})
        question = {"role": "user", "content": "hi [sim:words=60]"}
        asked = {"model": "gemini-2.5-flash", "stream": True, "messages": [question]}
        headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example"}
        told = {"sni_hostname": NAME}
        with self.client.stream(
            "POST", "/v1/chat/completions", json=asked, headers=headers, extensions=told
        ) as response:
            assert response.status_code == 200
            yield response

    def exchange(self) -> dict[str, Any]:
        """The newest one, as the server sees it."""
        rows: list[dict[str, Any]] = programs.fetch(f"{self.url}/admin/api/snapshot", key="pwd")["exchanges"]
        return rows[0]


def test_a_stream_arrives_as_it_comes_from_the_callers_own_address(behind: Behind) -> None:
    with behind.stream() as response:
        pieces = response.iter_text()
        first = next(piece for piece in pieces if '"content":"' in piece.replace('": "', '":"'))
        now = behind.exchange()
        assert now["state"] == "streaming", "all of it had come before the first piece was passed on"
        assert now["peer"] == CALLER
        assert (first + "".join(pieces)).rstrip().endswith("data: [DONE]")


def test_who_leaves_is_heard_of(behind: Behind) -> None:
    """Else Google would go on, and the answer that nobody reads would count."""
    with behind.stream() as response:
        pieces = response.iter_text()
        next(pieces)
        assert behind.exchange()["state"] == "streaming"
    programs.until(lambda: behind.exchange()["state"] != "streaming", "the end of the request")
    assert behind.exchange()["status"] == 499
