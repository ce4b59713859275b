"""Lines of the log: a row of the ledger as JSON or text and back, and the log's files read, the last and what follows.

In: a row, where secrets are masked and control characters gone already; or the folder. Out: `time` (UTC), `level`,
`place`, `message` in English with its `key`, and `exchange` and `credential` where they are known; lines as they stand
in the files, oldest first, over a rotation too. What is still being written is waited for; a file that was taken away,
or emptied, is begun anew.
"""

import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from json.encoder import encode_basestring as _text
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, get_args

from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass

NAME = "log.jsonl"
OLDER = 4
"""Files beside the one that is written."""
LOOK_S = 0.2
"""Between two looks while nothing comes."""

LogLevel = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[LogLevel, ...] = get_args(LogLevel)
BELOW: Mapping[str, frozenset[str]] = {level: frozenset(LEVELS[:rank]) for rank, level in enumerate(LEVELS)}
"""Levels that are not shown where this is the least; one that nobody knows is shown."""


def at_least(level: str, least: str) -> bool:
    return level not in BELOW[least]


def as_json(row: LogRow) -> str:
    """In this order; what is not known is left out."""
    moment = datetime.fromtimestamp(row.at, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    line = f'{{"time": "{moment}Z", "level": "{row.level}", "place": {_text(row.source)}, "message": {_text(row.text)}'
    if isinstance(row.text, Message) and row.text.key:
        line += f', "key": {_text(row.text.key)}'
    if row.exchange is not None:
        line += f', "exchange": {row.exchange}'
    if row.credential:
        line += f', "credential": {_text(row.credential)}'
    return line + "}"


@dataclass(frozen=True, slots=True)
class Line:
    """One that was read."""

    at: datetime
    level: str
    place: str
    message: str
    exchange: int | None = None


def read(text: str) -> Line | None:
    """None for what is no line of ours, such as one that a full disk cut off."""
    try:
        found = json.loads(text)
        at = datetime.fromisoformat(found["time"])
        level, place, message = (_plain(found[name]) for name in ("level", "place", "message"))
        exchange = found.get("exchange")
        return Line(at, level, place, message, exchange if isinstance(exchange, int) else None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(text: object) -> str:
    """Whoever wrote it: nothing in it moves a cursor."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def of(row: LogRow) -> Line:
    return Line(datetime.fromtimestamp(row.at, UTC), row.level, row.source, str(row.text), row.exchange)


def as_text(line: Line) -> str:
    """In the time of this place."""
    number = f"#{line.exchange} " if line.exchange is not None else ""
    return f"{line.at.astimezone():%Y-%m-%d %H:%M:%S} {line.level:<7} {line.place}: {number}{line.message}"


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
