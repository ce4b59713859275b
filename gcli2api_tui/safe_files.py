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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


def private_folder(path: Path) -> None:
    """Make the folder, and make it ours alone."""
    folder(path)
    tighten(path)


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


def replace(path: Path, content: bytes) -> None:
    """Write a file in one step: temporary file in the same folder, fsync, rename. Raises OSError."""
    with staged(path, content) as new:
        new.commit()


class Staged:
    """A file's new content, which lies beside it and will last; `staged` makes it and clears up."""

    def __init__(self, new: Path, path: Path) -> None:
        self._new: Path | None = new
        self._path = path
        self._old = new.with_suffix(".old.tmp")
        self._has_old = False

    def commit(self) -> None:
        """Put it in the file's place."""
        if self._new:
            move(self._new, self._path)
            self._new = None

    def exchange(self) -> bytes | None:
        """Commit. The content that was replaced: a rename may wait for a busy disk, and meanwhile somebody may have
        written into the old file. None where a file can have no second name, as on Android, or nobody can read it."""
        with suppress(OSError, AttributeError):
            os.link(self._path, self._old)
            self._has_old = True
        self.commit()
        with suppress(OSError):
            return self._old.read_bytes()
        return None

    def undo(self) -> None:
        """After `exchange` that gave a content: whoever writes into the old file gets it back, to go on in."""
        move(self._old, self._path)
        self._has_old = False

    def clear_up(self) -> None:
        if self._new:
            self._new.unlink(missing_ok=True)
        if self._has_old:
            self._old.unlink(missing_ok=True)


@contextmanager
def staged(path: Path, content: bytes) -> Iterator[Staged]:
    """`content` beside `path`, for who has a last look before it is committed, since fsync takes its time. Without a
    commit the old file stays. Raises OSError."""
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")  # mkstemp makes it 0600
    new = Staged(Path(name), path)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        yield new
    finally:
        new.clear_up()


def free_name(parent: Path, name: str) -> Path:
    """A path in `parent` that does not exist: the name itself, or with -2, -3 …"""
    wanted = parent / name
    number = 1
    while wanted.exists():
        number += 1
        wanted = parent / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return wanted


def sweep(parent: Path) -> None:
    """Remove what interrupted writes left behind. Call it with the lock held."""
    for left_over in parent.glob(".*.tmp"):
        with suppress(OSError):
            left_over.unlink()


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
