"""One try on one credential, as a value.

In: an Attempt (on whom, what, how), a backend, and where the answer goes. Out: an Outcome; what comes of the answer
goes to the sink meanwhile. Invariants: nothing of a `Refused` attempt has reached the sink, so that another may take
its place; reads without content wait for the first that has some; no fault of Google's is raised from here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.gemini.fitting import asks_for_length
from gcli2api_tui.gemini.model_status import Retirement, retirement
from gcli2api_tui.gemini.repairs.repair import Repair
from gcli2api_tui.gemini.stream_parts import Batch, EndPart, StreamPart, read
from gcli2api_tui.gemini.tolerant import well_formed
from gcli2api_tui.gemini.types import GenerateRequest, GenerateResponse, UsageMetadata
from gcli2api_tui.gemini.unusable import cut, empty, is_empty, unusable
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.relay.continuation import Continuation, SoFar
from gcli2api_tui.upstream.ports import Backend


@dataclass(frozen=True, slots=True)
class Step:
    """How the next attempt is made; the policy decides it."""

    request: GenerateRequest
    """Without the signatures that its credential needs, unless it was repaired."""
    lease: Lease | None = None
    """Stay on this one; None takes another credential."""
    without: tuple[tuple[CredentialId, ...], ...] = ((),)
    """Whom to pass over; where that leaves nobody, the next of these counts."""
    pause_s: float = 0.0
    renew: bool = False
    """Get a new access token first."""
    repairs: tuple[Repair, ...] = ()
    """What was changed because Google refused the request as it was, and what that teaches if Google answers now."""
    changes: tuple[Message, ...] = ()
    """What the model was known not to take, for people."""
    whole: bool = False
    """Ask for a whole answer; a client that wants a stream gets it from that."""
    empty_counts: bool = False
    """An answer without content is taken as it is."""
    so_far: SoFar | None = None
    """What this attempt continues; None where nothing may be continued."""
    reason: Message = NOTHING
    """Why there is another attempt, for people; empty where the pool's choice says all."""

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        return tuple(one.lesson for one in self.repairs if one.lesson)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step on the credential that was leased for it, with the request as that credential needs it."""

    lease: Lease
    request: GenerateRequest
    step: Step


@dataclass(frozen=True, slots=True)
class Answered:
    """A complete answer, and the sink has it. `reason` is Google's finish reason."""

    attempt: Attempt
    reason: str = ""
    value: dict[str, Any] = field(default_factory=dict)
    """The answer to a question that is no generation."""
    retires: Retirement | None = None
    """What it said of the end of the model."""
    begun: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class StoppedAtLimit:
    """An answer that stopped for its length and can go on; the sink has all but its `end`."""

    attempt: Attempt
    end: GenerateResponse
    said: str
    usage: UsageMetadata
    begun: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Refused:
    """No answer, and the sink has nothing of it. `begun`: Google had begun to answer, and has counted it."""

    attempt: Attempt
    fault: UpstreamFault
    begun: bool = False
    empty: bool = False
    """It was a finished answer without content."""


@dataclass(frozen=True, slots=True)
class Broke:
    """The sink has a part of an answer. `said` is its text; None where nothing can be joined to it."""

    attempt: Attempt
    fault: UpstreamFault
    said: str | None = None
    usage: UsageMetadata = field(default_factory=UsageMetadata)
    begun: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Left:
    """Cancelled: nobody waits for it any more. `content`: the sink has a part of an answer."""

    attempt: Attempt
    begun: bool = False
    content: bool = False


Failed = Refused | Broke
Outcome = Answered | StoppedAtLimit | Refused | Broke | Left
Question = Callable[[Backend, Attempt], Awaitable[dict[str, Any]]]
Learn = Callable[[Lease, GenerateRequest, Sequence[StreamPart]], None]
"""Signatures.learn."""


class Sink(Protocol):
    """Where an answer goes."""

    def feed(self, batch: Batch) -> None:
        """The next of it."""
        ...

    async def room(self) -> None:
        """Returns when more can be taken."""
        ...

    def finish(self) -> None:
        """The answer is complete. Raises UpstreamFault(PROTOCOL) where what was fed is none."""
        ...


async def ask(attempt: Attempt, backend: Backend, question: Question) -> Outcome:
    """A question that is no generation."""
    try:
        if attempt.step.renew:
            await backend.renew(attempt.lease.credential)
        return Answered(attempt, value=await question(backend, attempt))
    except UpstreamFault as fault:
        return Refused(attempt, fault)
    except asyncio.CancelledError:
        return Left(attempt)


async def generate(attempt: Attempt, backend: Backend, sink: Sink, learn: Learn) -> Outcome:
    """A generation, to its end or as far as it comes."""
    answer = _Answer(attempt, sink, learn)
    try:
        if attempt.step.renew:
            await backend.renew(attempt.lease.credential)
        await (answer.whole(backend) if attempt.step.whole else answer.stream(backend))
        return answer.ended()
    except UpstreamFault as fault:
        return answer.failed(fault)
    except asyncio.CancelledError:
        return answer.left()


class _Answer:
    """What has come of one answer."""

    def __init__(self, attempt: Attempt, sink: Sink, learn: Learn) -> None:
        self._attempt = attempt
        self._sink = sink
        self._learn = learn
        so_far = attempt.step.so_far
        self._joint = Continuation(so_far) if so_far else None
        self._asked = so_far.asking(attempt.request) if so_far else attempt.request
        self._begun = False
        self._content = False
        """The sink has something of it: this attempt can only end, or be continued."""
        self._empty = False
        self._reason = ""
        self._retires: Retirement | None = None
        self._held: list[Batch] = []

    async def stream(self, backend: Backend) -> None:
        lease = self._attempt.lease
        async with backend.stream(lease.credential, lease.model, self._asked) as reads:
            self._begun = True
            async for responses in reads:
                self._pass_on(self._joined(read([well_formed(one) for one in responses])))
                await self._sink.room()
        self._flush()
        if not self._content:
            self._refuse_unusable([part for batch in self._held for part in batch.parts])
            self._release()
        elif self._joint and not self._joint.ended:
            raise cut()

    async def whole(self, backend: Backend) -> None:
        batch = read(await self._complete(backend))
        self._refuse_unusable(batch.parts)
        self._held.append(self._joined(batch))
        self._release()

    async def _complete(self, backend: Backend) -> Sequence[GenerateResponse]:
        """All of an answer; a long one is gathered from a stream, because Google gives it in no other way."""
        lease = self._attempt.lease
        if not asks_for_length(self._asked):
            response = await backend.generate(lease.credential, lease.model, self._asked)
            self._begun = True
            return [well_formed(response)]
        gathered: list[GenerateResponse] = []
        async with backend.stream(lease.credential, lease.model, self._asked) as reads:
            self._begun = True
            async for responses in reads:
                gathered += responses
        return gathered

    def _joined(self, batch: Batch) -> Batch:
        """One read, as the client may have it."""
        self._learn(self._attempt.lease, self._attempt.request, batch.parts)
        self._reason = next((part.reason for part in batch.parts if isinstance(part, EndPart)), self._reason)
        self._retires = self._retires or retirement(batch.responses, self._attempt.lease.model)
        return read(self._joint.take(batch.responses)) if self._joint else batch

    def _pass_on(self, batch: Batch) -> None:
        self._held.append(batch)
        if self._content or batch.has_content:
            self._release()

    def _release(self) -> None:
        self._content = True
        for batch in self._held:
            self._sink.feed(batch)
        self._held.clear()

    def _flush(self) -> None:
        """The text that was held to be compared; no more will come."""
        if self._joint and (rest := self._joint.rest()):
            self._pass_on(read(rest))

    def ended(self) -> Outcome:
        if self._joint and (end := self._joint.end):
            return StoppedAtLimit(self._attempt, end, self._joint.said, self._joint.usage)
        self._sink.finish()
        return Answered(self._attempt, self._reason, retires=self._retires)

    def failed(self, fault: UpstreamFault) -> Outcome:
        if not self._content:
            return Refused(self._attempt, fault, self._begun, self._empty)
        self._flush()
        if self._joint and self._joint.extensible:
            return Broke(self._attempt, fault, self._joint.said, self._joint.usage)
        return Broke(self._attempt, fault)

    def left(self) -> Outcome:
        if self._content:
            self._flush()
        return Left(self._attempt, self._begun, self._content)

    def _refuse_unusable(self, parts: Sequence[StreamPart]) -> None:
        """An answer that is none is worth another attempt; an empty one only once, for it may be meant."""
        if fault := unusable(parts):
            raise fault
        self._empty = is_empty(parts)
        if self._empty and not self._attempt.step.empty_counts:
            raise empty()
