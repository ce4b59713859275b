"""The Store on SQLite: one thread keeps what it is told in state.db, at most a second behind."""

from collections.abc import Callable
from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.messages.message import Message
from gcli2api_tui.state.base_store import BaseStore
from gcli2api_tui.state.ports import Saved
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.writer import Writer


class SqliteStore(BaseStore):
    """See state.ports.Store."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        on_degraded: Callable[[Message], None] | None = None,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    ) -> None:
        self.on_degraded = on_degraded  # before there is a thread that may call it
        self._file = Writer(path, clock, bounds, self._tell)
        super().__init__(self._file, clock, bounds, on_degraded)

    def load(self) -> Saved:
        """Waits for the file to be opened; called once, at start."""
        return self._file.load()
