"""Batches that wait to be sent to a database that several share, the oldest first: in memory, in bad times in a file.

In: what waited at one moment. Out: the batch that is to be sent now. Only the first may have been sent, and so taken:
it is never changed. Those behind it never were, also of those that an earlier run left in the file, and are joined to
one when they become many; where the disk takes no line that says so, the file goes. A line that is torn was the last,
and so never sent.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from gcli2api_tui import safe_files
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.state.postgresql.batches import Name, Numbered, joined
from gcli2api_tui.state.statements import exchange_as_json
from gcli2api_tui.state.write_queue import Key, Write

MOST_WAITING = 20
"""Batches of this run; then all but the first are joined."""
LARGEST = 32_000_000
"""Bytes; beyond, what is written anew is counts and rests only, without history."""
SMALL = 1_000_000
"""A file is written anew when it has doubled, and not before it is so long."""


class Outbox:
    """One thread's. `path` is the file for bad times; what an earlier run left there is sent first."""

    def __init__(self, path: Path, run: str) -> None:
        self._run = run
        self._numbers = 0
        self._file = UnsentFile(path)
        self._waiting: deque[Numbered] = deque(self._file.read())

    def add(self, batch: Iterable[Write]) -> None:
        """As the newest."""
        if writes := tuple(map(_settled, batch)):
            self._waiting.append(Numbered(self._run, self._number(), writes))
            self._file.added(self._waiting[-1])
        if len(behind := [one for one in list(self._waiting)[1:] if one.run == self._run]) >= MOST_WAITING:
            self._join(behind)

    def all(self) -> tuple[Numbered, ...]:
        return tuple(self._waiting)

    def first(self) -> Numbered | None:
        return self._waiting[0] if self._waiting else None

    def taken(self) -> None:
        """The first one was."""
        self._file.taken(self._waiting.popleft(), last=not self._waiting)

    def keep(self) -> None:
        """Write down what waits. A disk that refuses leaves it in memory."""
        self._file.keep(self._waiting)

    def _join(self, behind: Sequence[Numbered]) -> None:
        """Of this run: those of an earlier one are in the tables before this one reads them."""
        one = joined(self._run, self._number(), behind)
        self._file.joined(behind, one)
        self._waiting = deque((*list(self._waiting)[: -len(behind)], one))

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


def _settled(write: Write) -> Write:
    """With an exchange as text, from now on the same."""
    if not any(isinstance(value, ExchangeRow) for value in write.values):
        return write
    values = tuple(exchange_as_json(value) if isinstance(value, ExchangeRow) else value for value in write.values)
    return Write(write.sql, values, write.key, write.vital, write.brief, write.adds)


class UnsentFile:
    """One thread's; raises nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._there = False
        self._torn = False
        """It lacks something, and what is missing does not wait in `_later`."""
        self._later: list[bytes] = []
        self._size = 0
        self._longest = SMALL

    def read(self) -> tuple[Numbered, ...]:
        """What an earlier run left; from now on the file is this run's."""
        with suppress(OSError), self._path.open(encoding="utf-8", errors="replace") as lines:
            found = tuple(_replayed(lines))
            self._there = self._torn = True
            self.keep(found)
            return found
        return ()

    def added(self, batch: Numbered) -> None:
        if self._there and not self._torn:
            self._later.append(_line(batch))

    def joined(self, batches: Sequence[Numbered], one: Numbered) -> None:
        self._tell({"joined": [batch.name for batch in batches], "as": one.name})

    def taken(self, batch: Numbered, *, last: bool) -> None:
        """The first one was. `last`: nothing waits any more, and the file has served."""
        if not self._there:
            return
        self._tell({"taken": batch.name})
        if last or not self._append():
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            self._there = False
            self._later.clear()

    def keep(self, waiting: Sequence[Numbered]) -> None:
        """All that waits is in it, unless the disk refuses."""
        if not self._append() or self._size > self._longest:
            self._write(waiting)

    def _tell(self, what: dict[str, object]) -> None:
        if self._there and not self._torn:
            self._later.append(_encoded(what))

    def _append(self) -> bool:
        """False where it must be written anew."""
        if not self._there or self._torn:
            return False
        if content := b"".join(self._later):
            try:
                safe_files.append(self._path, content)
            except OSError:
                self._torn = True
            self._size += len(content)
            self._later.clear()
        return not self._torn

    def _write(self, waiting: Sequence[Numbered]) -> None:
        content = b"".join(map(_line, _bounded(waiting)))
        try:
            safe_files.replace(self._path, content)
        except OSError:
            self._torn = True
            return
        self._there, self._torn = True, False
        self._later.clear()
        self._size, self._longest = len(content), max(SMALL, 2 * len(content))


def _bounded(waiting: Sequence[Numbered]) -> Iterator[Numbered]:
    """Counts and rests always; history as far as there is room."""
    size = 0
    for one in waiting:
        size += len(_line(one))
        vital = tuple(write for write in one.writes if write.vital)
        yield one if size < LARGEST or one is waiting[0] else Numbered(one.run, one.number, vital)


def _replayed(lines: Iterable[str]) -> Iterable[Numbered]:
    waiting: dict[Name, Numbered] = {}
    for line in lines:
        with suppress(ValueError, TypeError, KeyError):
            _replay(json.loads(line), waiting)
    return waiting.values()


def _replay(told: Any, waiting: dict[Name, Numbered]) -> None:
    match told:
        case {"taken": [run, number]}:
            waiting.pop((run, number), None)
        case {"joined": names, "as": [run, number]}:
            behind = [one for name in names if (one := waiting.pop((name[0], name[1]), None))]
            waiting[run, number] = joined(run, number, behind)
        case [run, number, writes]:
            waiting[run, number] = Numbered(run, number, tuple(map(_write, writes)))


def _line(one: Numbered) -> bytes:
    writes = [[write.sql, write.values, write.key, write.vital, write.brief, write.adds] for write in one.writes]
    return _encoded([one.run, one.number, writes])


def _encoded(told: object) -> bytes:
    return json.dumps(told).encode() + b"\n"


def _write(parts: list[Any]) -> Write:
    sql, values, key, *rest = parts
    made: Key = tuple(key)
    return Write(sql, tuple(values), made, *rest)
