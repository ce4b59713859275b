"""`serve --background`, `status`, `restart` and `stop`, as processes: what they say, wait for, and end with."""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import programs
import pytest
from background_server import started, streamed

from gcli2api_tui.cli.serving import serves_at
from gcli2api_tui.control import run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.secret import Secret

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no background of this kind")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Whatever a test leaves there is killed."""
    yield tmp_path
    with contextlib.suppress(OSError, ValueError):
        os.kill(json.loads((tmp_path / "run.json").read_text())["pid"], signal.SIGKILL)


def test_a_background_server_is_found_restarted_and_stopped(home: Path) -> None:
    port, flag = programs.free_port(), ("--home", str(home))
    pid = started(home, port)
    assert os.getsid(pid) == pid, "it would end with the session it was started from"
    assert {os.readlink(f"/proc/{pid}/fd/{n}") for n in range(3)} == {os.devnull}
    told = json.loads(programs.command("status", "--json", *flag).stdout)
    assert (told["process"]["pid"], told["process"]["panel"], "totals" in told) == (pid, False, True)
    second = programs.command("serve", "--background", *flag, "--port", str(programs.free_port()))
    assert (second.returncode, "runs here already" in second.stderr) == (2, True)
    token = json.loads((home / "run.json").read_text())["token"]
    again = programs.command("restart", *flag)
    assert again.returncode == 0 and f"process {pid}" in again.stdout, again.stderr
    assert json.loads((home / "run.json").read_text())["token"] == token, "panels elsewhere must not be locked out"
    assert programs.fetch(f"http://127.0.0.1:{port}/v1/models", key="pwd")["object"] == "list"  # its own flags
    ended = programs.command("stop", *flag)
    assert (ended.returncode, f"process {pid} is gone" in ended.stdout) == (0, True)
    assert not programs.lives(pid) and not (home / "run.json").exists()
    assert programs.command("stop", *flag).stdout.startswith("No server is running")


def test_a_port_in_use_is_said_by_the_start_itself(home: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = programs.command("serve", "--background", "--home", str(home), "--port", str(port))
    assert (done.returncode, f"Port {port} on 127.0.0.1 is in use" in done.stderr) == (2, True)


def test_a_run_file_left_behind_stops_nobody_and_nobody_is_stopped_for_it(home: Path) -> None:
    """Its process id is another program's by now: here, this one."""
    run_file.write(home / "run.json", Running(os.getpid(), f"http://127.0.0.1:{programs.free_port()}", Secret("t")))
    assert programs.command("stop", "--now", "--home", str(home)).stdout.startswith("No server is running")
    assert started(home, programs.free_port()) != os.getpid()


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ({}, True), ({"port": 7861}, True), ({"port": 0}, True), ({"port": 7862}, False),
        ({"host": "0.0.0.0"}, True), ({"host": "localhost", "port": 7861}, True), ({"host": "10.0.0.7"}, False),
    ],
)  # fmt: skip
def test_flags_for_a_start_that_runs_already_as_they_say_are_no_reason_to_refuse_its_panel(given, same) -> None:  # type: ignore[no-untyped-def]
    assert serves_at("http://127.0.0.1:7861", given) is same


@pytest.mark.slow
def test_a_restart_waits_for_streams_and_refuses_nobody(home: Path) -> None:
    """And the stop after it lets the next stream end too."""
    port, flag = programs.free_port(), ("--home", str(home))
    url = f"http://127.0.0.1:{port}"
    with programs.simulator_within() as google, ThreadPoolExecutor(4) as pool:
        assert programs.command("creds", "add-key", "--no-check", *flag, "AIza-sim-key-0002").returncode == 0
        started(home, port, google)

        def running() -> bool:
            rows = programs.fetch(f"{url}/admin/api/snapshot", key="pwd")["exchanges"]
            return any(row["state"] == "streaming" for row in rows)

        for verb in (("restart", "--when-idle"), ("stop",)):
            programs.fetch(f"{google}/sim/faults", {"kind": "slow_chunks", "delay_s": 0.3})
            stream = pool.submit(streamed, url, 60)
            programs.until(running, "the stream", answer=stream)
            done = pool.submit(programs.command, *verb, *flag)
            while not done.done() and verb[0] == "restart":
                assert programs.answers(f"{url}/healthz")
            result = done.result()
            assert result.returncode == 0, result.stderr
            assert stream.done() and stream.result().rstrip().endswith("data: [DONE]")
