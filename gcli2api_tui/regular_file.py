"""Reading files that somebody else put there: only regular ones, at once, and not beyond a bound.

In: a path. Out: bytes. A pipe would block the reader until somebody writes, a device may never end; both are refused
before and after opening, because what stands at a path may change between the two. Symbolic links are followed.
"""

import errno
import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFLNK: "a link",
}


class NotRegular(OSError):
    """What stands there is no file to read from."""


def read(path: Path, largest: int) -> bytes:
    """The content, of which at most `largest` + 1 bytes are read. Raises OSError; ValueError for a NUL in the path."""
    _require_regular(path.stat().st_mode)
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, "rb") as stream:
        _require_regular(os.fstat(descriptor).st_mode)
        return stream.read(largest + 1)


def objection(mode: int) -> str:
    """Why something of this mode is no file, as part of a sentence; "" for a regular one, or where no kind is told."""
    kind = stat.S_IFMT(mode)
    return "" if kind in (0, stat.S_IFREG) else f"it is {_KINDS.get(kind, 'something else')}, not a file"


def _require_regular(mode: int) -> None:
    if why := objection(mode):
        raise NotRegular(errno.EINVAL, why)
