"""What waits to be sent to a database that several share, the oldest batch first, in memory and in bad times in a file.

In: what waited at one moment. Out: the batch that is to be sent now. Only the first may have been sent, and so taken:
it is never changed. Those behind it never were, and are joined to one when they become many.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.state.batches import Numbered, joined
from gcli2api_tui.state.outbox_file import UnsentFile
from gcli2api_tui.state.statements import exchange_as_json
from gcli2api_tui.state.write_queue import Write

MOST_WAITING = 20
"""Batches of this run; then all but the first are joined."""


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
