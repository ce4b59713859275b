"""A server that speaks https, as a real process: our own commands know it, others are told, renewal cuts nothing."""

import contextlib
import gc
import json
import os
import ssl
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certificates
import programs
import pytest

from gcli2api_tui.control import run_file, server_certificate
from gcli2api_tui.control.remote_connection import AdminLine, NotTrusted
from gcli2api_tui.control.remote_sides import found

KEY = "AIza-sim-key-0002"
CLIENT = "a-client-key-of-our-own"
SIM_CLIENT = {"GCLI2API_OAUTH_CLIENT_ID": "sim-client.apps.googleusercontent.com",
              "GCLI2API_OAUTH_CLIENT_SECRET": "sim-client-secret"}  # fmt: skip


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """http.client leaves the socket of a handshake that failed to the collector: it goes here, not in a later test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@dataclass
class Secured:
    home: Path
    url: str

    def running(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return found

    def trusting(self, text: str) -> ssl.SSLContext:
        """As a client that was given the certificate's file: its name and dates count."""
        return ssl.create_default_context(cadata=text)

    def open(self, path: str, body: Any = None, key: str = CLIENT, text: str = "") -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
        request = urllib.request.Request(f"{self.url}{path}", data, headers)
        text = text or (self.home / "cert.pem").read_text()
        return urllib.request.urlopen(request, timeout=30, context=self.trusting(text))

    def command(self, *words: str) -> str:
        done = programs.command(*words, "--home", str(self.home))
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout + done.stderr


@contextlib.contextmanager
def serving(home: Path, google: str, **made: int) -> Iterator[Secured]:
    home.mkdir(exist_ok=True)
    certificates.make(home, **made)
    port = programs.free_port()
    variables = {
        "GCLI2API_TLS_CERT": "cert.pem",
        "GCLI2API_TLS_KEY": "key.pem",
        **SIM_CLIENT,
        **programs.towards(google),
    }
    words = ("serve", "--home", str(home), "--port", str(port), "--password", CLIENT)
    assert programs.command("creds", "add-key", "--no-check", "--home", str(home), KEY).returncode == 0
    with programs.running(*words, **variables) as process:
        programs.until(lambda: process.poll() is not None or (home / "run.json").exists(), "run.json")
        yield Secured(home, f"https://127.0.0.1:{port}")
        process.terminate()
        assert process.wait(15) == 0, process.stdout.read() if process.stdout else ""


CHAT = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hi"}]}


@pytest.mark.slow
def test_clients_and_our_own_commands_find_it_and_renewal_cuts_no_stream(tmp_path: Path, google: str) -> None:
    with serving(tmp_path / "home", google) as it:
        assert it.running()["url"] == it.url
        assert json.load(it.open("/v1/chat/completions", CHAT))["choices"]
        for words in (("status",), ("ask", "hi"), ("creds", "list"), ("models",), ("config", "set", "hold_s", "3")):
            assert it.command(*words)
        assert it.url in it.command("status")
        with pytest.raises(urllib.error.HTTPError) as plain:
            urllib.request.urlopen(it.url.replace("https", "http") + "/v1/models", timeout=10)
        with plain.value:
            assert plain.value.code == 400 and b"https://" in plain.value.read()
        # A stream that runs while the certificate is renewed.
        slow = {"kind": "slow_chunks", "delay_s": 0.02, "count": 1}
        programs.fetch(f"{google}/sim/faults", slow)
        message = {"role": "user", "content": "Go. [sim:words=120]"}
        before = it.running()["certificate"]
        stream = it.open("/v1/chat/completions", {**CHAT, "stream": True, "messages": [message]})
        first = stream.readline()
        new = certificates.make(tmp_path / "new")
        for path, name in zip(new, ("cert.pem", "key.pem"), strict=True):
            os.replace(path, it.home / name)
        programs.until(lambda: it.running()["certificate"] != before, "the new certificate in run.json")
        assert json.load(it.open("/v1/models"))["data"], "the new one is served"
        with pytest.raises(urllib.error.URLError):
            it.open("/v1/models", text=before)
        assert first.startswith(b"data:") and stream.read().rstrip().endswith(b"data: [DONE]")
        assert it.command("status") and it.command("ask", "hi")


@pytest.mark.slow
async def test_an_attached_panel_goes_on_after_a_renewal_and_from_elsewhere_it_is_told(
    tmp_path: Path, google: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcli2api_tui.control.remote_connection.KEPT_S", 0.0)
    with serving(tmp_path / "home", google) as it:
        known = run_file.read(it.home / "run.json")
        assert known is not None
        old = it.trusting(known.certificate)
        pin, where = server_certificate.trusting(known.certificate), it.home / "run.json"
        here = AdminLine(it.url, known.token, trusted=pin, found=lambda: found(where))
        far = AdminLine(it.url, known.token, trusted=old)
        assert await here.version() == await far.version() != ""
        new = certificates.make(tmp_path / "new")
        for path, name in zip(new, ("cert.pem", "key.pem"), strict=True):
            os.replace(path, it.home / name)
        programs.until(lambda: it.running()["certificate"] != known.certificate, "the new certificate in run.json")
        assert (await here.call("whole_snapshot")).server.url == it.url
        with pytest.raises(NotTrusted) as told:
            await far.call("whole_snapshot")
        assert "another one than before (SHA-256 " in told.value.message and "--cacert" in told.value.way_out
        await here.close()
        await far.close()


@pytest.mark.slow
def test_one_that_is_over_is_served_with_a_warning_and_known_by_our_own_commands(tmp_path: Path, google: str) -> None:
    with serving(tmp_path / "home", google, begins=-9, ends=-1) as it:
        with pytest.raises(urllib.error.URLError, match="expired"):
            it.open("/v1/models")
        snapshot = json.loads(it.command("status", "--json"))
        assert snapshot and any("is over" in row["text"] for row in _log(it))


def _log(it: Secured) -> list[dict[str, Any]]:
    trusted = ssl.create_default_context()
    trusted.check_hostname, trusted.verify_mode = False, ssl.CERT_NONE
    request = urllib.request.Request(
        f"{it.url}/admin/api/snapshot", headers={"authorization": f"Bearer {it.running()['token']}"}
    )
    log: list[dict[str, Any]] = json.load(urllib.request.urlopen(request, timeout=10, context=trusted))["log"]
    return log


@pytest.mark.slow
def test_google_sends_the_browser_back_to_a_port_that_speaks_http(tmp_path: Path, google: str) -> None:
    with serving(tmp_path / "home", google) as it:
        it.open("/admin/api/terms", {}, key=it.running()["token"]).close()
        begun = json.load(it.open("/admin/api/login/begin", {"project": "", "location": ""}, key=it.running()["token"]))
        assert begun["redirect_uri"].startswith("http://127.0.0.1:") and begun["redirect_uri"] not in it.url
        with urllib.request.urlopen(begun["url"], timeout=20) as page:  # the stand-in agrees at once and redirects
            assert page.url.startswith(begun["redirect_uri"]) and b"Signed in" in page.read()
        assert "@" in it.command("creds", "list")
        other = begun["redirect_uri"].replace("/auth/callback", "/admin/api/snapshot")
        with pytest.raises(urllib.error.HTTPError) as closed:
            urllib.request.urlopen(other, timeout=10)
        with closed.value:
            assert closed.value.code == 404, "nothing else is served there"


def test_what_cannot_be_used_is_said_before_a_start(tmp_path: Path) -> None:
    certificates.make(tmp_path)
    done = programs.command("serve", "--home", str(tmp_path), "--port", "0", GCLI2API_TLS_CERT="cert.pem")
    assert done.returncode != 0 and "tls_key is not" in done.stderr and "Traceback" not in done.stderr
