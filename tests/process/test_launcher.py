"""The process that waits for the server, where it is the first of a container: real processes."""

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a test adopt orphans")

AS_FIRST = """
import ctypes, os, signal, sys
from pathlib import Path
from gcli2api_tui.process import launcher, other_processes

ctypes.CDLL(None).prctl(36, 1)  # orphans come here, as to the first process
other_processes.FIRST = os.getpid()
"""

ORPHAN = """
def work(background):
    (reading, writing), (alive, parent) = os.pipe(), os.pipe()
    if os.fork() == 0:
        if (orphan := os.fork()) == 0:
            os.close(parent)
            os.read(alive, 1)  # until its parent is gone
            os._exit(0)
        os.write(writing, b"%d" % orphan)
        os._exit(0)
    os.close(parent)
    orphan = int(os.read(reading, 20))
    os.wait()
    pidfile = Path(f"/proc/{orphan}")
    for _ in range(2000):
        if not pidfile.exists():
            return 0
        signal.sigtimedwait([], 0.005)
    return 1
"""


def run(work: str) -> subprocess.CompletedProcess[str]:
    program = f"{AS_FIRST}\n{work}\nsys.exit(launcher.launch(work))\n"
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False, stdin=-3
    )


def test_orphans_that_come_to_it_do_not_stay_as_zombies() -> None:
    done = run(ORPHAN)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_never_leaves_before_the_server() -> None:
    """There is no background: with the first process everything ends."""
    assert run("def work(background):\n    return 7 if background is None else 1").returncode == 7


def test_a_server_that_is_stopped_goes_on() -> None:
    """Ctrl+Z in a container: no shell is there that could wake it."""
    assert run("def work(background):\n    os.kill(os.getpid(), signal.SIGSTOP)\n    return 5").returncode == 5


def test_a_signal_is_passed_on_and_the_status_of_a_killed_server_is_told() -> None:
    told = """
def work(background):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # one that came before the wait would be missed
    os.kill(os.getppid(), signal.SIGTERM)
    signal.sigwait({signal.SIGTERM})
    sys.exit(3)
"""
    assert run(told).returncode == 3
    killed = run("def work(background):\n    os.kill(os.getpid(), signal.SIGKILL)")
    assert killed.returncode == 128 + signal.SIGKILL
    assert "ended from outside (signal 9)" in killed.stderr
