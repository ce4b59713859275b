"""What the admin API answers where that is more than one record of a port's method.

Frozen records only: the API's description is made of them, and the remote client reads them back.
"""

from collections.abc import Mapping
from typing import Any

from gcli2api_tui.control.question import AskedState
from gcli2api_tui.events.ids import AskId
from gcli2api_tui.events.records import CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.admin_rows import ModelRow, UsageColumn, UsedHour
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Passage
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class DoneAnswer:
    """It is so now; `message` is one line for people."""

    message: Message = NOTHING
    warned: bool = False


@dataclass(frozen=True, slots=True)
class NewKey:
    """A client key that was made just now: the only time it is seen."""

    name: str
    key: str
    message: Message = NOTHING
    warned: bool = False


@dataclass(frozen=True, slots=True)
class Exchanges:
    exchanges: tuple[ExchangeRow, ...]


@dataclass(frozen=True, slots=True)
class HttpArchive:
    """HAR 1.2, where `format=har` asks for it."""

    log: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExchangeInDepth:
    """The row, its texts, and what went over the wire."""

    exchange: ExchangeRow
    texts: tuple[Passage, ...]
    wire: Wire


@dataclass(frozen=True, slots=True)
class Credentials:
    at: float
    credentials: tuple[CredentialRow, ...]


@dataclass(frozen=True, slots=True)
class Models:
    at: float
    models: tuple[ModelRow, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """A question that was begun; how it stands is at /admin/api/asks/{ask}."""

    ask: AskId


@dataclass(frozen=True, slots=True)
class Resent:
    """The whole answer when it has come; with `wait` false only `ask`, at once."""

    ask: AskId
    id: AskId | None = None
    dialect: str = ""
    model: str = ""
    credential: CredentialId = CredentialId("")
    asked_at: float = 0.0
    state: AskedState = "waiting"
    status: int = 0
    exchange: ExchangeId | None = None
    answered_by: str = ""
    first_at: float | None = None
    ended_at: float | None = None
    characters: int = 0
    usage: Usage | None = None
    finish: str = ""
    error: Message = NOTHING
    whole: bool = False
    text: str = ""
    thought: str = ""


@dataclass(frozen=True, slots=True)
class UsageNumbers:
    """What fell to one name; amounts are notional."""

    requests: int
    failures: int
    tokens_in: int
    cached: int
    thoughts: int
    tokens_out: int
    cache_hits: float | None
    notional_usd: float | None
    unpriced: tuple[str, ...]
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Prices:
    of: str
    note: str


@dataclass(frozen=True, slots=True)
class UsageAnswer:
    """By day, model, client key, program or credential; days are Google's."""

    by: UsageColumn
    first_day: str
    last_day: str
    time_zone: str
    rows: tuple[UsageNumbers, ...]
    total: UsageNumbers
    hours: tuple[UsedHour, ...]
    prices: Prices
    trouble: str
    shared: bool = False
    """Of all instances on one database."""


@dataclass(frozen=True, slots=True)
class ClientRecipe:
    """A client that can be connected."""

    id: str
    name: str
    speaks: str
    files: int


@dataclass(frozen=True, slots=True)
class Clients:
    clients: tuple[ClientRecipe, ...]


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """`message` is the sentence for people; `code` a word for programs."""

    message: str
    type: str
    code: str | None = None
    param: str | None = None


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """RFC 9457, and the error as the other APIs have it; `key` and `values` say the sentence in another language."""

    type: str
    title: str
    status: int
    detail: str
    error: ErrorBody
    key: str | None = None
    values: dict[str, object] | None = None
    reason: Message = NOTHING
    way_out: Message = NOTHING
