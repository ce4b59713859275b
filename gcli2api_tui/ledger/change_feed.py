"""What changed since when, for any number of readers at once: each row is kept once, with the revision it changed at.

In: snapshots, as often as somebody looks. Out: for a revision, slices of what changed since. Invariants: a reader costs
a number and nothing else, however slow it is or how long it was away; every slice is small enough for the loop.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from gcli2api_tui.ledger.changes import Changes, ranges
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.snapshot import LogRow, Snapshot

FIRST_SLICE = 40
"""Rows of each list in the first one: what a screen shows."""
SLICE = 80
WHOLE = ("server", "totals", "degraded", "next_up", "callers")
"""Told whole when they change."""
Row = TypeVar("Row", ExchangeRow, LogRow, CredentialRow)


@dataclass(slots=True)
class _Kept(Generic[Row]):
    """One list: its rows by key, and since which revision each reads as it does."""

    key: Callable[[Row], Hashable]
    rows: dict[Hashable, tuple[Row, int]] = field(default_factory=dict)
    last: Sequence[Row] | None = None
    order_since: int = 0

    def take(self, rows: Sequence[Row], revision: int) -> bool:
        """Whether anything is new at this revision."""
        if rows is self.last:
            return False
        before, self.last, key = self.rows, rows, self.key
        self.rows = {key(row): _as_known(before.get(key(row)), row, revision) for row in rows}
        if moved := list(before) != list(self.rows):
            self.order_since = revision
        return moved or any(since == revision for _, since in self.rows.values())

    def since(self, revision: int) -> list[Row]:
        return [row for row, changed in self.rows.values() if changed > revision]


def _as_known(known: tuple[Row, int] | None, row: Row, revision: int) -> tuple[Row, int]:
    return (row, known[1]) if known and (known[0] is row or known[0] == row) else (row, revision)


class Feed:
    """One for each runtime. `run` names it among others and among earlier ones."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.revision = 0
        self._at = 0.0
        self._whole: dict[str, tuple[Any, int]] = {}
        self._exchanges: _Kept[ExchangeRow] = _Kept(lambda row: row.id)
        self._log: _Kept[LogRow] = _Kept(lambda row: row.number)
        self._credentials: _Kept[CredentialRow] = _Kept(lambda row: row.id)

    def take(self, snapshot: Snapshot) -> None:
        """`revision` moves where it reads differently than the last one."""
        self._at, next_one = snapshot.at, self.revision + 1
        moved = [
            self._exchanges.take(snapshot.exchanges, next_one),
            self._log.take(snapshot.log, next_one),
            self._credentials.take(snapshot.credentials, next_one),
        ]
        for name in WHOLE:
            value = getattr(snapshot, name)
            if name not in self._whole or self._whole[name][0] != value:
                self._whole[name] = (value, next_one)
                moved.append(True)
        if any(moved):
            self.revision = next_one

    def knows(self, run: str, revision: int) -> bool:
        """Whether what changed since can be told; else everything is."""
        return run == self.run and 0 < revision <= self.revision

    def heartbeat(self) -> Changes:
        return Changes(self.run, self._at)

    def since(self, revision: int) -> Iterator[Changes]:
        """Slices of one moment, the last with the revision to go on from; 0 for all."""
        if revision == self.revision:
            return
        exchanges = self._exchanges.since(revision)[::-1]
        log, credentials = self._log.since(revision)[::-1], self._credentials.since(revision)
        first = replace(self._first(revision), fresh=revision == 0)
        slices = list(_sliced(first, exchanges, log, credentials))
        yield from slices[:-1]
        yield replace(slices[-1], revision=self.revision)

    def _first(self, revision: int) -> Changes:
        whole = {name: value for name, (value, changed) in self._whole.items() if changed > revision}
        kept, log, credentials = self._exchanges, self._log, self._credentials
        return Changes(
            self.run,
            self._at,
            **whole,
            exchange_numbers=ranges(row.id for row in kept.last or ()) if kept.order_since > revision else None,
            log_numbers=ranges(row.number for row in log.last or ()) if log.order_since > revision else None,
            credential_ids=tuple(row.id for row in credentials.last or ())
            if credentials.order_since > revision
            else None,
        )


def _sliced(
    first: Changes, exchanges: Sequence[ExchangeRow], log: Sequence[LogRow], credentials: Sequence[CredentialRow]
) -> Iterator[Changes]:
    """What a screen shows comes first; then the rest, one list after the other."""
    n = FIRST_SLICE
    yield replace(
        first, exchanges=tuple(exchanges[:n]) or None, log=tuple(log[:n]) or None,
        credentials=tuple(credentials[:n]) or None,
    )  # fmt: skip
    more = Changes(first.run, first.at)
    for start in range(n, len(exchanges), SLICE):
        yield replace(more, exchanges=tuple(exchanges[start : start + SLICE]))
    for start in range(n, len(credentials), SLICE):
        yield replace(more, credentials=tuple(credentials[start : start + SLICE]))
    for start in range(n, len(log), SLICE):
        yield replace(more, log=tuple(log[start : start + SLICE]))
