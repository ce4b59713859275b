"""What the screen and the admin API read: frozen rows, fixed tuples, no live objects.

Made by the ledger (exchanges, totals, log) and by the control (credentials, server); painted by the panel.
Texts here may come from outside and are never markup. Times are seconds since the epoch, spans seconds.
"""

from enum import StrEnum
from typing import Literal

from gcli2api_tui.events.ids import ELSEWHERE, NO_CLIENT_KEY, ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.caller_rows import CallerRow
from gcli2api_tui.ledger.model_use import LimitSource, ModelUse, NextUp
from gcli2api_tui.ledger.server_facts import ModelsToName as ModelsToName
from gcli2api_tui.ledger.server_facts import Pace as Pace
from gcli2api_tui.ledger.server_facts import ServerFacts as ServerFacts
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass


class ExchangeState(StrEnum):
    """Where an exchange stands."""

    QUEUED = "queued"
    SENT = "sent"
    STREAMING = "streaming"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Hop:
    """One attempt: the credential tried and how it ended. `status` 0 while it runs or without an answer."""

    credential: CredentialId
    label: str
    started_at: float
    ended_at: float | None = None
    status: int = 0
    failure: Message = NOTHING
    """Empty for the hop that served; else the kind and Google's words."""
    reason: Message = NOTHING
    """Why the pool picked it."""


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """One client request, as it stands now."""

    id: ExchangeId
    opened_at: float
    dialect: str
    path: str
    model: str
    stream: bool
    client: str
    """The client's program."""
    peer: str
    state: ExchangeState
    hops: tuple[Hop, ...] = ()
    first_byte_at: float | None = None
    ended_at: float | None = None
    status: int = 0
    """What the client saw: 0 while open, 499 if it left."""
    usage: Usage = Usage()
    finish: str = ""
    error: Message = NOTHING
    client_key: ClientKeyId = NO_CLIENT_KEY
    """"" in rows that were kept before client keys had an id."""
    waits_until: float | None = None
    """While it waits for a credential: when one should be ready."""
    tier: str = ""
    """The service tier, where it was not the usual one: `flex`, or `priority → standard` for a downgrade."""
    fake: bool = False
    """Google was asked for a whole answer, and the client got it as a stream."""
    instance: str = ""
    """Which of those that share a database served it; "" where there is no such database."""

    @property
    def number(self) -> int:
        """As its instance counts."""
        return self.id % ELSEWHERE

    @property
    def elsewhere(self) -> bool:
        """Another instance served it, and has its texts."""
        return self.id >= ELSEWHERE

    @property
    def label(self) -> str:
        """The credential that serves or served it, or an empty text."""
        return self.hops[-1].label if self.hops else ""

    @property
    def live(self) -> bool:
        return self.ended_at is None

    @property
    def ttft_s(self) -> float | None:
        """Time to first content."""
        return None if self.first_byte_at is None else self.first_byte_at - self.opened_at

    @property
    def retried(self) -> bool:
        """An attempt failed, and another followed. The hops of a long answer follow each other without that."""
        return len(self.hops) > 1 and any(hop.failure for hop in self.hops)


@dataclass(frozen=True, slots=True)
class ModelCooldown:
    """A rest of one model on one credential."""

    model: str
    until: float
    why: Message


class CredentialState(StrEnum):
    """The one word the panel shows, with a glyph and a way out."""

    READY = "ready"
    BUSY = "busy"
    COOLING = "cooling"
    NEARLY_OUT = "nearly out"
    NEEDS_LOGIN = "needs login"
    NEEDS_VERIFICATION = "needs verification"
    DISABLED_BY_GOOGLE = "disabled by Google"
    TIER_NOT_SERVED = "tier not served"
    WRONG_PROJECT = "wrong project"
    MODEL_NOT_ENTITLED = "model not entitled"
    """Google refused every model it was asked for."""
    FORBIDDEN = "forbidden"
    DISABLED = "disabled by you"

    @property
    def waits_for_person(self) -> bool:
        """Time alone changes nothing about it, and nothing is asked with it meanwhile."""
        return self not in (
            CredentialState.READY,
            CredentialState.BUSY,
            CredentialState.COOLING,
            CredentialState.NEARLY_OUT,
            CredentialState.MODEL_NOT_ENTITLED,
        )


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """One credential of the pool."""

    id: CredentialId
    label: str
    kind: str
    """`api-key`, `oauth`, `service-account` or `vertex-express`."""
    project: str
    source: str
    file: str
    added_at: float
    state: CredentialState
    why: Message
    """A sentence: what is wrong and the way out; empty when ready."""
    in_flight: int
    used_today: int
    limit: int | None
    """None: unknown, shown as a count without a bar."""
    limit_source: LimitSource
    resets_at: float | None
    per_model: tuple[tuple[str, int], ...] = ()
    cooldowns: tuple[ModelCooldown, ...] = ()
    next_in_rotation: int = 0
    """1 is next; 0 is not in rotation."""
    token_expires_at: float | None = None
    last_ok_at: float | None = None
    last_error: Message = NOTHING
    google_remaining: float | None = None
    """Google's own figure, 0..1, and when it was learnt."""
    google_asked_at: float | None = None
    shares: str = ""
    """The project whose quota this row shows; the same quota stands in the rows of its other keys."""
    proxy: str = ""
    """Where its requests go through, without who signs in there."""
    outlook: Literal["", "lasts", "out"] = ""
    """At the pace of the last hour: past the reset, or out before it; "" where nothing is known."""
    pace_per_hour: float = 0.0
    out_at: float | None = None
    quotas: tuple[ModelUse, ...] = ()
    """By model, of those that were asked for today, the tightest first."""

    @property
    def serves(self) -> bool:
        """Whether a request can go to it now: also while only some models rest on it."""
        if self.state is CredentialState.COOLING:
            spent = self.limit_source == "setting" and self.used_today >= (self.limit or 0)
            return not spent and bool(self.cooldowns) and all(rest.model for rest in self.cooldowns)
        return self.state in (CredentialState.READY, CredentialState.BUSY, CredentialState.NEARLY_OUT)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts since start, and the traffic of the last hour."""

    requests: int = 0
    ok: int = 0
    failed: int = 0
    cancelled: int = 0
    hidden_retries: int = 0
    """Failed attempts that the client never saw."""
    rate_limited: int = 0
    output_tokens: int = 0
    per_minute: tuple[int, ...] = ()
    """60 values, oldest first."""
    errors_per_minute: tuple[int, ...] = ()
    ttft_p50_s: float | None = None
    ttft_p95_s: float | None = None
    tokens_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the Logs tab."""

    number: int
    at: float
    level: Literal["debug", "info", "warning", "error"]
    source: str
    text: Message
    exchange: ExchangeId | None = None
    credential: str = ""
    """Its label, of a line that is about one."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the panel paints, at one moment. `exchanges` newest last, `log` newest last."""

    revision: int
    at: float
    server: ServerFacts = ServerFacts()
    totals: Totals = Totals()
    exchanges: tuple[ExchangeRow, ...] = ()
    credentials: tuple[CredentialRow, ...] = ()
    log: tuple[LogRow, ...] = ()
    degraded: Message = NOTHING
    next_up: tuple[NextUp, ...] = ()
    """Of the models that are asked for most today."""
    callers: tuple[CallerRow, ...] = ()
    """Programs that called since the start, the newest first."""
    lost_at: float | None = None
    """Where the server is elsewhere and the line to it is cut: of which moment all this is."""
    lost_why: Message = NOTHING
    """What a person can do something about; NOTHING of a line that may come back by itself."""
    starting: Literal["", "starting", "connecting"] = ""
    """The panel is there before its server: nothing is known yet but the address."""
    pace: Pace = Pace()
    all_instances: bool = False
    """Among its exchanges are those that ended at the other instances: a panel looks at all."""

    @property
    def foreign_client_called(self) -> bool:
        """A program of somebody else's was let in and understood."""
        return any(caller.foreign and caller.answered for caller in self.callers)


TranscriptKind = Literal["prompt", "thought", "answer", "call"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text of one kind. `role` is set on prompts (`system`, `user`, `assistant`, `tool`)."""

    kind: TranscriptKind
    text: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A transcript from some offset on. `revision` moves when text was added; `next_offset` is where to go on.
    `complete` is false when the ring had to drop the beginning, or bodies are switched off (`kept` false).
    """

    exchange: ExchangeId
    revision: int
    passages: tuple[Passage, ...] = ()
    next_offset: int = 0
    complete: bool = True
    kept: bool = True
    coming: bool = False
    """It is elsewhere, and on its way."""
