"""Makes one attempt on one credential: a generation, as far as it comes, or a question that is none.

In: an Attempt, a backend, and where the answer goes. Out: its Outcome; what comes of the answer goes to the sink
meanwhile. Invariants: nothing of a `Refused` attempt has reached the sink, so that another may take its place; reads
without content wait for the first that has some; no fault of Google's is raised from here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol

from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.gemini.answer_shape import well_formed
from gcli2api_tui.gemini.finish_reasons import cut, empty, is_empty, unusable
from gcli2api_tui.gemini.fit_to_model import asks_for_length
from gcli2api_tui.gemini.model_retirement import Retirement, retirement
from gcli2api_tui.gemini.stream_parts import SIGNABLE, Batch, EndPart, Signable, StreamPart, read
from gcli2api_tui.gemini.types import GenerateRequest, GenerateResponse
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.relay.answer_hops import Hop, resumable
from gcli2api_tui.relay.cut_off_answers import Continuation
from gcli2api_tui.relay.ports import Limits
from gcli2api_tui.relay.steps_and_outcomes import (
    Answered,
    Attempt,
    Broke,
    HopEnded,
    Left,
    Outcome,
    Refused,
    StoppedAtLimit,
)
from gcli2api_tui.upstream.ports import Backend

Learn = Callable[[Lease, GenerateRequest, Sequence[Signable]], None]
"""Signatures.learn."""
Accepted = Callable[[], None] | None
"""To be called when Google takes the request, where somebody waits for that."""
Question = Callable[[Backend, Attempt], Awaitable[dict[str, object]]]


async def ask(attempt: Attempt, backend: Backend, accepted: Accepted, question: Question) -> Outcome:
    """A question that is no generation: Google takes it when it has answered."""
    try:
        if attempt.step.renew:
            await backend.renew(attempt.lease.credential)
        return Answered(attempt, value=await question(backend, attempt))
    except UpstreamFault as fault:
        return Refused(attempt, fault.kept())
    except asyncio.CancelledError:
        return Left(attempt)


class Sink(Protocol):
    """Where an answer goes."""

    crowded: bool
    """The client is too slow: wait for `room` before Google is read on."""

    def commit(self) -> None:
        """Send the status."""
        ...

    def listens(self, think_s: float, accepted: Accepted) -> None:
        """Google is asked from now on, and may take so long until it says something."""
        ...

    def listens_no_more(self) -> None: ...

    def heard(self, *, content: bool) -> None:
        """Google takes the request, or has said something of the answer; `content`: the answer itself has begun."""
        ...

    def feed(self, batch: Batch) -> None:
        """The next of it."""
        ...

    async def room(self) -> None:
        """Returns when more can be taken."""
        ...

    def finish(self) -> None:
        """The answer is complete. Raises UpstreamFault(PROTOCOL) where what was fed is none."""
        ...


class Running(Protocol):
    """The exchange that the attempt is for."""

    def was_broken_off(self) -> bool: ...

    def stop(self, why: Literal["silence"]) -> None: ...

    def silent(self) -> UpstreamFault: ...


class Generating:
    """How the attempts of one exchange are made. `commit_first`: the client gets its status before Google is asked."""

    def __init__(self, sink: Sink, learn: Learn, running: Running, limits: Limits, *, commit_first: bool) -> None:
        self._sink = sink
        self._learn = learn
        self._running = running
        self._limits = limits
        self._commit_first = commit_first

    async def ask(self, attempt: Attempt, backend: Backend, accepted: Accepted) -> Outcome:
        """A generation, to its end or as far as it comes."""
        if self._commit_first:
            self._sink.commit()
        answer = _Answer(attempt, self._sink, self._learn)
        self._sink.listens(self._limits.request_deadline_s if answer.is_later_hop else 0.0, accepted)
        try:
            if attempt.step.renew:
                await backend.renew(attempt.lease.credential)
            await (answer.whole(backend) if attempt.step.whole else answer.stream(backend))
            outcome = answer.ended()
        except UpstreamFault as fault:
            outcome = answer.failed(fault.kept())
        except asyncio.CancelledError:
            outcome = answer.left()
        self._sink.listens_no_more()
        return self._after_silence(outcome) if isinstance(outcome, Left) and self._running.was_broken_off() else outcome

    def _after_silence(self, left: Left) -> Outcome:
        """A long answer can be resumed; another one ends here."""
        if left.pause:
            return Broke(left.attempt, self._running.silent(), pause=left.pause)
        self._running.stop("silence")
        return left


class _Answer:
    """What has come of one answer."""

    def __init__(self, attempt: Attempt, sink: Sink, learn: Learn) -> None:
        self._attempt = attempt
        self._sink = sink
        self._learn = learn
        so_far, checkpoint = attempt.step.so_far, attempt.step.checkpoint
        self.is_later_hop = later = checkpoint is not None and checkpoint.token != ""
        asked = so_far.asking(attempt.request) if so_far and not later else attempt.request
        self._joint = Continuation(so_far, repeats=not later) if so_far else None
        self._hop = Hop(checkpoint, asked) if checkpoint else None
        self._asked = checkpoint.asking() if checkpoint and later else asked
        self._begun = False
        self._content = False
        """The sink has something of it: this attempt can only end, or be continued."""
        self._empty = False
        self._reason = ""
        self._retires: Retirement | None = None
        self._held: list[Batch] = []
        self._gathered: list[GenerateResponse] = []
        """Of a whole answer, and the sink has nothing of it yet."""

    async def stream(self, backend: Backend) -> None:
        lease, sink = self._attempt.lease, self._sink
        async with backend.stream(lease.credential, lease.model, self._asked) as reads:
            self._begun = True
            sink.heard(content=False)
            async for responses in reads:
                came = read(responses)
                sink.heard(content=came.has_content)
                self._pass_on(self._joined(came))
                if sink.crowded:
                    await sink.room()
        if self._joint:
            self._flush()
        if self._hop and self._hop.ended:
            self._release()
        elif not self._content:
            self._refuse_unusable([part for batch in self._held for part in batch.parts])
            self._release()
        elif self._joint and not self._joint.ended:
            raise cut()

    async def whole(self, backend: Backend) -> None:
        await self._gather(backend)
        batch = read(self._gathered.copy())
        self._refuse_unusable(batch.parts)
        self._sink.heard(content=True)
        self._gathered.clear()
        self._held.append(self._joined(batch))
        self._release()

    async def _gather(self, backend: Backend) -> None:
        """All of an answer; a long one comes from a stream, because Google gives it in no other way."""
        lease = self._attempt.lease
        if not asks_for_length(self._asked):
            response = await backend.generate(lease.credential, lease.model, self._asked)
            self._begins()
            self._gathered.append(response)
            return
        async with backend.stream(lease.credential, lease.model, self._asked) as reads:
            self._begins()
            async for responses in reads:
                self._sink.heard(content=True)
                self._gathered += responses

    def _begins(self) -> None:
        self._begun = True
        self._sink.heard(content=False)

    def _joined(self, batch: Batch) -> Batch:
        """One read, as the client may have it."""
        signed, reason = [], ""
        for part in batch.parts:
            if isinstance(part, SIGNABLE):
                if part.signature:
                    signed.append(part)
            elif isinstance(part, EndPart):
                reason = reason or part.reason
        self._reason = reason or self._reason
        if signed:
            self._learn(self._attempt.lease, self._attempt.request, signed)
        if batch.telling and not self._retires:
            self._retires = retirement(batch.telling, self._attempt.lease.model)
        responses = self._hop.take(batch.responses, batch.telling) if self._hop else batch.responses
        if self._joint:
            responses = self._joint.take(responses)
        return batch if responses is batch.responses else read(responses)

    def _pass_on(self, batch: Batch) -> None:
        if self._content:
            self._sink.feed(batch)
            return
        self._held.append(batch)
        if batch.has_content:
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

    def _keep(self) -> None:
        """Of a long answer that broke off while it was gathered, all that need not come again."""
        if self._hop and (good := resumable(list(map(well_formed, self._gathered)))):
            self._gathered.clear()
            self._held.append(self._joined(read(good)))
        if self._hop and self._hop.moved:
            self._release()

    def ended(self) -> Outcome:
        if self._hop and self._hop.ended and (pause := self._hop.pause):
            return HopEnded(self._attempt, pause, self._joint.said if self._joint and self._joint.extensible else None)
        rest = self._hop.rest if self._hop else None
        if self._joint and (end := self._joint.end):
            return StoppedAtLimit(self._attempt, end, self._joint.said, self._joint.usage, rest)
        self._sink.finish()
        return Answered(self._attempt, self._reason, retires=self._retires, rest=rest)

    def failed(self, fault: UpstreamFault) -> Outcome:
        self._keep()
        if not self._content:
            return Refused(self._attempt, fault, self._begun, self._empty)
        self._flush()
        pause = self._hop.pause if self._hop else None
        if self._joint and self._joint.extensible:
            return Broke(self._attempt, fault, self._joint.said, self._joint.usage, pause)
        return Broke(self._attempt, fault, pause=pause)

    def left(self) -> Outcome:
        self._keep()
        if self._content:
            self._flush()
        return Left(self._attempt, self._begun, self._content, self._hop.pause if self._hop else None)

    def _refuse_unusable(self, parts: Sequence[StreamPart]) -> None:
        """An answer that is none is worth another attempt; an empty one only once, for it may be meant."""
        if fault := unusable(parts):
            raise fault
        self._empty = is_empty(parts)
        if self._empty and not self._attempt.step.empty_counts:
            raise empty()
