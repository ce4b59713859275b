"""Other processes: whether one lives, asked without touching it, and signals that end it.

In: a process id from a file, which may be any number. Out: True or False. On Windows `os.kill(pid, 0)` is no question:
0 is CTRL_C_EVENT there, and interrupts whoever shares the console; any signal ends a process there, at once.
"""

import os
import signal
import sys
from pathlib import Path

FIRST = 1
"""The first process of a system or a container: orphans come to it, signals that it does not answer are lost on it."""

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _SYNCHRONIZE = 0x0010_0000
    _ACCESS_DENIED = 5
    _WAIT_TIMEOUT = 0x102

    def alive(pid: int) -> bool:
        """A process that ended and is still held open by somebody counts as dead."""
        if not 0 < pid < 2**32:
            return False
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.WaitForSingleObject.argtypes = (wintypes.HANDLE, wintypes.DWORD)
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)
        if not handle:
            return bool(ctypes.get_last_error() == _ACCESS_DENIED)  # somebody else's, and alive
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == _WAIT_TIMEOUT)
        finally:
            kernel.CloseHandle(handle)
else:

    def alive(pid: int) -> bool:
        """0 and negative numbers name groups of processes, and are nobody's id. One that has ended is dead."""
        if pid <= 0:
            return False
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            return True
        return not _ended(pid)

    def _ended(pid: int) -> bool:
        """Whether only whoever started it has not looked yet; where there is no /proc, nobody says."""
        try:
            return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2][1] == "Z"
        except (OSError, IndexError):
            return False


def send(pid: int, name: str) -> bool:
    """Send the signal of this name; False where nobody could be told: gone, somebody else's, or no such signal here."""
    number = getattr(signal, name, None)
    if pid <= 0 or number is None:
        return False
    try:
        os.kill(pid, number)
    except (OSError, OverflowError):
        return False
    return True


def namespace() -> str:
    """In which space process ids are counted, where a system has several, as containers do; "" where it has one."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except (OSError, ValueError):
        return ""
