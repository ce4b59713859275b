"""What is told to a store becomes writes, and what it is asked reads: the verbs that all engines share.

In: records, at any speed, from any thread. Out: statements for the thread behind, and answers to come. Nothing here
blocks a caller or raises to it.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Protocol, TypeVar

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.ledger.admin_rows import UsageCell, UsageColumn
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.messages.message import Message
from gcli2api_tui.state import client_keys, statements, usage_by_day
from gcli2api_tui.state.ports import BindingRow, CooldownRow, DayUsage, EndRow, HourUsage, OwnedRow
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.schema import Connection
from gcli2api_tui.state.write_queue import Write

T = TypeVar("T")


class Put(Protocol):
    """Takes any number of writes."""

    def __call__(self, *writes: Write) -> object: ...


class Behind(Protocol):
    """The thread that has the connection."""

    @property
    def put(self) -> "Put":
        """Returns at once; of a closed one nothing comes of it."""
        ...

    def ask(self, read: Callable[[Connection], T], /) -> "Future[T]": ...

    def flush(self) -> "Future[None]": ...

    def close(self) -> None: ...


class BaseStore:
    """See state.ports.Store. `on_degraded` gets words when the engine begins to refuse, and "" when that is over."""

    def __init__(
        self, writer: Behind, clock: Clock, bounds: Bounds, on_degraded: Callable[[Message], None] | None = None
    ) -> None:
        self.on_degraded = on_degraded
        self._clock = clock
        self._bounds = bounds
        self._writer = writer
        self._days = usage_by_day.Days()

    def add_requests(self, credential: CredentialId, model: str, window_start: float, count: int) -> None:
        place = (credential, model, window_start)
        self._writer.put(Write(statements.ADD_REQUESTS, (*place, count), ("requests", *place), vital=True, adds=1))

    def set_limit(self, credential: CredentialId, model: str, window_start: float, limit: int, source: str) -> None:
        self._writer.put(statements.limit(credential, model, window_start, limit, source))

    def add_usage(self, usage: DayUsage) -> None:
        self._writer.put(usage_by_day.used(usage))

    def usage(self, by: UsageColumn, first_day: str) -> "Future[tuple[UsageCell, ...]]":
        return self._writer.ask(lambda connection: usage_by_day.read_cells(connection, by, first_day))

    def hours(self, first_hour: int) -> "Future[tuple[HourUsage, ...]]":
        return self._writer.ask(lambda connection: usage_by_day.read_hours(connection, first_hour))

    def set_cooldown(self, row: CooldownRow) -> None:
        self._writer.put(statements.cooldown(row))

    def put_binding(self, row: BindingRow) -> None:
        self._writer.put(statements.binding(row))

    def put_owned(self, row: OwnedRow) -> None:
        self._writer.put(statements.owned(row))

    def put_signatures(self, signatures: Mapping[str, str], at: float) -> None:
        for key, signature in signatures.items():
            self._writer.put(Write(statements.PUT_SIGNATURE, (key, signature, at), ("signature", key)))

    def put_lesson(self, lesson: Lesson) -> None:
        self._writer.put(statements.lesson(lesson))

    def drop_lessons(self, model: str | None) -> None:
        self._writer.put(statements.dropped_lessons(model))

    def put_end(self, row: EndRow) -> None:
        self._writer.put(statements.end(row))

    def drop_ends(self, model: str | None) -> None:
        self._writer.put(statements.dropped_ends(model))

    def put_client_key(self, key: ClientKey) -> None:
        self._writer.put(client_keys.client_key(key))

    def add_client_use(self, use: ClientUse) -> None:
        self._writer.put(client_keys.use(use))

    def add_client_second(self, second: ClientSecond) -> None:
        self._writer.put(client_keys.second(second))

    def put_exchange(self, row: ExchangeRow) -> None:
        kept = Write(statements.PUT_EXCHANGE, (row.id, row.opened_at, row), ("exchange", row.id))
        self._writer.put(kept, *self._days.added(row))

    def put_response(self, response: str, content: str) -> None:
        for write in statements.responses(response, content, self._clock.now(), self._bounds):
            self._writer.put(write)

    def drop_response(self, response: str | None) -> None:
        self._writer.put(statements.dropped_response(response))

    def response(self, response: str) -> "Future[str | None]":
        oldest = self._clock.now() - self._bounds.response_s
        asked = self._writer.ask(lambda connection: statements.read_response(connection, response, oldest))
        return _or_none(asked)

    def flush(self) -> "Future[None]":
        """Done when everything put before is on disk, or fails with StoreFault."""
        return self._writer.flush()

    def close(self) -> None:
        """Write the rest; waits at most 5 seconds for a stuck disk."""
        self._writer.close()

    def _tell(self, words: Message) -> bool:
        if self.on_degraded is None:
            return False
        self.on_degraded(words)
        return True


def _or_none(asked: "Future[str | None]") -> "Future[str | None]":
    """What cannot be read counts as not kept."""
    told: Future[str | None] = Future()

    def tell(done: "Future[str | None]") -> None:
        if told.set_running_or_notify_cancel():
            told.set_result(None if done.exception() else done.result())

    asked.add_done_callback(tell)
    return told
