"""One instance or all: what the panel adds to its snapshots while it looks at all that share a database.

In: a reader, asked once a second. Out: snapshots whose exchanges are those of all, in the order in which they began.
The newest MOST of the others are kept; nothing is asked for and nothing is added while one is looked at.
"""

from dataclasses import replace

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, by_time
from gcli2api_tui.ledger.snapshot import Snapshot

MOST = 500


class Everywhere:
    """One for each panel. `on`: all are looked at."""

    def __init__(self) -> None:
        self.on = False
        self._number = 0
        self._others: dict[tuple[str, int], ExchangeRow] = {}
        self._kept: tuple[tuple[ExchangeRow, ...] | None, tuple[ExchangeRow, ...]] = None, ()
        """Own rows, and all: most snapshots bring the same ones."""

    async def look(self, reader: Reader) -> bool:
        """Whether anything came. A server that was restarted may tell again what is known."""
        came = await reader.elsewhere(self._number)
        self._number = came.number
        if not came.exchanges:
            return False
        self._others |= {(row.instance, row.number): row for row in came.exchanges}
        newest = sorted(self._others.items(), key=lambda item: item[1].opened_at)[-MOST:]
        self._others, self._kept = dict(newest), (None, ())
        return True

    def widened(self, snapshot: Snapshot) -> Snapshot:
        if not self.on:
            return snapshot
        own, rows = self._kept
        if own is not snapshot.exchanges:
            rows = by_time(snapshot.exchanges, tuple(self._others.values()))
            self._kept = snapshot.exchanges, rows
        return replace(snapshot, exchanges=rows, all_instances=True)
