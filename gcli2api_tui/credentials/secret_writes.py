"""Writing secrets to disk: whole or not at all, readable by their owner only, one process at a time.

In: a path and bytes. Out: the file, replaced in one step as safe_files says; what the disk refuses is a Problem.
What a crash in the middle leaves is removed by `sweep`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gcli2api_tui import file_lock, safe_files
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

LOCK = ".lock"

WAIT_S = 60.0
"""Longest wait for the folder while another process has it; an import of hundreds of files gives it free in between."""


def write(path: Path, content: bytes) -> None:
    """Replace `path` atomically, mode 0600. Raises Problem when the disk refuses."""
    with staged(path, content) as new:
        new.commit()


@contextmanager
def staged(path: Path, content: bytes) -> Iterator[safe_files.Staged]:
    """As safe_files.staged. Raises Problem when the disk refuses, here or in the block."""
    try:
        with safe_files.staged(path, content) as new:
            yield new
    except OSError as error:
        raise _refuses(path.parent, error) from error


def _refuses(folder: Path, error: OSError) -> Problem:
    why = say("disk.not_written", folder=str(folder), why=str(error.strerror or error))
    return Problem(why, say("disk.check"))


def not_read(folder: Path, error: OSError) -> Problem:
    why = say("disk.not_read", folder=str(folder), why=str(error.strerror or error))
    return Problem(why, say("disk.check_there"))


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the folder's lock; `creds …` and a running server take turns.

    Without `wait` it may be False: another process has it now. A disk that refuses, here or in the block, is a Problem,
    and so is a lock that others hold for WAIT_S.
    """
    try:
        with _lock(folder, wait) as held:
            yield held
    except OSError as error:
        raise _refuses(folder, error) from error


@contextmanager
def _lock(folder: Path, wait: bool) -> Iterator[bool]:
    lock = _lock_file(folder)
    if lock is None:  # a disk that cannot be written needs no turns
        yield True
    elif wait:
        with file_lock.locked(lock, WAIT_S):
            yield True
    elif held := file_lock.acquire(lock):
        with held:
            yield True
    else:
        yield False


def _lock_file(folder: Path) -> Path | None:
    """The file to lock, or None where none can be made."""
    path = folder / LOCK
    try:
        safe_files.empty(path)
    except OSError:
        return None
    return path
