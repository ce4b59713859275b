"""One process at a time: a lock on a file, the same on POSIX (flock) and on Windows (msvcrt).

In: the path of a file that is only there to be locked; it is made where it is absent, private, and never removed. Out:
a lock that ends with `release`, or with the process however that ends. A file system that knows no locks (some network
and phone storages) refuses nobody: there the lock is held by name only. The only user of fcntl and msvcrt.
"""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

STEP_S = 0.01
"""Between two tries while another process has it."""

_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


class Lock:
    """A lock that is held; a context manager that releases it."""

    __slots__ = ("_descriptor",)

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Give it up; twice is harmless."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            _unlock(descriptor)
            os.close(descriptor)

    @property
    def descriptor(self) -> int:
        """For a program that takes this one's place, and makes a Lock of it again."""
        return self._descriptor

    def sign(self) -> None:
        """Write into the file who holds it, for `holder`. On a disk that takes nothing it stays unsaid."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, str(os.getpid()).encode())

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def acquire(path: Path) -> Lock | None:
    """The lock now, or None: another holder has it, in this process or in another. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _try_lock(descriptor):
            return Lock(descriptor)
    except OSError as error:
        if error.errno in _NO_LOCKS_HERE:
            return Lock(descriptor)
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def holder(path: Path) -> int | None:
    """The process that has signed a lock that is held now; None where nobody says. On Windows nobody can read it."""
    try:
        return int(path.read_bytes()[:20])
    except (OSError, ValueError):
        return None


@contextmanager
def locked(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock for the block. Raises TimeoutError, an OSError, when others had it for `wait_s` seconds."""
    lock = awaited(path, wait_s)
    if lock is None:
        raise TimeoutError(errno.ETIMEDOUT, "Another process holds the lock", str(path))
    with lock:
        yield


def awaited(path: Path, wait_s: float) -> Lock | None:
    """As `acquire`, tried again for so long."""
    for left in range(round(wait_s / STEP_S), -1, -1):
        if lock := acquire(path):
            return lock
        if left:
            time.sleep(STEP_S)
    return None


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        """The first byte, which need not exist; msvcrt locks from where the file stands."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise
        return True

    def _unlock(descriptor: int) -> None:
        """Windows may keep a closed file's lock for a while, so it is given back before."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        except OSError:
            return  # nothing was locked: a file system without locks
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        """Closing does it, unless a child that was forked meanwhile has the file open too."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        except OSError:
            return  # a file system without locks
