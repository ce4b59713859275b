"""The Store on PostgreSQL, which several instances share. Imported only where GCLI2API_STATE_URL names one.

In: records, at any speed, from any thread. Out: the shared tables, a tenth of a second behind, and news of what the
other instances did. Nothing here blocks a caller: this instance goes on from what it knows while the engine is away.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.state.base_store import BaseStore
from gcli2api_tui.state.instance_changes import News
from gcli2api_tui.state.instances import Instance, Life
from gcli2api_tui.state.other_instances import read_others
from gcli2api_tui.state.ports import OtherRow, Saved
from gcli2api_tui.state.postgres_engine import Address
from gcli2api_tui.state.postgres_listener import Listener
from gcli2api_tui.state.postgres_locks import Locks
from gcli2api_tui.state.postgres_sync import Start
from gcli2api_tui.state.postgres_writer import PostgresWriter
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.write_queue import Write

PUT_SETTING = "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
FIRST_S = 10.0
"""How long a start waits for the engine."""


class PostgresStore(BaseStore):
    """See state.ports.SharedStore. `kept` is the file for what waits while the engine is away."""

    def __init__(
        self,
        address: Address,
        kept: Path,
        clock: Clock,
        on_degraded: Callable[[Message], None] | None = None,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    ) -> None:
        self.on_degraded = on_degraded  # before there is a thread that may call it
        self._address = address
        self._started: Future[Start] = Future()
        self._listener: Listener | None = None
        self._closed = threading.Event()
        self._engine = PostgresWriter(address, kept, clock, bounds, self._tell, self._started.set_result)
        self._locks = Locks(address, lambda: self._engine.away)
        super().__init__(self._engine, clock, bounds, on_degraded)

    def load(self) -> Saved:
        """Waits for the engine, FIRST_S at most; called once, at start."""
        try:
            return self._started.result(FIRST_S).saved
        except TimeoutError:
            return Saved(degraded=say("cluster.not_yet"))

    def follow(
        self,
        hear: Callable[[Sequence[News]], None],
        meet: Callable[[tuple[Instance, ...]], None],
        late: Callable[[Saved], None],
        life: Callable[[], Life],
    ) -> None:
        """From now on: what others do, who they are, and, where `load` came too early, what there was."""
        loaded = self._started.done()

        def begin(started: "Future[Start]") -> None:
            start = started.result()
            if not loaded:
                late(start.saved)
            if not self._closed.is_set():
                seen = hear, meet, life, self._engine.look
                self._listener = Listener(self._address, self._clock, start.seq, *seen)

        self._started.add_done_callback(begin)

    def lock(self, name: str) -> AbstractAsyncContextManager[bool]:
        """For all instances; False where the engine could not be asked."""
        return self._locks.hold(name)

    def put_setting(self, name: str, text: str | None) -> None:
        self._writer.put(Write(PUT_SETTING, (name, text), ("setting", name), vital=True))

    def other_exchanges(self, known: Sequence[tuple[str, int]], since: float) -> Future[tuple[OtherRow, ...]]:
        return self._engine.ask(lambda database: read_others(database, self._address.instance, known, since))

    def close(self) -> None:
        self._closed.set()
        if self._listener:
            self._listener.close()
        super().close()
