"""What the doctor says of the server: of one that runs, of a port that is free, and of who else has it."""

import json
import os
import socket
from pathlib import Path
from typing import Any

import programs
import pytest

from gcli2api_tui import __version__, paths
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.doctor import server as looked
from gcli2api_tui.doctor.home import Home
from gcli2api_tui.doctor.report import Finding, Level
from gcli2api_tui.doctor.server import server
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.lifecycle.running_server import Found, State

KEY = "AIza-sim-key-0002"
RUNNING = Running(1, "http://127.0.0.1:1", Secret("run-token"))


def home(tmp_path: Path, port: int = 0) -> Home:
    return Home(paths.find(str(tmp_path), {}), Settings(port=port))


def test_a_free_port_stays_free(tmp_path: Path) -> None:
    port = programs.free_port()
    (found,) = server(home(tmp_path, port), Found("nobody"))
    assert (found.level, found.said.key) == (Level.OK, "doctor.port_free")
    socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells who has a port")
def test_who_has_the_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (found,) = server(home(tmp_path, taken.getsockname()[1]), Found("nobody"))
    assert found.level is Level.BAD
    assert f"({os.getpid()})" in found.said


@pytest.mark.parametrize(("state", "level"), [("hangs", Level.BAD), ("unheard", Level.BAD), ("busy", Level.WARN)])
def test_a_server_that_cannot_be_asked_is_told_apart(tmp_path: Path, state: State, level: Level) -> None:
    (found,) = server(home(tmp_path), Found(state, RUNNING))
    assert (found.level, found.said.key) == (level, f"doctor.{state}")


def snapshot(**more: Any) -> dict[str, Any]:
    facts = {"version": __version__, "warnings": []}
    totals = {"requests": 5, "ok": 4, "failed": 1, "cancelled": 0}
    return {"server": facts, "degraded": "", "totals": totals, "callers": [], "credentials": [], **more}


def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: dict[str, Any]) -> dict[str, Finding]:
    monkeypatch.setattr(looked.admin_client, "get", lambda running, path: seen)
    return {one.said.key: one for one in server(home(tmp_path), Found("answers", RUNNING))}


def test_what_a_server_knows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"state": state} for state in ("ready", "ready", "needs login")]
    callers = [{"program": "Cline", "snag": "sent no key: set its API key to yours"}, {"program": "curl", "snag": ""}]
    found = said(tmp_path, monkeypatch, snapshot(credentials=rows, callers=callers))
    assert found["doctor.credentials"].said == "credentials: 1 needs login, 2 ready"
    assert found["doctor.credentials"].level is Level.WARN
    assert found["doctor.caller"].said == "Cline sent no key: set its API key to yours"
    assert "doctor.apart" not in found
    assert "run-token" not in repr(found)


def test_a_version_apart_and_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"version": "0.0.1", "warnings": ["The key is easy to guess."]}
    found = said(tmp_path, monkeypatch, snapshot(server=facts, degraded="state.db: disk full"))
    assert found["doctor.apart"].level is Level.WARN
    assert any(one.level is Level.BAD and "disk full" in one.said for one in found.values())


def test_the_command_with_and_without_a_server(tmp_path: Path) -> None:
    """Nothing planted is read in either report."""
    root, planted = tmp_path / "home", "planted-key-77"
    words = ("doctor", "--home", str(root))
    with programs.simulator_within() as google:
        more = {**programs.towards(google), "HOME": str(tmp_path), "PASSWORD": planted}
        assert programs.command("creds", "add-key", "--no-check", "--home", str(root), KEY).returncode == 0
        port = str(programs.free_port())
        without = programs.command(*words, **more, PORT=port)
        with programs.running("serve", "--home", str(root), **more, PORT=port) as process:
            programs.until(lambda: programs.answers(f"http://127.0.0.1:{port}/healthz", process), "the server")
            beside = programs.command(*words, "--json", **more, PORT=port)
    assert without.returncode == 0, without.stdout
    assert f"port {port} is free" in without.stdout and "1 api-key" in without.stdout
    found = {one["key"]: one for one in json.loads(beside.stdout)["findings"]}
    assert (beside.returncode, found["doctor.runs"]["level"]) == (0, "ok")
    assert found["doctor.credentials"]["message"] == "credentials: 1 ready"
    for output in (without.stdout, without.stderr, beside.stdout, beside.stderr):
        assert planted not in output and KEY not in output and str(tmp_path) not in output
