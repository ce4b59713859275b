"""The Store on SQLite: records become writes here, and one thread behind keeps them.

In: records, at any speed, from any thread. Out: state.db, at most a second behind. Nothing here blocks a caller or
raises to it.
"""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.records import ExchangeRow, HistoryPage
from gcli2api_tui.state import rows
from gcli2api_tui.state.ports import BindingRow, CooldownRow, Saved, UsageRow
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.writer import Writer


class SqliteStore:
    """See state.ports.Store. `on_degraded` gets words when the disk begins to refuse, and "" when that is over."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        on_degraded: Callable[[str], None] | None = None,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    ) -> None:
        self.on_degraded = on_degraded
        self._writer = Writer(path, clock, bounds, self._tell)

    def load(self) -> Saved:
        """Waits for the file to be opened; called once, at start."""
        return self._writer.load()

    def put_usage(self, row: UsageRow) -> None:
        self._writer.put(rows.usage(row))

    def put_cooldown(self, row: CooldownRow) -> None:
        self._writer.put(rows.cooldown(row))

    def put_binding(self, row: BindingRow) -> None:
        self._writer.put(rows.binding(row))

    def put_signature(self, key: str, signature: str, at: float) -> None:
        self._writer.put(rows.signature(key, signature, at))

    def put_exchange(self, row: ExchangeRow) -> None:
        self._writer.put(rows.exchange(row))

    def page_exchanges(self, before: ExchangeId | None, count: int) -> "Future[HistoryPage]":
        return self._writer.ask(lambda connection: rows.read_page(connection, before, count))

    def flush(self) -> "Future[None]":
        """Done when everything put before is on disk, or fails with sqlite3.Error."""
        return self._writer.flush()

    def close(self) -> None:
        """Write the rest; waits at most 5 seconds for a stuck disk."""
        self._writer.close()

    def _tell(self, words: str) -> bool:
        if self.on_degraded is None:
            return False
        self.on_degraded(words)
        return True
