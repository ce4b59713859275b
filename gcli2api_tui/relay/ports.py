"""The relay as the server sees it: a Call and its Encoder go in, one `Opened` and then bytes come out.

The first item is `Opened`, unless it went by a `ClientWriter`. On an error before the first byte it carries the error's
status and headers, and one item with the body follows. Closing the generator means that the client has left.
"""

from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from dataclasses import field
from typing import Protocol

from gcli2api_tui.clients.admission import Admission
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.events.problems import Problem, UpstreamFault
from gcli2api_tui.events.records import NO_CLIENT_KEY, ClientKeyId, ExchangeId
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.model_retirement import Retirement
from gcli2api_tui.ledger.wire_rows import NOTHING_SENT, Sent
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Opened:
    """The status line and headers of the answer; nothing is committed before it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    exchange: ExchangeId = field(default=ExchangeId(0), compare=False)
    """Whose answer it is."""


class ClientWriter(Protocol):
    """Takes what comes of a stream while whoever reads its items waits for the next, so that nobody is woken for it.

    Each says False, and nothing is written, where something is to be waited for: that is then an item.
    """

    def begin(self, opened: Opened) -> bool: ...

    def pass_on(self, data: bytes) -> bool: ...

    def end(self) -> bool:
        """Behind the last of it; where it says False, the items' end says the same."""
        ...


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What the ledger keeps about the client."""

    path: str
    user_agent: str
    """The client's program, in short."""
    peer: str
    key: ClientKeyId = NO_CLIENT_KEY
    sent: Sent = NOTHING_SENT


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of one request's life, from the settings; spans in seconds."""

    first_byte_hold_s: float = 8.0
    request_deadline_s: float = 600.0
    attempts: int = 4
    heartbeat_s: float = 10.0
    hold_s: float = 0.0
    """How long a request waits for a credential that will be ready by itself; 0 not at all."""
    silence_s: float = 120.0
    """Once an answer has begun, only so long a silence of Google's ends it."""
    unread_bytes: int = 64 * 1024
    """Above this the client is too slow, and reading from Google pauses."""


UNSAID = 8_192
"""Tokens that an answer may have, where the client names no bound: a long one, as answers are."""


class Gate(Protocol):
    """What a client's key lets it do; implemented by `clients.gate`."""

    async def admit(self, key: ClientKeyId, model: str, *, counted: bool, tokens: Callable[[], int] = int) -> Admission:
        """Let a request in, which may use so many tokens (asked where a limit counts them: a history can be long).

        `counted` where it asks for an answer.

        Raises ClientFault: 401, 403, or 429 with the true wait. Whoever runs it closes the admission.
        """
        ...


class ModelEnds(Protocol):
    """What is known of the ends of models; Google's own 404 decides, dates do not."""

    @property
    def gone(self) -> Collection[tuple[str, str]]:
        """(model, backend) of each 404 that was remembered: where there is none, all of it is left."""
        ...

    @property
    def quiet(self) -> Mapping[str, tuple[float, float]]:
        """Model → from when until when `asked` has nothing to tell."""
        ...

    def asked(self, model: str) -> None:
        """A client wants it: it is in use."""
        ...

    def left(self, model: str, backends: Collection[str]) -> tuple[str, ...]:
        """Where it may be asked for: without the backends whose 404 is remembered."""
        ...

    def remembered(self, model: str) -> Problem:
        """The 404 for a model that has none left."""
        ...

    def refused(self, model: str, backend: str, fault: UpstreamFault) -> bool:
        """Google's refusal. True where it says that the model has ended there, for whomever asks; it is remembered."""
        ...

    @property
    def confirmed(self) -> Mapping[tuple[str, str], str]:
        """(model, backend) → the date of Google's that is known already."""
        ...

    def told(self, backend: str, retirement: Retirement) -> None:
        """Google's date, as an answer gave it."""
        ...

    def heir(self, model: str, problem: Problem) -> Model | None:
        """Who answers in its place; None unless it has ended for everybody here and the person wants that."""
        ...

    def explained(self, model: str, problem: Problem) -> Problem:
        """The problem as a client hears it: where the model has ended, a 404 that names its successor."""
        ...


class NoEnds:
    """Implements ModelEnds: no model ends."""

    gone: Collection[tuple[str, str]] = ()
    quiet: Mapping[str, tuple[float, float]] = {}
    confirmed: Mapping[tuple[str, str], str] = {}

    def asked(self, model: str) -> None:
        """Nobody counts."""

    def left(self, model: str, backends: Collection[str]) -> tuple[str, ...]:
        return tuple(backends)

    def remembered(self, model: str) -> Problem:
        raise LookupError(model)

    def refused(self, model: str, backend: str, fault: UpstreamFault) -> bool:
        return False

    def told(self, backend: str, retirement: Retirement) -> None:
        """Nobody listens."""

    def heir(self, model: str, problem: Problem) -> Model | None:
        return None

    def explained(self, model: str, problem: Problem) -> Problem:
        return problem


class Relaying(Protocol):
    """One client request's life."""

    def run(
        self, call: Call, encoder: Encoder, client: ClientFacts, writer: ClientWriter | None = None
    ) -> AsyncGenerator[Opened | bytes, None]:
        """The answer, coalesced: one item per read from upstream, or several reads together if the client is slow.

        What goes by `writer` is no item.
        """
        ...

    async def count_tokens(self, call: Call, key: ClientKeyId) -> dict[str, object]:
        """Google's own count of a request. Raises a Problem; uses no quota and is no exchange."""
        ...

    async def embed(self, call: Call, method: str, key: ClientKeyId) -> dict[str, object]:
        """`embedContent` or `batchEmbedContents`, as Google answers. Raises a Problem; counted, but no exchange."""
        ...
