"""Windows as far as another system can play it: modules of ours read anew with `sys.platform` and its modules changed.

Only what is decided at import time is played; nothing here says how Windows itself behaves.
"""

import fcntl
import importlib.util
import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

import gcli2api_tui.file_lock
import gcli2api_tui.process.other_processes

POSIX_MODULES = ("fcntl", "termios", "tty", "pty", "pwd", "grp", "resource", "syslog")


def read_anew(module: ModuleType, **present: Any) -> Any:
    """A second copy of `module`, as Windows would import it; `present` are modules that only Windows has."""
    assert module.__file__
    spec = importlib.util.spec_from_file_location(f"{module.__name__}_on_windows", module.__file__)
    assert spec and spec.loader
    copy = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, {**dict.fromkeys(POSIX_MODULES), **present}), mock.patch("sys.platform", "win32"):
        spec.loader.exec_module(copy)
    return copy


def file_lock() -> Any:
    return read_anew(gcli2api_tui.file_lock, msvcrt=Msvcrt())


def processes(kernel: Any) -> Any:
    """`kernel` answers in place of kernel32."""
    wintypes = SimpleNamespace(DWORD=int, BOOL=bool, HANDLE=int)
    ctypes = SimpleNamespace(WinDLL=lambda name, use_last_error: kernel, get_last_error=lambda: kernel.error)
    return read_anew(gcli2api_tui.process.other_processes, ctypes=SimpleNamespace(**vars(ctypes), wintypes=wintypes))


class Msvcrt(ModuleType):
    """`msvcrt.locking` with flock below it: the same answers, and the byte where the file stands is what counts."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        super().__init__("msvcrt")

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        assert (os.lseek(descriptor, 0, os.SEEK_CUR), count) == (0, 1)
        if mode == self.LK_UNLCK:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(13, "Permission denied") from None
