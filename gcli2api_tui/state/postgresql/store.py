"""The Store on PostgreSQL, which several instances share. Imported only where GCLI2API_STATE_URL names one.

In: records, at any speed, from any thread. Out: the shared tables, a tenth of a second behind, and news of what the
other instances did. Nothing here blocks a caller: this instance goes on from what it knows while the engine is away.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.shared_vault import SharedFile
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.state.base_store import BaseStore
from gcli2api_tui.state.ports import OtherRow, Saved
from gcli2api_tui.state.postgresql.connection import Address
from gcli2api_tui.state.postgresql.initial_state import Start
from gcli2api_tui.state.postgresql.instance_news import Listener
from gcli2api_tui.state.postgresql.locks import Locks
from gcli2api_tui.state.postgresql.offline_copy import Known, KnownFile, KnownKeeper, read_rows, saved_of, written
from gcli2api_tui.state.postgresql.replication_events import CredentialsMoved, News, SettingChanged
from gcli2api_tui.state.postgresql.signs_of_life import Instance, Life, read_others
from gcli2api_tui.state.postgresql.writer import PostgresWriter
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.schema import NewerFile
from gcli2api_tui.state.write_queue import Write

PUT_SETTING = "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
PUT_LOCKOUT = "INSERT INTO lockout VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET until = excluded.until"
FIRST_S = 10.0
"""How long a start waits for the engine."""
WITH_COPY_S = 2.0
"""The same where it has what it last knew."""
KEPT_SOON = (CredentialsMoved, ClientKey, SettingChanged)
"""News after which the copy of what is known is made anew soon; counts wait for company."""


class PostgresStore(BaseStore):
    """See state.ports.SharedStore. `kept` is the file for what waits while the engine is away, `known` the one of what
    it last said.
    """

    def __init__(
        self,
        address: Address,
        kept: Path,
        clock: Clock,
        on_degraded: Callable[[Message], None] | None = None,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
        known: KnownFile | None = None,
    ) -> None:
        self.on_degraded = on_degraded  # before there is a thread that may call it
        self._address = address
        self._started: Future[Start] = Future()
        self._tried: Future[Exception | None] = Future()
        self._listener: Listener | None = None
        self._closed = threading.Event()
        self._known = known
        self._served_from: Known | None = None
        self._loaded = False
        heard = self._tell, self._started.set_result, self._tried.set_result
        self._engine = PostgresWriter(address, kept, clock, bounds, *heard)
        self._locks = Locks(address, lambda: self._engine.away)
        self._keeper = self._keeper_of(known, clock) if known else None
        super().__init__(self._engine, clock, bounds, on_degraded)

    def _keeper_of(self, known: KnownFile, clock: Clock) -> KnownKeeper:
        read = partial(self._engine.ask, lambda database: read_rows(database, clock.now()))
        return KnownKeeper(known, read, lambda: self._engine.away, clock)

    def load(self) -> Saved:
        """Waits for the engine, FIRST_S at most; called once, at start. It may be what was last known."""
        known = self._known.read() if self._known else None
        first: list[Future[Any]] = [self._started, self._tried] if known else [self._started]
        wait(first, WITH_COPY_S if known else FIRST_S, FIRST_COMPLETED)
        if self._started.done():
            self._loaded = True
            return self._started.result().saved
        if known is None or self._refuses_us():
            return self._without_it(Saved(degraded=say("cluster.not_yet")))
        self._served_from = known
        words = self._in_words(say("cluster.not_yet"))
        return self._without_it(replace(saved_of(known, self._engine.left), degraded=words))

    def _without_it(self, saved: Saved) -> Saved:
        self._engine.said_away(saved.degraded)
        return saved

    def _refuses_us(self) -> bool:
        """It is there, and of a newer program."""
        return self._tried.done() and isinstance(self._tried.result(), NewerFile)

    def _in_words(self, words: Message) -> Message:
        """Until the engine first answers, what is known is of an earlier day."""
        if not words or self._served_from is None or self._started.done():
            return words
        return say("cluster.last_known", at=written(self._served_from.at), why=words.values.get("why", ""))

    def _tell(self, words: Message) -> bool:
        return super()._tell(self._in_words(words))

    @property
    def last_known(self) -> tuple[SharedFile, ...]:
        """Credentials to begin with, where `load` found the engine away; else none."""
        return self._served_from.credentials if self._served_from else ()

    def follow(
        self,
        hear: Callable[[Sequence[News]], None],
        meet: Callable[[tuple[Instance, ...]], None],
        late: Callable[[Saved], None],
        life: Callable[[], Life],
    ) -> None:
        """From now on: what others do, who they are, and, where `load` came too early, what there was."""

        def heard(news: Sequence[News]) -> None:
            if any(isinstance(one, KEPT_SOON) for one in news):
                self._moved()
            hear(news)

        def begin(started: "Future[Start]") -> None:
            start = started.result()
            if not self._loaded:
                late(start.saved)
            if not self._closed.is_set():
                if self._keeper:
                    self._keeper.begin()
                seen = heard, meet, life, self._engine.look
                self._listener = Listener(self._address, self._clock, start.seq, *seen)

        self._started.add_done_callback(begin)

    def lock(self, name: str) -> AbstractAsyncContextManager[bool]:
        """For all instances; False where the engine could not be asked."""
        return self._locks.hold(name)

    def put_setting(self, name: str, text: str | None) -> None:
        self._writer.put(Write(PUT_SETTING, (name, text), ("setting", name), vital=True))
        self._moved()

    def put_lockout(self, address: str, until: float) -> None:
        self._writer.put(Write(PUT_LOCKOUT, (address, until), ("lockout", address), vital=True))

    def put_client_key(self, key: ClientKey) -> None:
        super().put_client_key(key)
        self._moved()

    def _moved(self) -> None:
        if self._keeper:
            self._keeper.moved()

    def other_exchanges(self, known: Sequence[tuple[str, int]], since: float) -> Future[tuple[OtherRow, ...]]:
        return self._engine.ask(lambda database: read_others(database, self._address.instance, known, since))

    def close(self) -> None:
        self._closed.set()
        if self._keeper:
            self._keeper.close()
        if self._listener:
            self._listener.close()
        super().close()
