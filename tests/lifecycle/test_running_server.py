"""Stopping and restarting from outside, where the server does not do as it is told at once."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import programs
import pytest
from background_server import started
from test_runtime import SilentGoogle

from gcli2api_tui import paths
from gcli2api_tui.control import run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.lifecycle import running_server
from gcli2api_tui.lifecycle.running_server import look

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no stopped processes")


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[paths.Paths]:
    monkeypatch.setattr("gcli2api_tui.control.admin_client.HEARD_S", 0.5)
    monkeypatch.setattr(running_server, "NOW_S", 0.5)
    found = paths.find(str(tmp_path), {})
    yield found
    if running := run_file.read(found.run_file):
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGKILL)


def test_one_that_hangs_is_told_so_and_ended_by_now_alone(where: paths.Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = started(where.config, programs.free_port())
    os.kill(pid, signal.SIGSTOP)
    programs.until(lambda: look(where).state == "hangs", "the look of it")
    monkeypatch.setattr(running_server, "SETTLES_S", 0.3)
    with pytest.raises(Problem, match=f"process {pid}") as told_so:
        running_server.stop(where, lambda line: None)
    assert f"stop --home {where.config} --now" in told_so.value.sentence
    with pytest.raises(Problem, match=f"process {pid}"):
        running_server.restart(where, lambda line: None)
    assert programs.lives(pid)
    told: list[str] = []
    monkeypatch.setattr(running_server, "SETTLES_S", programs.PATIENCE_S)
    assert running_server.stop(where, told.append, now=True)
    assert not programs.lives(pid) and f"process {pid} is killed" in told[-2]


def test_one_whose_last_answers_run_is_waited_for_and_does_not_count_as_hanging(where: paths.Paths) -> None:
    port = programs.free_port()
    assert (
        programs.command("creds", "add-key", "--no-check", "AIza-sim-key-0002", "--home", str(where.config)).returncode
        == 0
    )
    hi = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        google = SilentGoogle(stack)
        pid = started(where.config, port, google.url)
        url = f"http://127.0.0.1:{port}/v1beta/models/gemini-2.5-flash:streamGenerateContent?key=pwd"
        answer = pool.submit(httpx.post, url, json=hi, timeout=60)
        programs.until(lambda: google.holds("streamGenerateContent"), "the request at Google", answer=answer)
        told: list[str] = []
        patient = pool.submit(running_server.stop, where, told.append)
        programs.until(lambda: look(where).state == "ends", "the end of the listener")
        programs.until(lambda: told, "what the person is told")
        assert not answer.done() and "running answer" in told[0]
        assert running_server.stop(where, told.append, now=True)
        assert answer.result(programs.PATIENCE_S).status_code == 499
        assert patient.result(programs.PATIENCE_S) and not programs.lives(pid)


def test_a_home_that_another_process_has_just_taken_is_nobodys_to_end(where: paths.Paths) -> None:
    """run.json is of one that is gone, and its number is this process's by now."""
    pid = started(where.config, programs.free_port())
    right = where.run_file.read_bytes()
    run_file.write(where.run_file, Running(os.getpid(), f"http://127.0.0.1:{programs.free_port()}", Secret("t")))
    assert look(where).state == "busy"
    where.run_file.write_bytes(right)
    assert running_server.stop(where, lambda line: None)
    assert not programs.lives(pid)
