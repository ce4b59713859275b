"""A process is asked about, never touched."""

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import windows

from gcli2api_tui.process.other_processes import alive

ENDED = 4711
ACCESS_DENIED, INVALID = 5, 87


def test_ourselves_and_one_that_has_ended() -> None:
    assert alive(os.getpid())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not alive(ended.pid)


@pytest.mark.parametrize("number", [0, -1, -os.getpid(), 10**30], ids=["zero", "all", "my group", "huge"])
def test_what_is_no_id_is_no_process(number: int) -> None:
    """kill(0, 0) and kill(-1, 0) succeed: they ask about groups."""
    assert not alive(number)


class Kernel:
    """kernel32 with one process, 42, and one that is somebody else's, 43."""

    def __init__(self) -> None:
        self.error = 0
        self.open: set[int] = set()
        self.OpenProcess = self._counted(self._opened)
        self.WaitForSingleObject = self._counted(lambda handle, ms: 0x102 if handle == 42 else 0)
        self.CloseHandle = self._counted(lambda handle: self.open.remove(handle))

    def _counted(self, function: Any) -> Any:
        class Function(SimpleNamespace):
            def __call__(self, *words: Any) -> Any:
                return function(*words)

        return Function()

    def _opened(self, access: int, inherit: bool, pid: int) -> int | None:
        if pid in (42, ENDED):
            self.open.add(pid)
            return pid
        self.error = ACCESS_DENIED if pid == 43 else INVALID
        return None


@pytest.mark.parametrize(
    ("pid", "lives"), [(42, True), (43, True), (44, False), (ENDED, False), (0, False), (-1, False)]
)
def test_windows_is_asked_for_a_handle_and_never_sent_a_signal(
    pid: int, lives: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("os.kill is Ctrl+C on Windows"))
    kernel = Kernel()
    assert windows.processes(kernel).alive(pid) is lives
    assert not kernel.open
