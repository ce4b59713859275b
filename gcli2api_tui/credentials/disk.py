"""Writing secrets to disk: whole or not at all, readable by their owner only, one process at a time.

In: a path and bytes. Out: the file, replaced in one step. A crash at any moment leaves the old file or the new one,
never a torn one; at worst a hidden `.tmp` file stays, which `sweep` removes.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gcli2api_tui import file_lock
from gcli2api_tui.events.problems import Problem

LOCK = ".lock"

WAIT_S = 60.0
"""Longest wait for the folder while another process has it; an import of hundreds of files gives it free in between."""


def write(path: Path, content: bytes) -> None:
    """Replace `path` atomically, mode 0600. Raises Problem when the disk refuses."""
    try:
        _write(path, content)
    except OSError as error:
        raise _refuses(path.parent, error) from error


def _refuses(folder: Path, error: OSError) -> Problem:
    why = f"The folder {folder} cannot be written: {error.strerror or error}."
    return Problem(why, "Check free space and permissions.")


def _write(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")  # mkstemp makes it 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        move(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def move(source: Path, target: Path) -> None:
    """Rename within one disk, replacing `target`, and make the renaming last."""
    for left in range(9, -1, -1):
        try:
            os.replace(source, target)  # noqa: PTH105 - the tests interrupt exactly this call
            break
        except PermissionError:
            # Windows refuses while a virus scanner has the file open; nowhere else does waiting help.
            if os.name != "nt" or not left:
                raise
            time.sleep(0.02)
    for folder in {source.parent, target.parent}:
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Without this a power cut can undo the renaming. Where a folder cannot be synced, go on."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def private_folder(folder: Path) -> None:
    """Make the folder, and make it ours alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        with suppress(OSError):
            folder.chmod(0o700)


def free_name(folder: Path, name: str) -> Path:
    """A path in `folder` that does not exist: the name itself, or with -2, -3 …"""
    wanted = folder / name
    number = 1
    while wanted.exists():
        number += 1
        wanted = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return wanted


def sweep(folder: Path) -> None:
    """Remove what interrupted writes left behind. Call it with the lock held."""
    for left_over in folder.glob(".*.tmp"):
        with suppress(OSError):
            left_over.unlink()


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
        with path.open("a"):
            return path
    except OSError:
        return None
