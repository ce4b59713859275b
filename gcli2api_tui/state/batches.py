"""Batches on their way to a database that several share: each has a number, and is sent until it was taken.

In: what waited at one moment. Out: statements and news, and the oldest batch first. While the database is away, batches
are kept in a file beside, so that a kill loses nothing; the file is bounded: what is history goes first. A batch that
was sent may have been taken, so it is never changed; those behind it are joined to one.
"""

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcli2api_tui import private_files
from gcli2api_tui.ledger.codec import fields
from gcli2api_tui.ledger.records import ExchangeRow
from gcli2api_tui.state.news import READ
from gcli2api_tui.state.write_queue import Key, Waiting, Write

MOST_WAITING = 20
"""Batches; then all but the first are joined."""
LARGEST_NUMBER = 2**63
LARGEST_FILE = 64_000_000

_as_json = json.JSONEncoder(default=fields).encode


@dataclass(frozen=True, slots=True)
class Numbered:
    """`run` and `number` name it for good."""

    run: str
    number: int
    writes: tuple[Write, ...]

    def statements(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """SQL with the values of many rows, in an order that comes to the same: nothing passes what deletes."""
        found: list[tuple[str, list[tuple[Any, ...]]]] = []
        places: dict[str, int] = {}
        for write in self.writes:
            if (values := _sendable(write.values)) is None:
                continue
            if write.sql not in places:
                if write.sql.startswith("DELETE"):
                    places.clear()
                places[write.sql] = len(found)
                found.append((write.sql, []))
            found[places[write.sql]][1].append(values)
        return found

    def news(self) -> str:
        """What other instances are to hear of it; "" for nothing."""
        shared = ((write.key[0], _sendable(write.values)) for write in self.writes if write.key[0] in READ)
        told = [[kind, *values] for kind, values in shared if values is not None]
        return json.dumps(told) if told else ""


def _sendable(values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """As a database can hold them; None where none can: that row is lost, and no other."""
    try:
        return tuple(map(_held, values))
    except ValueError:
        return None


def _held(value: Any) -> Any:
    """Raises ValueError."""
    if isinstance(value, str):
        value.encode()
        return str(value).replace("\0", "\ufffd")
    if isinstance(value, int) and not -LARGEST_NUMBER <= value < LARGEST_NUMBER:
        raise ValueError("too large")
    return value


class Outbox:
    """One thread's. `path` is the file for bad times."""

    def __init__(self, path: Path, run: str) -> None:
        self._path = path
        self._run = run
        self._numbers = 0
        self._waiting: deque[Numbered] = deque(_read(path))
        self._on_disk = bool(self._waiting)

    def add(self, batch: Iterable[Write]) -> None:
        """As the newest."""
        if writes := tuple(map(_settled, batch)):
            self._waiting.append(self._numbered(writes))
        if len(self._waiting) > MOST_WAITING:
            self._join()

    def first(self) -> Numbered | None:
        return self._waiting[0] if self._waiting else None

    def taken(self) -> None:
        """The first one was; when it was the last, the file has served."""
        self._waiting.popleft()
        if not self._waiting and self._on_disk:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            self._on_disk = False

    def keep(self) -> None:
        """Write down what waits. A disk that refuses leaves it in memory."""
        with suppress(OSError):
            private_files.replace(self._path, "".join(map(_line, self._bounded())).encode())
            self._on_disk = True

    def _bounded(self) -> Iterator[Numbered]:
        """Counts and rests always; history as far as there is room."""
        size = 0
        for one in self._waiting:
            size += len(_line(one))
            vital = tuple(write for write in one.writes if write.vital)
            yield one if size < LARGEST_FILE or one is self._waiting[0] else Numbered(one.run, one.number, vital)

    def _join(self) -> None:
        first, waiting = self._waiting[0], Waiting()
        for write in (write for one in tuple(self._waiting)[1:] for write in one.writes):
            waiting.add(write)
        self._waiting = deque((first, self._numbered(tuple(waiting.take().writes()))))

    def _numbered(self, writes: tuple[Write, ...]) -> Numbered:
        self._numbers += 1
        return Numbered(self._run, self._numbers, writes)


def _settled(write: Write) -> Write:
    """With an exchange as text, from now on the same."""
    if not any(isinstance(value, ExchangeRow) for value in write.values):
        return write
    values = tuple(_as_json(value) if isinstance(value, ExchangeRow) else value for value in write.values)
    return Write(write.sql, values, write.key, write.vital, write.brief, write.adds)


def _line(one: Numbered) -> str:
    writes = [[write.sql, write.values, write.key, write.vital, write.brief, write.adds] for write in one.writes]
    return json.dumps([one.run, one.number, writes]) + os.linesep


def _read(path: Path) -> Iterable[Numbered]:
    """A line that is torn was never whole, and so never sent."""
    with suppress(OSError), path.open(encoding="utf-8") as lines:
        for line in lines:
            with suppress(ValueError, TypeError):
                run, number, writes = json.loads(line)
                yield Numbered(run, number, tuple(map(_write, writes)))


def _write(parts: list[Any]) -> Write:
    sql, values, key, *rest = parts
    made: Key = tuple(key)
    return Write(sql, tuple(values), made, *rest)
