"""What changed of a snapshot since when: told by a Feed for any number of readers, put together again by a Followed.

In: snapshots, as often as somebody looks. Out: for a revision, `Changes`, a slice at a time: of lists the rows that are
new or read differently, and, where others stand in the list than before, who stands in it now; all else whole, and None
where it is as it was. A reader costs a number and nothing else, however slow it is or how long it was away; every slice
is small enough for the loop. Raises NotThisRecord for a line that is none of ours, and then nothing of it is taken.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Generic, TypeVar

from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.ledger.credential_rows import CredentialRow, NextUp
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.json_codec import from_json, to_json
from gcli2api_tui.ledger.snapshot import CallerRow, LogRow, ServerFacts, Snapshot, Totals
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass, replace

Ranges = tuple[tuple[int, int], ...]
"""Numbers that rise, as (first, last) of each run of them."""


@dataclass(frozen=True, slots=True)
class Changes:
    """One line of the stream."""

    run: str
    """Of which server's run the revisions are."""
    at: float
    """The server's clock."""
    fresh: bool = False
    """What was known before is of no worth: a snapshot anew begins here."""
    revision: int | None = None
    """Where to go on, with the last slice of a change; None while more of it follows."""
    server: ServerFacts | None = None
    totals: Totals | None = None
    degraded: Message | None = None
    next_up: tuple[NextUp, ...] | None = None
    callers: tuple[CallerRow, ...] | None = None
    exchanges: tuple[ExchangeRow, ...] | None = None
    exchange_numbers: Ranges | None = None
    log: tuple[LogRow, ...] | None = None
    log_numbers: Ranges | None = None
    credentials: tuple[CredentialRow, ...] | None = None
    credential_ids: tuple[CredentialId, ...] | None = None


def as_line(changes: Changes) -> dict[str, object]:
    """As an object without what is as it was."""
    return {name: value for name, value in to_json(changes).items() if value is not None and value is not False}


def ranges(numbers: Iterable[int]) -> Ranges:
    """Of numbers that rise."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return tuple((first, last) for first, last in found)


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


EMPTY = Snapshot(0, 0.0)


class Followed:
    """`snapshot` is as of the last line; `run` and `revision` say where to go on."""

    def __init__(self) -> None:
        self.run, self.revision = "", 0
        self.snapshot = EMPTY
        self._exchanges: dict[ExchangeId, ExchangeRow] = {}
        self._log: dict[int, LogRow] = {}
        self._credentials: dict[CredentialId, CredentialRow] = {}
        self._exchange_numbers: Ranges = ()
        self._log_numbers: Ranges = ()
        self._ids: tuple[CredentialId, ...] = ()

    def row(self, exchange: ExchangeId) -> ExchangeRow | None:
        return self._exchanges.get(exchange)

    def take(self, line: Mapping[str, object]) -> bool:
        """Whether anything but the time reads differently now."""
        changes = from_json(Changes, line)
        if changes.fresh or changes.run != self.run:
            self.__init__()  # type: ignore[misc]
            self.run = changes.run
        self._take_exchanges(changes)
        self._take_log(changes)
        self._take_credentials(changes)
        whole = {name: value for name in WHOLE if (value := getattr(changes, name)) is not None}
        self.snapshot = replace(self.snapshot, at=changes.at, **whole)
        if changes.revision is not None:
            self.revision = changes.revision
        return set(line) - {"run", "at"} != set()

    def _take_exchanges(self, changes: Changes) -> None:
        if changes.exchanges is None and changes.exchange_numbers is None:
            return
        self._exchanges |= {row.id: row for row in changes.exchanges or ()}
        if changes.exchange_numbers is not None:
            self._exchange_numbers = changes.exchange_numbers
        numbers = (ExchangeId(number) for number in _numbers(self._exchange_numbers))
        self._exchanges = {number: self._exchanges[number] for number in numbers if number in self._exchanges}
        self.snapshot = replace(self.snapshot, exchanges=tuple(self._exchanges.values()))

    def _take_log(self, changes: Changes) -> None:
        if changes.log is None and changes.log_numbers is None:
            return
        self._log |= {row.number: row for row in changes.log or ()}
        if changes.log_numbers is not None:
            self._log_numbers = changes.log_numbers
        self._log = {number: self._log[number] for number in _numbers(self._log_numbers) if number in self._log}
        self.snapshot = replace(self.snapshot, log=tuple(self._log.values()))

    def _take_credentials(self, changes: Changes) -> None:
        if changes.credentials is None and changes.credential_ids is None:
            return
        self._credentials |= {row.id: row for row in changes.credentials or ()}
        if changes.credential_ids is not None:
            self._ids = changes.credential_ids
        self._credentials = {key: self._credentials[key] for key in self._ids if key in self._credentials}
        self.snapshot = replace(self.snapshot, credentials=tuple(self._credentials.values()))


def _numbers(those: Ranges) -> Iterable[int]:
    return (number for first, last in those for number in range(first, last + 1))
