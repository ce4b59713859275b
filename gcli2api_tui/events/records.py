"""What happened, in the past tense. Written by server, relay, pool and upstream; folded by the ledger.

Frozen and small: ids, numbers and short words, never text of a prompt or an answer, never a secret.
`at` is seconds since the epoch. Live text goes to the ledger's transcripts instead.
"""

from typing import Literal

from gcli2api_tui.events.ids import NO_CLIENT_KEY as NO_CLIENT_KEY
from gcli2api_tui.events.ids import THE_CLIENT_KEY as THE_CLIENT_KEY
from gcli2api_tui.events.ids import ClientKeyId as ClientKeyId
from gcli2api_tui.events.ids import CredentialId as CredentialId
from gcli2api_tui.events.ids import ExchangeId as ExchangeId
from gcli2api_tui.events.ids import Usage as Usage
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ExchangeOpened:
    """A client's request was understood and is on its way."""

    at: float
    exchange: ExchangeId
    dialect: str
    path: str
    model: str
    """As the client named it."""
    stream: bool
    client: str
    """The client's program, by what its headers say."""
    peer: str = ""
    client_key: ClientKeyId = NO_CLIENT_KEY
    fake: bool = False
    """A whole answer, streamed."""


@dataclass(frozen=True, slots=True)
class ExchangeHeld:
    """It waits for a credential; one should be ready at `until`, and `why` says what they all do meanwhile."""

    at: float
    exchange: ExchangeId
    until: float
    why: Message


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """The request goes to Google on a credential; `reason` is the sentence for "why this one"."""

    at: float
    exchange: ExchangeId
    number: int
    credential: CredentialId
    label: str
    model: str
    reason: Message


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """What came of it. `kind` says why it failed, and another may follow; None where it served.

    One that was left has none: it ends with its exchange.
    """

    at: float
    exchange: ExchangeId
    credential: CredentialId
    status: int
    kind: FaultKind | None = None
    message: Message = NOTHING
    hint_s: float | None = None


@dataclass(frozen=True, slots=True)
class FirstByte:
    """The first content (text, thought or call) came from Google."""

    at: float
    exchange: ExchangeId


@dataclass(frozen=True, slots=True)
class Progress:
    """At most one per exchange and 100 ms. Tokens are an estimate until the end."""

    at: float
    exchange: ExchangeId
    output_tokens: int


@dataclass(frozen=True, slots=True)
class ExchangeFinished:
    """The client got a complete answer. `finish` is the dialect's own word."""

    at: float
    exchange: ExchangeId
    usage: Usage
    finish: str
    tier: str = ""
    """The service tier, where one was asked for or Google served another than the usual one."""


@dataclass(frozen=True, slots=True)
class ExchangeFailed:
    """The client got an error. `status` is what it saw (200 if the stream had begun)."""

    at: float
    exchange: ExchangeId
    status: int
    kind: str
    message: Message


@dataclass(frozen=True, slots=True)
class ExchangeCancelled:
    """The client left before the end; the upstream call was cancelled with it."""

    at: float
    exchange: ExchangeId


@dataclass(frozen=True, slots=True)
class TokenRefreshed:
    """An access token was renewed."""

    at: float
    credential: CredentialId
    expires_at: float


@dataclass(frozen=True, slots=True)
class CredentialAdded:
    """A credential joined the pool."""

    at: float
    credential: CredentialId
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class CredentialChanged:
    """Its state or settings changed; `change` is the word people read ("needs login", "enabled")."""

    at: float
    credential: CredentialId
    label: str
    change: Message


@dataclass(frozen=True, slots=True)
class CredentialRemoved:
    """A credential left the pool; its file is in trash/."""

    at: float
    credential: CredentialId
    label: str


@dataclass(frozen=True, slots=True)
class CooldownSet:
    """A (credential, model) rests until `until`."""

    at: float
    credential: CredentialId
    label: str
    model: str
    until: float
    why: Message


@dataclass(frozen=True, slots=True)
class CooldownCleared:
    """A rest ended: by time, by a probe or by hand (`by`)."""

    at: float
    credential: CredentialId
    label: str
    model: str
    by: Message


@dataclass(frozen=True, slots=True)
class QuotaLearned:
    """A limit or a remaining share became known; `source` says from where ("google", "429")."""

    at: float
    credential: CredentialId
    model: str
    source: str


@dataclass(frozen=True, slots=True)
class StateDegraded:
    """The disk no longer takes our state; serving goes on."""

    at: float
    message: Message


@dataclass(frozen=True, slots=True)
class CallerSeen:
    """A client's request was answered, and it was no exchange, or tells that the client is not set up well."""

    at: float
    program: str
    """By what its headers say; "" where nothing tells."""
    peer: str
    answered: bool
    """Let in and understood."""
    snag: Message = NOTHING
    """What is off about how the client is set up, with the way out."""
    opened: bool = False
    """An exchange told of the same request before."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line for the Logs tab."""

    at: float
    level: Literal["debug", "info", "warning", "error"]
    source: str
    text: Message


Event = (
    ExchangeOpened
    | ExchangeHeld
    | AttemptStarted
    | AttemptEnded
    | FirstByte
    | Progress
    | ExchangeFinished
    | ExchangeFailed
    | ExchangeCancelled
    | TokenRefreshed
    | CredentialAdded
    | CredentialChanged
    | CredentialRemoved
    | CooldownSet
    | CooldownCleared
    | QuotaLearned
    | StateDegraded
    | CallerSeen
    | LogLine
)
