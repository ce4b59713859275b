"""What must last, as the rest of the program sees it: no SQL, no waiting.

What is counted is told as a change ("one more"), never as a total: two that count the same thing add up. The rest is
set or put as it now is. All return at once and are written in batches at most a second later; `flush` and `close`
write what is left.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from dataclasses import field
from typing import Any, Literal, Protocol, runtime_checkable

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientKeyStore, ClientSecond, ClientUse
from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.ledger.admin_rows import UsageCell, UsageColumn
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class UsageRow:
    """Requests of one credential and model in one quota window that began at `window_start`."""

    credential: CredentialId
    model: str
    window_start: float
    requests: int
    limit: int | None = None
    limit_source: str = ""


@dataclass(frozen=True, slots=True)
class DayUsage:
    """What was used on one day of Google's (Pacific): read as a sum, told as what one exchange adds."""

    day: str
    """YYYY-MM-DD"""
    model: str
    client_key: ClientKeyId
    program: str
    credential: CredentialId
    """The one that was asked last; "" if none was."""
    requests: int
    failures: int
    """Requests that the client got an error for."""
    tokens_in: int
    cached: int
    """Of `tokens_in`, those that Google had in its cache."""
    thoughts: int
    tokens_out: int
    """Without thoughts."""
    long_in: int = 0
    """Of each kind of tokens, those of requests whose prompt is longer than LONG_PROMPT: Google takes more for them."""
    long_cached: int = 0
    long_thoughts: int = 0
    long_out: int = 0


LONG_PROMPT = 200_000
"""Tokens."""


@dataclass(frozen=True, slots=True)
class HourUsage:
    """What was used in one hour, told as what one exchange adds."""

    hour: int
    """Hours since the epoch: whoever reads it puts it into days of the own clock."""
    requests: int
    failures: int
    tokens: int
    """In, thoughts and out."""


@dataclass(frozen=True, slots=True)
class CooldownRow:
    """A rest. `model` is empty when it holds for the whole credential; `until` infinity when only a person helps."""

    credential: CredentialId
    model: str
    until: float
    kind: str
    """A FaultKind."""
    message: Message
    link: str = ""


@dataclass(frozen=True, slots=True)
class BindingRow:
    """Which credential a conversation was on last. `conversation` is a hash, never what a client sent."""

    conversation: str
    credential: CredentialId
    at: float


@dataclass(frozen=True, slots=True)
class OwnedRow:
    """Which credential a thing of Google's belongs to; `until` 0 when it is gone. `name` is Google's: `files/abc`."""

    name: str
    credential: CredentialId
    until: float


@dataclass(frozen=True, slots=True)
class EndRow:
    """What Google said of a model's end on one of its sides."""

    model: str
    backend: str
    kind: Literal["404", "date"]
    said: str
    """Google's words; of a date the day, as YYYY-MM-DD."""
    at: float
    """When it said so."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything read at start."""

    usage: tuple[UsageRow, ...] = ()
    cooldowns: tuple[CooldownRow, ...] = ()
    bindings: tuple[BindingRow, ...] = ()
    """Oldest first."""
    owned: tuple[OwnedRow, ...] = ()
    signatures: Mapping[str, str] = field(default_factory=dict)
    lessons: tuple[Lesson, ...] = ()
    """Oldest first."""
    ends: tuple[EndRow, ...] = ()
    client_keys: tuple[ClientKey, ...] = ()
    client_uses: tuple[ClientUse, ...] = ()
    client_seconds: tuple[ClientSecond, ...] = ()
    last_exchange: ExchangeId = ExchangeId(0)
    recent: tuple[ExchangeRow, ...] = ()
    """The newest exchanges, oldest first."""
    degraded: Message = NOTHING
    settings: tuple[tuple[str, str | None], ...] = ()
    """That instances share: name and text, None for the default."""
    lockouts: tuple[tuple[str, float], ...] = ()
    """Of several instances: from where too many wrong keys came, and until when."""


@dataclass(frozen=True, slots=True)
class OtherRow:
    """An exchange of another instance; no `row` where a newer program wrote it."""

    instance: str
    number: int
    """As its instance counts."""
    opened_at: float
    row: ExchangeRow | None


@runtime_checkable
class SharedStore(Protocol):
    """What a store has besides, where several instances share it."""

    def lock(self, name: str) -> AbstractAsyncContextManager[bool]:
        """One instance at a time; False where the engine could not be asked, and one goes on without."""
        ...

    def put_setting(self, name: str, text: str | None) -> None:
        """All instances go by it, as a person would type it; None: by the default."""
        ...

    def put_lockout(self, address: str, until: float) -> None:
        """All instances refuse wrong keys from there."""
        ...

    def other_exchanges(self, known: Sequence[tuple[str, int]], since: float) -> "Future[tuple[OtherRow, ...]]":
        """The newest of all other instances that began at `since` or later, the oldest first, without those known by
        instance and number. Fails with StoreFault.
        """
        ...


class Store(ClientKeyStore, Protocol):
    """Implemented by state/sqlite_store.py and, with SharedStore, by state/postgresql/store.py."""

    def load(self) -> Saved: ...

    def add_requests(self, credential: CredentialId, model: str, window_start: float, count: int) -> None:
        """So many more in the quota window that began then."""
        ...

    def set_limit(self, credential: CredentialId, model: str, window_start: float, limit: int, source: str) -> None:
        """How much a day holds, as far as Google's figures or a refusal taught it."""
        ...

    def add_usage(self, usage: DayUsage) -> None: ...

    def usage(self, by: UsageColumn, first_day: str) -> "Future[tuple[UsageCell, ...]]":
        """From a day on, as small as prices need it. Fails with StoreFault where the file cannot be read."""
        ...

    def hours(self, first_hour: int) -> "Future[tuple[HourUsage, ...]]":
        """From an hour on, oldest first. Fails with StoreFault where the file cannot be read."""
        ...

    def set_cooldown(self, row: CooldownRow) -> None:
        """`until` 0 deletes it."""
        ...

    def put_binding(self, row: BindingRow) -> None: ...

    def put_owned(self, row: OwnedRow) -> None:
        """`until` 0 deletes it."""
        ...

    def put_signatures(self, signatures: Mapping[str, str], at: float) -> None: ...

    def put_lesson(self, lesson: Lesson) -> None: ...

    def drop_lessons(self, model: str | None) -> None:
        """None drops all."""
        ...

    def put_end(self, row: EndRow) -> None: ...

    def drop_ends(self, model: str | None) -> None:
        """None drops all."""
        ...

    def put_exchange(self, row: ExchangeRow) -> None:
        """It has settled: its row, and what it adds to its day and to its hour."""
        ...

    def put_response(self, response: str, content: str) -> None:
        """A response that a client may come back to: the only texts here. Bounded in age and in characters."""
        ...

    def drop_response(self, response: str | None) -> None:
        """None drops all."""
        ...

    def response(self, response: str) -> "Future[str | None]":
        """Its content; None if it is not kept (any more), or cannot be read. Never fails."""
        ...

    def flush(self) -> "Future[None]":
        """Done when everything told before is on the disk. Fails with StoreFault where it refuses."""
        ...

    def close(self) -> None: ...


Record = Mapping[str, Any]
"""What JSON can hold."""


class Shelf(Protocol):
    """Small records that instances on one database share for a while: who is signed in on the page, sign-ins that wait.

    There is one where there are several, and else none. Raises StoreFault where the database is away.
    """

    async def get(self, kind: str, name: str) -> Record | None: ...

    async def all(self, kind: str) -> tuple[Record, ...]: ...

    async def put(self, kind: str, name: str, record: Record, until: float) -> None: ...

    async def change(self, kind: str, name: str, record: Record) -> None:
        """Only where it still stands: what another has ended does not come back."""
        ...

    def forget(self, kind: str, name: str) -> None:
        """Another instance has changed or ended it: what is remembered of it is not true any more."""
        ...

    async def drop(self, kind: str, name: str) -> None: ...
