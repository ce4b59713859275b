"""One client request as it stands, with its attempts: the row of the list, the screen, the store and the admin API.

Frozen rows, made by the ledger, and what they say at a second look (cut, broken, how fast, how long), so that list,
filters and exports call it by the same name. Texts may come from outside and are never markup. Times are seconds since
the epoch, spans seconds. Pure.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from gcli2api_tui.events.ids import ELSEWHERE, NO_CLIENT_KEY, ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

AT_A_LIMIT = frozenset({"length", "max_tokens", "max_output_tokens", "safety", "content_filter", "refusal"})
"""Words of the dialects for an answer that Google ended before its end."""
SLOW_S = 5.0
"""So long without a word is slow."""
SETTLED_S = 1.0
"""So long after the first word the speed of what still runs says something: the first piece comes in one moment."""
ONE_MOMENT_S = 0.1
"""An answer that took no longer came whole."""


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


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Rows that came, the oldest first."""

    number: int = 0
    """Asked with it, one is told what came after these."""
    exchanges: tuple[ExchangeRow, ...] = ()


def broke(row: ExchangeRow) -> bool:
    """It failed after the client had got its 200 and some of the answer."""
    return row.state is ExchangeState.FAILED and row.status == 200


def cut(row: ExchangeRow) -> bool:
    """The answer is not whole: a limit, a filter, or it broke."""
    return broke(row) or row.finish.casefold() in AT_A_LIMIT


def duration_s(row: ExchangeRow, now: float) -> float:
    return (now if row.ended_at is None else row.ended_at) - row.opened_at


def wait_s(row: ExchangeRow, now: float) -> float | None:
    """Until the first content, or as long as it has been waited for; None where none came."""
    if row.ttft_s is None and row.live:
        return now - row.opened_at
    return row.ttft_s


def tokens_per_s(row: ExchangeRow, now: float) -> float | None:
    """Of a stream, once there is something to divide: a whole answer comes at one moment, and so does a fake stream."""
    if row.first_byte_at is None or not row.stream or row.fake:
        return None
    span = (now if row.ended_at is None else row.ended_at) - row.first_byte_at
    return per_second(row.usage.output, span, SETTLED_S if row.live else ONE_MOMENT_S)


def per_second(tokens: int, span_s: float, least_s: float = ONE_MOMENT_S) -> float | None:
    """None where they came in one moment."""
    return tokens / span_s if tokens and span_s > least_s else None


def hidden(row: ExchangeRow) -> bool:
    """An attempt failed, and the client saw nothing of it."""
    return row.retried and row.state is not ExchangeState.FAILED


def by_time(own: Sequence[ExchangeRow], others: Sequence[ExchangeRow]) -> tuple[ExchangeRow, ...]:
    """One list of two, each of them oldest first."""
    return tuple(sorted((*own, *others), key=lambda row: (row.opened_at, row.id))) if others else tuple(own)
