"""A snapshot put together of changes, by whoever looks from afar.

In: one line of the stream after the other. Out: the snapshot as far as it came, and where to go on after a cut. A list
holds the rows that came of those that stand in it; the order is the server's. Raises NotThisRecord for a line that is
none of ours, and then nothing of it is taken.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.ledger.change_feed import WHOLE
from gcli2api_tui.ledger.changes import Changes, Ranges
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.json_codec import from_json
from gcli2api_tui.ledger.snapshot import LogRow, Snapshot

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

    def take(self, line: Any) -> bool:
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
