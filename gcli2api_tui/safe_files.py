"""Files made and read safely: ours are for this user alone and replaced whole or not at all, others' are read only if
regular.

In: paths. Out: files of 0600 in folders of 0700 that nobody else can read, whatever the umask says and also where
wider ones stood before; a crash at any moment leaves the old file or the new one, at worst a hidden `.tmp` file.
Nothing else in the package makes files; on Windows there are no mode bits. Or the bytes of a file that somebody else
put there: a pipe would block its reader, a device may never end, so both are refused before and after opening.
Symbolic links are followed.
"""

import errno
import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFLNK: "a link",
}


def folder(path: Path) -> None:
    """Make it, and what is missing above it, ours alone. Raises OSError."""
    if not path.is_dir():
        for above in reversed([one for one in path.parents if not one.exists()]):
            above.mkdir(mode=0o700, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)


def empty(path: Path) -> None:
    """Make sure that a file is there for a library that would make it with the umask's mode. Raises OSError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def create(path: Path, content: bytes) -> None:
    """A new file with this content, ours alone from its first byte. Raises FileExistsError, OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def append(path: Path, content: bytes) -> None:
    """To a file of ours, which is made where there is none. Raises OSError, and then a part of it may stand there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(content)


def tighten(path: Path) -> bool | None:
    """Take from others what they may do. True if that was needed, None if the disk does not let it be done.

    What a link leads to is left alone: it lies elsewhere.
    """
    if os.name == "nt":
        return False
    with suppress(OSError):
        before = path.lstat().st_mode
        if stat.S_ISLNK(before) or not before & OTHERS:
            return False
        with suppress(OSError):  # another's, or a disk that is read-only
            path.chmod(stat.S_IMODE(before) & ~OTHERS)
        return True if not path.stat().st_mode & OTHERS else None
    return False


def replace(
    path: Path, content: bytes, may: Callable[[], bool] = lambda: True, expected: Callable[[bytes], bool] | None = None
) -> bool:
    """Write a file in one step: temporary file in the same folder, fsync, rename. Raises OSError.

    `may` is asked at the last moment, since fsync takes its time; on a no the old file stays, and the answer is False.
    So it is where the file that was replaced is not as `expected`: a rename may wait for a busy disk, and who writes
    into the old file meanwhile gets it back, to go on in.
    """
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")  # mkstemp makes it 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if not may():
            temporary.unlink()
            return False
        if expected is None:
            move(temporary, path)
            return True
        return _exchanged(temporary, path, expected)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _exchanged(source: Path, target: Path, expected: Callable[[bytes], bool]) -> bool:
    """Where a file can have no second name, as on Android, what comes at the same moment is lost."""
    before = source.with_suffix(".old.tmp")
    try:
        with suppress(OSError, AttributeError):
            os.link(target, before)
        move(source, target)
        as_expected = True
        with suppress(OSError):  # no second name, or one that nobody can read: there is nothing to give back
            as_expected = expected(before.read_bytes())
        if not as_expected:
            move(before, target)
        return as_expected
    finally:
        before.unlink(missing_ok=True)


def move(source: Path, target: Path) -> None:
    """Rename within one disk, replacing `target`, and make the renaming last. What others made is ours from now on."""
    for left in range(9, -1, -1):
        try:
            os.replace(source, target)  # noqa: PTH105 - the tests interrupt exactly this call
            break
        except PermissionError:
            # Windows refuses while a virus scanner has the file open; nowhere else does waiting help.
            if os.name != "nt" or not left:
                raise
            time.sleep(0.02)
    tighten(target)
    for one in {source.parent, target.parent}:
        _sync_folder(one)


def _sync_folder(path: Path) -> None:
    """Without this a power cut can undo the renaming. Where a folder cannot be synced, go on."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
