"""Asking a running server from another process: the answer, or a Problem in words; never the token."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gcli2api_tui.control import admin_client
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.events.secret import Secret


class Admin(BaseHTTPRequestHandler):
    """Answers what `planted` says (status, body) and keeps what was asked."""

    planted: tuple[int, bytes]
    asked: list[tuple[str, str, str | None, bytes]]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append((self.command, self.path, self.headers["Authorization"], body))
        status, content = self.planted
        if status == 0:
            self.wfile.write(content)
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def admin() -> Iterator[type[Admin]]:
    """A server of its own for each test."""
    handler = type("Planted", (Admin,), {"planted": (200, b"{}"), "asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    handler.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def running(admin) -> Running:
    return Running(1, f"http://127.0.0.1:{admin.port}", Secret("run-token"))


def test_get_brings_the_token_and_gives_the_json(admin, running) -> None:
    admin.planted = (200, b'{"at": 1}')
    assert admin_client.get(running, "/admin/api/snapshot") == {"at": 1}
    assert admin.asked == [("GET", "/admin/api/snapshot", "Bearer run-token", b"")]


def test_post_sends_json(admin, running) -> None:
    admin_client.post(running, "/admin/api/login", {"text": "ä"})
    method, path, _, body = admin.asked[0]
    assert (method, path, json.loads(body)) == ("POST", "/admin/api/login", {"text": "ä"})


def test_a_proxy_in_the_environment_is_not_asked(running, monkeypatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert admin_client.get(running, "/") == {}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "There is no such sign-in."}}', "There is no such sign-in."),
        (b"<html>", "Conflict"),
        (b"[1]", "Conflict"),
        (b'{"error": "short"}', "Conflict"),
    ],
)
def test_a_refusal_gives_the_servers_words_or_at_least_the_status(admin, running, body: bytes, words: str) -> None:
    admin.planted = (409, body)
    with pytest.raises(ClientFault) as caught:
        admin_client.get(running, "/x")
    assert caught.value.message == words
    assert caught.value.status == 409


@pytest.mark.parametrize("planted", [(200, b"no json"), (0, b"SSH-2.0-other\r\n"), (0, b"")])
def test_another_program_on_that_port_is_a_problem_with_a_way_out(admin, running, planted) -> None:
    admin.planted = planted
    with pytest.raises(Problem, match="does not answer") as caught:
        admin_client.get(running, "/x")
    assert caught.value.way_out
    assert "run-token" not in caught.value.sentence


def test_nobody_there(admin) -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = Running(1, f"http://127.0.0.1:{probe.getsockname()[1]}", Secret("run-token"))
        with pytest.raises(Problem, match="does not answer"):
            admin_client.get(gone, "/x")
