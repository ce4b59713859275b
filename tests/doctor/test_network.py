"""What the doctor says of the way to Google, against hosts on this machine."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.doctor import network as looked
from gcli2api_tui.doctor.network import addresses, network
from gcli2api_tui.doctor.report import Finding, Level
from gcli2api_tui.upstream.reachability import Reached, reach


@contextmanager
def host(behind_s: float = 0.0) -> Iterator[str]:
    """One whose clock is behind."""

    class Answers(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(404)
            self.send_header("Date", formatdate(Clock().now() - behind_s, usegmt=True))
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def silent() -> Iterator[str]:
    """Takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def settings(url: str) -> Settings:
    return Settings(gemini_base_url=url, code_assist_endpoint=url, oauth_base_url=url, vertex_base_url=url)


def said(url: str, environ: dict[str, str] | None = None) -> dict[str, Finding]:
    return {one.said.key: one for one in network(settings(url), environ or {}, Clock())}


def test_any_answer_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with host() as url:
        found = said(url)
    assert found["doctor.answers"].level is Level.OK
    assert found["doctor.clock"].level is Level.OK


@pytest.mark.parametrize(("behind_s", "level"), [(100.0, Level.WARN), (-100.0, Level.WARN), (900.0, Level.BAD)])
def test_a_clock_that_is_off_is_told_by_the_hosts_date(behind_s: float, level: Level) -> None:
    with host(behind_s) as url:
        found = said(url)
    key = "doctor.clock_ahead" if behind_s > 0 else "doctor.clock_behind"
    assert found[key].level is level
    assert abs(int(found[key].said.values["s"]) - abs(behind_s)) <= 2  # type: ignore[call-overload]


def test_no_network_is_a_warning_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = said(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert found["doctor.refused"].level is Level.WARN
    assert not any(one.level is Level.BAD for one in found.values())


def test_who_says_nothing_is_not_waited_for() -> None:
    clock = Clock()
    with silent() as url:
        began = clock.monotonic()
        (told,) = reach((url,), clock, timeout_s=0.2)
    assert told.trouble == "silent"
    assert clock.monotonic() - began < 2.0


def test_several_with_one_trouble_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    reached = (Reached("a", "name", "unknown"), Reached("b", took_s=0.02), Reached("c", "name", "unknown"))
    monkeypatch.setattr(looked, "reach", lambda urls, clock: reached)
    lines = [one.said for one in network(Settings(), {}, Clock()) if one.said.key != "doctor.certificates"]
    assert lines == ["b answers in 20 ms", "Not found by name: a, c (unknown)."]


def test_a_certificate_of_a_stranger_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def strange(*more: object, **options: object) -> None:
        raise ConnectionError("wrapped") from ssl.SSLCertVerificationError("self-signed certificate in chain")

    monkeypatch.setattr("gcli2api_tui.upstream.reachability.httpx.head", strange)
    (told,) = reach(("https://company.example",), Clock())
    assert (told.trouble, told.why) == ("certificate", "('self-signed certificate in chain',)")


def test_a_variable_that_leads_nowhere_is_wrong(tmp_path: Path) -> None:
    with host() as url:
        found = said(url, {"SSL_CERT_FILE": str(tmp_path / "gone.pem")})
    assert found["doctor.no_certificates"].level is Level.BAD
    assert "SSL_CERT_FILE" in found["doctor.no_certificates"].said
    assert set(found) == {"doctor.no_certificates"}  # no host can be asked


def test_a_file_without_certificates_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "company.pem").write_text("not yet")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "company.pem"))
    with host() as url:
        found = said(url)
    assert found["start.no_certificates"].level is Level.BAD
    assert found["start.no_certificates"].way_out == "Unset SSL_CERT_FILE, or put the file there."


def test_whoever_signs_in_at_a_proxy_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://anna:secret@proxy.example:3128")
    monkeypatch.setattr(looked, "reach", lambda urls, clock: ())
    line = next(one.said for one in network(Settings(), {}, Clock()) if one.said.key == "doctor.proxy")
    assert "proxy.example:3128" in line and "secret" not in line and "anna" not in line


def test_each_address_is_asked_once() -> None:
    assert len(addresses(Settings())) == 4
    assert addresses(settings("http://127.0.0.1:1")) == ("http://127.0.0.1:1", "http://127.0.0.1:1/token")
