"""One request, from its first attempt to its end: failover, repair and continuation are the `ExchangeLoop`.

In: what wiring gives every request (`Means`), a call's policy, and how to ask. Out: what the client gets. Invariants:
every lease is given back; the outcomes are all that is known of the attempts; a cancellation is never swallowed unless
somebody here asked for it, and whatever happens the client's answer ends.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import FaultKind, NoCredential, Problem, UpstreamFault
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.stream_parts import read
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.ports import Lease, Leases
from gcli2api_tui.relay import blame
from gcli2api_tui.relay.affinity import affinity_of
from gcli2api_tui.relay.attempt import (
    Answered,
    Attempt,
    Left,
    Outcome,
    Refused,
    Served,
    Step,
)
from gcli2api_tui.relay.generation import generate
from gcli2api_tui.relay.lifetime import OVERDUE, Lifetime, Stop
from gcli2api_tui.relay.policy import RATE_LIMITS, Policy, doubt
from gcli2api_tui.relay.ports import Limits, ModelEnds
from gcli2api_tui.relay.recorder import ExchangeRecorder
from gcli2api_tui.relay.response import Response
from gcli2api_tui.relay.resumption import Stood, as_it_stood
from gcli2api_tui.relay.signatures import Signatures
from gcli2api_tui.relay.succession import NoEnds, succeeded
from gcli2api_tui.relay.waiting_line import Place, WaitingLines
from gcli2api_tui.upstream.ports import Backend

Ask = Callable[[Attempt, Backend], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Means:
    """What every request is served with."""

    leases: Leases
    backends: Mapping[str, Backend]
    signatures: Signatures
    clock: Clock
    limits: Limits
    ends: ModelEnds = field(default_factory=NoEnds)
    lines: WaitingLines = field(default_factory=WaitingLines)


class ExchangeLoop:
    """The loop. `recorder` hears of each attempt, where somebody looks at them."""

    def __init__(
        self, means: Means, policy: Policy, ask: Ask, recorder: ExchangeRecorder | None = None, affinity: str = ""
    ) -> None:
        self.outcomes: list[Outcome] = []
        self.on_heir: Callable[[str, Model], None] = lambda model, heir: None
        self._means = means
        self._policy = policy
        self._ask = ask
        self._recorder = recorder
        self._affinity = affinity
        self._lease: Lease | None = None
        longest_s = min(means.limits.hold_s, means.limits.request_deadline_s)
        self.place = Place(means.lines, means.clock, longest_s, recorder.held if recorder else lambda nobody: None)
        self._earlier = 0
        """Attempts with a model that has ended."""

    async def run(self) -> Answered | Stood | Problem:
        """What the client gets: from the model it asked for, or, where that has ended, from the one that follows."""
        while isinstance(result := await self._asked(), Problem):
            model, ends = self._policy.call.model, self._means.ends
            heir = ends.heir(model, result) if self._policy.heirs else None
            if heir is None:
                return ends.explained(model, result)
            self._succeed(model, heir)
        return result

    async def _asked(self) -> Answered | Stood | Problem:
        """One attempt after another until the policy knows of no better one."""
        nobody = None
        try:
            while step := self._policy.next(self.outcomes):
                lease, step = await self._leased(step)
                outcome = await self._attempt(lease, step)
                self.outcomes.append(outcome)
                self._settle(lease, outcome)
                if isinstance(outcome, Left):
                    raise asyncio.CancelledError
        except Problem as problem:
            nobody = problem
        finally:
            self.place.leave()
            self._give_back()
            if self.outcomes and isinstance(self.outcomes[-1], Refused):
                self._blame_at_last()
        return self._policy.result(self.outcomes, nobody)

    def _succeed(self, model: str, heir: Model) -> None:
        reason = say("why.successor", model=model, next=heir.id)
        self._policy = replace(self._policy, call=succeeded(self._policy.call, heir), opening=reason)
        self._earlier += len(self.outcomes)
        self.outcomes = []
        self.on_heir(model, heir)

    async def _leased(self, step: Step) -> tuple[Lease, Step]:
        """The same credential, or another after a pause or when one is ready, and what for. Raises NoCredential."""
        if step.lease:
            return step.lease, step
        self._give_back()
        if step.pause_s:
            await self._means.clock.sleep(step.pause_s)
        rested = self._policy.rested(step, self.outcomes)
        key = (self._policy.call.model, self._policy.call.backends, rested.without, step.only)
        try:
            self._lease = await self.place.lease(key, partial(self._another, step), partial(self._another, rested))
        except NoCredential:
            if step.otherwise is None:
                raise
            return await self._leased(step.otherwise)
        return self._lease, step

    def _another(self, step: Step) -> Lease:
        call, leases = self._policy.call, self._means.leases
        among = self._means.ends.left(call.model, call.among(self._means.backends))
        if not among:
            raise self._means.ends.remembered(call.model)
        *first, last = step.without
        for tried in first:
            with suppress(NoCredential):
                return leases.lease(call.model, among, tried=tried, affinity=self._affinity)
        return leases.lease(call.model, among, tried=last, affinity=self._affinity, only=step.only)

    async def _attempt(self, lease: Lease, step: Step) -> Outcome:
        attempt = Attempt(lease, await self._settled(lease, step), step)
        if self._recorder:
            self._recorder.attempt_started(attempt, self._earlier + len(self.outcomes) + 1)
        outcome = self._policy.judged(await self._ask(attempt, self._means.backends[lease.credential.backend]))
        if isinstance(outcome, Refused) and self._has_ended(lease, outcome.fault):
            outcome = replace(outcome, fault=blame.about_a_thing(outcome.fault))
        if self._recorder:
            self._recorder.attempt_ended(outcome)
        limited = isinstance(outcome, Refused) and outcome.fault.kind in RATE_LIMITS
        self.place.refused() if limited else self.place.accepted()
        return outcome

    async def _settled(self, lease: Lease, step: Step) -> GenerateRequest:
        """The request as its credential needs it; that of a later hop is what has gone out before."""
        if step.checkpoint and step.is_later_hop:
            return step.checkpoint.request
        settled = partial(self._means.signatures.settled, lease, step.request, repaired=step.repaired)
        return await asyncio.to_thread(settled) if self._policy.call.large else settled()

    def _has_ended(self, lease: Lease, fault: UpstreamFault) -> bool:
        """Whether Google serves the model no more there: then it is no matter of the credential that was asked."""
        found = fault.kind is FaultKind.MODEL
        return found and self._means.ends.refused(lease.model, lease.credential.backend, fault)

    def _settle(self, lease: Lease, outcome: Outcome) -> None:
        """Tell the pool what the attempt cost and proved; of refusals it hears when their lease is given back."""
        leases = self._means.leases
        if isinstance(outcome, Served):
            if self._policy.counted:
                leases.succeeded(lease)
            if isinstance(outcome, Answered) and outcome.retires:
                self._means.ends.told(lease.credential.backend, outcome.retires)
            if words := doubt(outcome):
                self._doubt(lease, words)
        elif outcome.begun:
            leases.charged(lease)
        if not isinstance(outcome, Refused):
            self._blame_at_last()

    def _doubt(self, lease: Lease, words: Message) -> None:
        self._means.leases.doubted(lease, words)
        if self._recorder:
            self._recorder.warn(say("log.changed", label=lease.credential.label, change=words))

    def _give_back(self) -> None:
        lease, self._lease = self._lease, None
        if lease:
            last = self.outcomes[-1] if self.outcomes else None
            if last and last.attempt.lease is lease and (fault := self._policy.blamed(last)):
                self._means.leases.failed(lease, fault)
            self._means.leases.release(lease)
            self._means.lines.freed()

    def _blame_at_last(self) -> None:
        """The request is over, or goes on with another part of its answer."""
        for one in self._policy.blamed_at_last(self.outcomes):
            self._means.leases.failed(one.attempt.lease, one.fault)


class Exchange(Lifetime):
    """A request whose client gets a response as it comes: content within the deadline, then without silence."""

    def __init__(self, means: Means, policy: Policy, recorder: ExchangeRecorder, response: Response) -> None:
        super().__init__(means.limits.request_deadline_s, means.limits.silence_s)
        self._call = policy.call
        self._clock = means.clock
        self._limits = means.limits
        self._learn = means.signatures.learn
        self._recorder = recorder
        self._response = response
        self._attempts = ExchangeLoop(means, policy, self._generate, recorder, affinity_of(policy.call))
        self._attempts.on_heir = self._succeeded
        response.on_heard = self._attempts.place.accepted

    async def run(self) -> None:
        """To the end, whatever it is; only a cancellation that nobody here asked for goes on."""
        try:
            self._end(await self._attempts.run())
        except asyncio.CancelledError:
            if self.stopped_by is None:
                raise
            self._end_stopped()
        finally:
            self.settle()

    def _succeeded(self, model: str, heir: Model) -> None:
        self._response.answered_by = heir.id
        self._recorder.succeeded(model, heir.id)

    async def _generate(self, attempt: Attempt, backend: Backend) -> Outcome:
        if self._call.fake:
            self._response.commit()
        self._response.listens()
        outcome = await generate(attempt, backend, self._response, self._learn)
        self._response.listens_no_more()
        return outcome

    def _end(self, result: Answered | Stood | Problem) -> None:
        if isinstance(result, Problem):
            self._response.fail(result)
        elif isinstance(result, Stood):
            if at := result.checkpoint:
                self._recorder.warn(say("relay.stood", hop=at.hop, tokens=f"{at.made:,}", why=result.why))
            self._response.feed(read([result.end]))
            self._response.finish()

    def _end_stopped(self) -> None:
        """An answer that stood at its limit when the deadline came is good as Google ended it."""
        stood = as_it_stood(self._attempts.outcomes)
        if stood and self.stopped_by in OVERDUE and (problem := self.problem()):
            self._end(replace(stood, why=problem.message))
            return
        if self.stopped_by not in OVERDUE:
            self._recorder.cancelled()
        if problem := self.problem():
            self._response.fail(problem)

    def stop(self, why: Stop) -> None:
        if not self._recorder.ended:
            super().stop(why)

    def settle(self) -> None:
        """Whatever happened, and however often it is called: the ledger knows the end, and the response is over."""
        try:
            if self._response.finished:
                self._recorder.finished(self._response.finish_reason)
            elif not self._recorder.ended and self.stopped_by:
                self._end_stopped()
            elif not self._recorder.ended:
                self._response.fail(crashed())
        finally:
            if not self._recorder.ended:
                self._recorder.failed(500, crashed())
            self._response.close()
            self.end()

    async def keep_time(self) -> None:
        """Commit after the hold, keep a waiting client's connection alive, end what is overdue."""
        began = self._clock.monotonic()
        deadline, hold = began + self._limits.request_deadline_s, began + self._limits.first_byte_hold_s
        while (moment := self._clock.monotonic()) < (
            overdue := self._response.overdue(deadline, self._limits.silence_s)
        ):
            due = [overdue, moment + self._limits.heartbeat_s]
            if self._call.stream:
                due.append(self._response.beat(self._limits.heartbeat_s) if moment >= hold else hold)
            await self._clock.sleep(max(0.001, min(due) - moment))
        self.stop("silence" if self._response.has_content else "deadline")


def crashed() -> Problem:
    """What a client hears of a fault of our own."""
    return Problem(say("relay.failed"), say("relay.logs_say_more"))
