"""What keeps a container alive: a server that answers, one that hangs, one that is gone, and one without a run.json."""

import contextlib
import http.server
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest

from gcli2api_tui import health_check
from gcli2api_tui.control import run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.process import other_processes


class Answers(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def answering(status: int) -> Iterator[int]:
    kind = type("Kind", (Answers,), {"status": status})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def running(port: int) -> Running:
    return Running(os.getpid(), f"http://127.0.0.1:{port}", Secret("t"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GCLI2API_HOME", str(tmp_path))
    for name in ("PORT", "GCLI2API_PORT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_server_that_answers_is_alive(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(200) as port:
        run_file.write(home / "run.json", running(port))
        assert health_check.main() == 0
    assert capsys.readouterr().err == ""


def test_any_other_answer_is_none(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(503) as port:
        run_file.write(home / "run.json", running(port))
        assert health_check.main() == 1
    assert capsys.readouterr().err == f"http://127.0.0.1:{port}/healthz: 503\n"


def test_one_that_hangs_counts_as_dead(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_check, "WAIT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "timed out" in health_check.fault(running(silent.getsockname()[1]))


def test_without_a_run_file_the_port_of_the_settings_is_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes nothing is no reason to be killed."""
    with answering(200) as port:
        monkeypatch.setenv("PORT", str(port))
        assert health_check.main() == 0
    assert health_check.main() == 1


def test_the_run_file_of_the_container_before_is_not_believed(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(200) as port, monkeypatch.context() as before:
        before.setattr(other_processes, "namespace", lambda: "pid:[1]")
        run_file.write(home / "run.json", running(programs.free_port()))
        before.undo()
        monkeypatch.setenv("PORT", str(port))
        assert health_check.main() == 0


def test_a_setting_that_cannot_be_read_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "config.toml").write_text("port = 'x'\n")
    assert health_check.main() == 1
    assert "port (from config.toml) must be a number" in capsys.readouterr().err
