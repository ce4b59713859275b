"""A server that outlives its screen, as real processes in real terminals: whatever is done to a terminal, to the
panel, or to the process that a shell waits for, a stream that runs is heard to its last byte."""

import contextlib
import json
import os
import signal
import sys
import termios
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import programs
import pytest
from terminals import Terminal, own_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty, and no background of this kind"),
]


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """With a key. A server that is left there is killed."""
    added = programs.command("creds", "add-key", "--no-check", "--home", str(tmp_path), "AIza-sim-key-0002")
    assert added.returncode == 0, added.stderr
    yield tmp_path
    with contextlib.suppress(OSError, ValueError):
        os.kill(json.loads((tmp_path / "run.json").read_text())["pid"], signal.SIGKILL)


def ask(url: str) -> str:
    asked = {
        "model": "gemini-2.5-flash",
        "stream": True,
        "messages": [{"role": "user", "content": "hi [sim:words=60]"}],
    }
    headers = {"authorization": "Bearer pwd"}
    return httpx.post(f"{url}/v1/chat/completions", json=asked, headers=headers, timeout=60).text


def streaming(url: str) -> bool:
    rows = programs.fetch(f"{url}/admin/api/snapshot", key="pwd")["exchanges"]
    return any(row["state"] == "streaming" for row in rows)


@contextlib.contextmanager
def slow_stream(url: str, google: str) -> Iterator["Future[str]"]:
    """One that runs when the block begins, and has ended whole when it is left."""
    programs.fetch(f"{google}/sim/faults", {"kind": "slow_chunks", "delay_s": 0.25})
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(ask, url)
        programs.until(lambda: streaming(url), "the stream", answer=stream)
        yield stream
        text = stream.result(programs.PATIENCE_S)
    assert text.rstrip().endswith("data: [DONE]")
    assert '"finish_reason":"stop"' in text.replace(" ", "")


def keep_serving(terminal: Terminal) -> None:
    terminal.press("q")
    programs.until(lambda: terminal.shows("Keep serving"), "the quit menu")
    terminal.press("1")
    programs.until(lambda: b"Still serving" in terminal.seen, "the farewell")


@contextlib.contextmanager
def attached(home: Path, server: int) -> Iterator[Terminal]:
    """The same command once more, in another terminal."""
    again = Terminal("--home", str(home), flags=())
    try:
        programs.until(lambda: again.shows("Dash"), "the panel again")
        assert json.loads((home / "run.json").read_text())["pid"] == server, "it started another server"
        yield again
    finally:
        again.end()


def test_a_stream_runs_through_keep_serving_and_a_log_out(home: Path, google: str) -> None:
    """And the panel that is opened afterwards shows it, as do two of them; one that is killed ends nothing."""
    with own_server(home, **programs.towards(google)) as terminal:
        with slow_stream(terminal.url, google) as stream:
            keep_serving(terminal)
            assert terminal.process.wait(20) == 0
            terminal.hang_up()
            assert not stream.done(), "it ended too soon to show anything"
        assert os.getsid(terminal.server) == terminal.server
        assert programs.fetch(f"{terminal.url}/admin/api/snapshot", key="pwd")["totals"]["requests"] == 1
        told = programs.command("status", "--home", str(home)).stdout
        assert f"Process {terminal.server}, in the background" in told
        with attached(home, terminal.server) as first, attached(home, terminal.server) as second:
            for one in (first, second):
                one.press("r")
                programs.until(lambda one=one: one.shows("python-http"), "the request of before")
            with slow_stream(terminal.url, google) as stream:
                first.process.kill()
                first.process.wait(20)
                assert not stream.done(), "it ended too soon to show anything"
            second.press("q")
            programs.until(lambda: second.shows("Stop the server"), "the quit menu")
            second.press("2")
            assert second.process.wait(20) == 0
            assert b"is gone" in second.seen
        assert not programs.lives(terminal.server)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_stream_runs_through_the_end_of_who_waited_for_the_server(home: Path, google: str, number: int) -> None:
    with own_server(home, **programs.towards(google)) as terminal:
        with slow_stream(terminal.url, google) as stream:
            terminal.process.send_signal(number)
            terminal.process.wait(20)
            programs.until(lambda: os.readlink(f"/proc/{terminal.server}/fd/1") == os.devnull, "the end of the screen")
            assert not stream.done(), "it ended too soon to show anything"
        terminal.stop()


def test_a_signal_to_the_launcher_stops_the_server_once(home: Path, google: str) -> None:
    """A shell tells its whole job, and the launcher passes its own copy on: the second must not cut the stream."""
    with own_server(home, **programs.towards(google), GCLI2API_DRAIN_S="60") as terminal:
        with slow_stream(terminal.url, google) as stream:
            os.kill(terminal.server, signal.SIGTERM)
            terminal.process.send_signal(signal.SIGTERM)
            assert not stream.done()
        assert terminal.process.wait(20) == 0
        assert not programs.lives(terminal.server)


def test_a_signal_to_an_attached_panel_ends_that_panel_alone(home: Path, google: str) -> None:
    """Its own server's launcher passes a signal on; who only came to look must not."""
    with own_server(home, **programs.towards(google)) as terminal:
        keep_serving(terminal)
        assert terminal.process.wait(20) == 0
        with attached(home, terminal.server) as panel, slow_stream(terminal.url, google) as stream:
            panel.process.send_signal(signal.SIGTERM)
            panel.process.wait(20)
            programs.until(lambda: b"\x1b[?1049l" in panel.seen, "the terminal as it was")
            assert not stream.done(), "it ended too soon to show anything"
            assert termios.tcgetattr(panel.slave) == panel.modes
        assert programs.lives(terminal.server) and programs.answers(f"{terminal.url}/healthz")
        terminal.stop()


def test_a_killed_server_leaves_the_terminal_in_order(home: Path) -> None:
    import termios

    with own_server(home) as terminal:
        assert termios.tcgetattr(terminal.slave) != terminal.modes
        os.kill(terminal.server, signal.SIGKILL)
        assert terminal.process.wait(20) == 128 + signal.SIGKILL
        programs.until(lambda: b"ended from outside (signal 9)" in terminal.seen, "the words")
        assert termios.tcgetattr(terminal.slave) == terminal.modes
        assert terminal.seen.rindex(b"\x1b[?1049l") > terminal.seen.rindex(b"\x1b[?1049h")


def test_a_stop_of_the_job_stops_both_and_the_shell_can_go_on(home: Path) -> None:
    """As `fg` does it: the signal to go on reaches the whole group."""
    with own_server(home) as terminal:
        os.kill(terminal.server, signal.SIGTSTP)
        programs.until(lambda: state(terminal.server) == state(terminal.process.pid) == "T", "both to be stopped")
        os.killpg(terminal.process.pid, signal.SIGCONT)
        programs.until(lambda: programs.answers(f"{terminal.url}/healthz"), "the server again")
        assert "T" not in (state(terminal.server), state(terminal.process.pid))


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_restart_gives_the_panel_back_on_the_same_terminal(home: Path, google: str) -> None:
    with own_server(home, **programs.towards(google)) as terminal:
        started_at = json.loads((home / "run.json").read_text())["at"]
        terminal.press("l")
        programs.until(lambda: terminal.shows("Logs from"), "another tab")
        done = programs.command("restart", "--home", str(home))
        assert done.returncode == 0, done.stderr
        programs.until(lambda: terminal.shows("Dash") and not terminal.shows("Logs from"), "the new panel")
        assert json.loads((home / "run.json").read_text())["at"] > started_at
        assert json.loads((home / "run.json").read_text())["pid"] == terminal.server
        keep_serving(terminal)
        assert terminal.process.wait(20) == 0
        terminal.stop()
