"""Writes that wait for the disk: the newest per row, in order, bounded by dropping the oldest history.

In: writes, from any thread, at any speed, until it is closed. Out: batches, for one thread, which is rung for when
the first of them comes; a batch that the disk refuses is put back under what has come since.
"""

import operator
import threading
from collections.abc import Callable, Iterable
from dataclasses import field

from gcli2api_tui.quick_dataclass import dataclass

LONGEST = 10_000
"""Rows of history that wait."""

Key = tuple[object, ...]


@dataclass(slots=True)
class Write:
    """One statement. `key` names what it sets: a later write takes the place of an earlier one that still waits.

    Nobody changes one; it is not frozen because ten are made for each request, and that would cost twice as much.
    """

    sql: str
    values: tuple[object, ...]
    key: Key
    vital: bool = False
    """Usage and cooldowns, which are never dropped; there is one per credential, model and window."""
    brief: bool = False
    """Too long to wait in memory while a disk refuses: it is written now or not at all."""
    adds: int = 0
    """So many of the last values are added to what the row holds, and to what still waits for it."""

    def after(self, earlier: "Write") -> "Write":
        """What is to be written in place of both."""
        if not self.adds:
            return self
        sums = map(operator.add, earlier.values[-self.adds :], self.values[-self.adds :])
        # Not dataclasses.replace: it runs for every request.
        return Write(self.sql, (*self.values[: -self.adds], *sums), self.key, self.vital, self.brief, self.adds)


@dataclass(slots=True)
class Batch:
    """What is to be written now. `lost` counts the history that was dropped since the last one."""

    vital: dict[Key, Write] = field(default_factory=dict)
    history: dict[Key, Write] = field(default_factory=dict)
    lost: int = 0

    def writes(self) -> Iterable[Write]:
        return (*self.vital.values(), *self.history.values())


class Waiting:
    """The only thing that threads share; its lock is held for a dictionary's length at most."""

    def __init__(self, ring: Callable[[], object] | None = None, longest: int = LONGEST) -> None:
        self._ring = ring
        self._longest = longest
        self._lock = threading.Lock()
        self._batch = Batch()
        self._closed = False

    def add(self, *writes: Write) -> bool:
        """Each as the newest of its row. True if they are the first to wait: then it is rung for."""
        with self._lock:
            batch = self._batch
            if self._closed:
                return False
            first = not batch.vital and not batch.history
            for write in writes:
                rows = batch.vital if write.vital else batch.history
                earlier = rows.pop(write.key, None)
                rows[write.key] = write.after(earlier) if earlier else write
            if len(batch.history) > self._longest:
                self._drop_oldest()
        if first and self._ring:
            self._ring()
        return first

    def close(self) -> None:
        """What comes later is not taken."""
        self._closed = True

    def take(self) -> Batch:
        with self._lock:
            taken, self._batch = self._batch, Batch()
        return taken

    def put_back(self, batch: Batch) -> None:
        """Rows that came meanwhile are newer."""
        with self._lock:
            patient = {key: write for key, write in batch.history.items() if not write.brief}
            self._batch.vital = _followed(batch.vital, self._batch.vital)
            self._batch.history = _followed(patient, self._batch.history)
            self._batch.lost += batch.lost
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        while len(self._batch.history) > self._longest:
            del self._batch.history[next(iter(self._batch.history))]
            self._batch.lost += 1


def _followed(rows: dict[Key, Write], newer: dict[Key, Write]) -> dict[Key, Write]:
    return rows | {key: write.after(rows[key]) if key in rows else write for key, write in newer.items()}
