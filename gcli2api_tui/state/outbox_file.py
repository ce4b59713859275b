"""The file of batches that wait while the database is away: it grows by what is new, and outlives the process.

In: batches, which of them became one, which were taken; a line for each. Out: what waits, read at the next start.
Invariant: all but the first of what is read were never sent, or else what was joined would count twice; where the disk
takes no line that says so, the file goes. A line that is torn was the last, and so never sent.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from gcli2api_tui import private_files
from gcli2api_tui.state.postgresql.batches import Name, Numbered, joined
from gcli2api_tui.state.write_queue import Key, Write

LARGEST = 32_000_000
"""Bytes; beyond, what is written anew is counts and rests only, without history."""
SMALL = 1_000_000
"""A file is written anew when it has doubled, and not before it is so long."""


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

    def _tell(self, what: dict[str, Any]) -> None:
        if self._there and not self._torn:
            self._later.append(_encoded(what))

    def _append(self) -> bool:
        """False where it must be written anew."""
        if not self._there or self._torn:
            return False
        if content := b"".join(self._later):
            try:
                private_files.append(self._path, content)
            except OSError:
                self._torn = True
            self._size += len(content)
            self._later.clear()
        return not self._torn

    def _write(self, waiting: Sequence[Numbered]) -> None:
        content = b"".join(map(_line, _bounded(waiting)))
        try:
            private_files.replace(self._path, content)
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


def _encoded(told: Any) -> bytes:
    return json.dumps(told).encode() + b"\n"


def _write(parts: list[Any]) -> Write:
    sql, values, key, *rest = parts
    made: Key = tuple(key)
    return Write(sql, tuple(values), made, *rest)
