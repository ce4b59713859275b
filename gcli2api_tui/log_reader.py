"""The log's files read back: the last lines, and those that follow, over a rotation too.

In: the folder. Out: lines as they stand there, oldest first. What is still being written is waited for; a file that was
taken away, or emptied, is begun anew.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from gcli2api_tui.log_writer import NAME, OLDER

LOOK_S = 0.2
"""Between two looks while nothing comes."""


def last(folder: Path, count: int, wanted: Callable[[str], bool]) -> list[str]:
    """The newest `count` of those wanted."""
    found: list[str] = []
    for number in range(OLDER + 1):
        if len(found) >= count:
            break
        found = [*deque(filter(wanted, _lines(_file(folder, number))), maxlen=count - len(found)), *found]
    return found


def _file(folder: Path, number: int) -> Path:
    return folder / (f"{NAME}.{number}" if number else NAME)


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            yield from (line.rstrip("\n") for line in stream)
    except FileNotFoundError:
        return


class Follower:
    """From the end of the file on; each call of `fresh` gives what has come since. A context manager."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._stream: BinaryIO | None = None
        self._rest = b""
        if stream := self._opened():
            stream.seek(0, 2)

    def __enter__(self) -> "Follower":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def fresh(self) -> list[str]:
        found = self._read()
        if self._moved():
            found += self._read()
            self._close()
            found += self._read()
        return found

    def _opened(self) -> BinaryIO | None:
        if self._stream is None and self._path.exists():
            self._stream = self._path.open("rb")
        return self._stream

    def _read(self) -> list[str]:
        stream = self._opened()
        if stream is None:
            return []
        *whole, self._rest = (self._rest + stream.read()).split(b"\n")
        return [line.decode("utf-8", "replace") for line in whole]

    def _moved(self) -> bool:
        if self._stream is None:
            return False
        try:
            there, size = self._path.stat().st_ino, self._path.stat().st_size
        except FileNotFoundError:
            return False  # between the two halves of a rotation
        return there != os.fstat(self._stream.fileno()).st_ino or size < self._stream.tell()

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream, self._rest = None, b""

    def follow(self) -> Iterator[str]:
        """For ever."""
        while True:
            yield from self.fresh()
            time.sleep(LOOK_S)
