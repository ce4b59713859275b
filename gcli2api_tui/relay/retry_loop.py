"""One request, from its first attempt to its end: failover, repair and continuation are one loop, `RetryLoop.run`.

In: what every request is served with (`RelayServices`), a call's policy, and how to ask. Out: what the client gets.
Invariants: every lease is given back; the outcomes are all that is known of the attempts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import field
from functools import partial

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import FaultKind, NoCredential, Problem
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.model_retirement import Retirement, for_successor
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.affinity import Owners, unreachable
from gcli2api_tui.pool.ports import ANY, Lease, Leases
from gcli2api_tui.quick_dataclass import dataclass, replace
from gcli2api_tui.relay.answer_hops import Checkpoint
from gcli2api_tui.relay.attempt import Accepted
from gcli2api_tui.relay.fault_rules import RATE_LIMITS, about_a_thing, doubt
from gcli2api_tui.relay.hop_resumption import Stood, remembered
from gcli2api_tui.relay.model_lessons import Lessons
from gcli2api_tui.relay.ports import Gate, ModelEnds, NoEnds
from gcli2api_tui.relay.recorder import ExchangeRecorder
from gcli2api_tui.relay.retry_policy import Policy
from gcli2api_tui.relay.signature_memory import Signatures
from gcli2api_tui.relay.steps_and_outcomes import Answered, Attempt, Broke, Failed, Left, Outcome, Refused, Served, Step
from gcli2api_tui.relay.waiting_line import Place, WaitingLines
from gcli2api_tui.upstream.ports import Backend


@dataclass(frozen=True, slots=True)
class RelayServices:
    """What wiring gives every request: one of each per server, and no request owns any of them."""

    leases: Leases
    backends: Mapping[str, Backend]
    signatures: Signatures
    clock: Clock
    lessons: Lessons
    gate: Gate
    """Nobody is served who did not come through it."""
    ends: ModelEnds = field(default_factory=NoEnds)
    lines: WaitingLines = field(default_factory=WaitingLines)
    owners: Owners = field(default_factory=Owners)
    passed_on: Callable[[float], None] = lambda came_at: None
    """Hears of each read of Google's that goes out to a client who waits for it: when it came, by the clock."""


Ask = Callable[[Attempt, Backend, Accepted], Awaitable[Outcome]]
Heard = Callable[[str, Model], None]
"""(model that was asked for, the one that answers)"""


class RetryLoop:
    """`recorder` hears of each attempt, where somebody looks at them."""

    def __init__(
        self, means: RelayServices, policy: Policy, recorder: ExchangeRecorder | None = None, affinity: str = ""
    ) -> None:
        self.outcomes: list[Outcome] = []
        self._means = means
        self._policy = policy
        self._recorder = recorder
        self._affinity = affinity
        self._lease: Lease | None = None
        self._arrival = means.lines.arrival()
        self._place: Place | None = None
        """Once it has waited for a credential."""
        self._earlier = 0
        """Attempts with a model that has ended."""

    async def run(self, ask: Ask, on_heir: Heard = lambda model, heir: None) -> Answered | Stood | Problem:
        """One attempt after another until the policy knows of no better one. Out: what the client gets.

        Both are handed in, and not kept: whoever asks has this loop, and a circle would wait for the collector.
        """
        nobody = None
        try:
            while step := self._policy.next(self.outcomes):
                lease, step = await self._leased(step)
                outcome = await self._attempt(ask, lease, step)
                self.outcomes.append(outcome)
                self._settle(lease, outcome)
                if isinstance(outcome, Left):
                    raise asyncio.CancelledError
        except Problem as problem:
            nobody = problem.kept()
        finally:
            if self._place:
                self._place.leave()
            if self._lease:
                self._give_back(self._lease)
            if self.outcomes and isinstance(self.outcomes[-1], Refused):
                self._blame_at_last()
        result = self._policy.result(self.outcomes, nobody)
        return await self._of_successor(result, ask, on_heir) if isinstance(result, Problem) else result

    async def _of_successor(self, problem: Problem, ask: Ask, on_heir: Heard) -> Answered | Stood | Problem:
        """What the client gets where its model has ended: the answer of the one that follows."""
        model, ends = self._policy.call.model, self._means.ends
        heir = ends.heir(model, problem) if self._policy.heirs else None
        if heir is None:
            return ends.explained(model, problem)
        self._succeed(heir)
        on_heir(model, heir)
        return await self.run(ask, on_heir)

    def _succeed(self, heir: Model) -> None:
        """From the beginning, with the other model."""
        reason = say("why.successor", model=self._policy.call.model, next=heir.id)
        abilities = self._means.lessons.abilities(heir.id)  # by all its rules, in every dialect: nobody asked for it
        call = _for_successor(self._policy.call, heir)
        self._policy = replace(self._policy, call=call, abilities=abilities, opening=reason, unended=None)
        self._earlier += len(self.outcomes)
        self.outcomes = []

    async def _leased(self, step: Step) -> tuple[Lease, Step]:
        """The same credential, or another after a pause or when one is ready, and what for. Raises NoCredential."""
        if step.lease:
            return step.lease, step
        if self._lease:
            self._give_back(self._lease)
        if step.pause_s:
            await self._means.clock.sleep(step.pause_s)
        try:
            self._lease = await self._ready(step)
        except NoCredential:
            if step.otherwise is None:
                raise
            return await self._leased(step.otherwise)
        return self._lease, step

    async def _ready(self, step: Step) -> Lease:
        """At once, where nobody waits."""
        if self._place or self._means.lines.lines:
            return await self._in_line(step)
        try:
            return self._another(step)
        except NoCredential as nobody:
            return await self._in_line(step, nobody)

    async def _in_line(self, step: Step, nobody: NoCredential | None = None) -> Lease:
        """When it is this request's turn, and somebody is ready."""
        call, limits, means = self._policy.call, self._policy.limits, self._means
        if self._place is None:
            # Whoever chose a credential wants to know how that one is now.
            longest_s = 0.0 if call.only else min(limits.hold_s, limits.request_deadline_s)
            on_wait = self._recorder.held if self._recorder else lambda nobody: None
            self._place = Place(means.lines, self._arrival, means.clock, longest_s, on_wait)
            if self.outcomes and _is_limited(self.outcomes[-1]):
                self._place.refused()  # who has just been refused waits a moment, also for the first time
        rested = self._policy.rested(step, self.outcomes)
        key = (call.model, call.backends, self._policy.group, rested.without, step.only)
        return await self._place.lease(key, partial(self._another, step), partial(self._another, rested), nobody)

    def _another(self, step: Step) -> Lease:
        """A credential's that is ready now: the owner's of what the request names, else the pool's best."""
        call, means = self._policy.call, self._means
        there = call.among(means.backends)
        among = means.ends.left(call.model, there) if means.ends.gone else there
        if there and not among:
            raise means.ends.remembered(call.model)
        owner = means.owners.owner(call.request) if means.owners.owned else ANY
        affinity, only = ("", call.only) if call.only else (self._affinity, step.only or owner)
        lease = partial(means.leases.lease, call.model, among, self._policy.group, affinity=affinity, only=only)
        try:
            for tried in step.without[:-1]:
                with suppress(NoCredential):
                    return lease(tried=tried)
            return lease(tried=step.without[-1])
        except NoCredential as nobody:
            away = unreachable(nobody) if owner else nobody
            raise (_chosen_cannot(away) if call.only else away) from None

    async def _attempt(self, ask: Ask, lease: Lease, step: Step) -> Outcome:
        """One step on this credential; the recorder and the waiting line hear what comes of it."""
        request = await self._settled(lease, step)
        if step.checkpoint and step.checkpoint.token:
            step = replace(step, checkpoint=replace(step.checkpoint, request=request))
        attempt = Attempt(lease, request, step)
        if self._recorder:
            self._recorder.attempt_started(attempt, self._earlier + len(self.outcomes) + 1)
        accepted = self._place.accepted if self._place else None
        outcome = await ask(attempt, self._means.backends[lease.credential.backend], accepted)
        if isinstance(outcome, Failed):
            outcome = self._judged(lease, outcome)
        elif isinstance(outcome, Answered) and outcome.rest:
            await self._remember(lease, outcome.rest)
        if self._recorder:
            self._recorder.attempt_ended(outcome)
        if self._place:
            self._place.refused() if _is_limited(outcome) else self._place.accepted()
        return outcome

    async def _settled(self, lease: Lease, step: Step) -> GenerateRequest:
        """The request as its credential needs it; that of a later hop is what has gone out before."""
        if step.checkpoint and step.checkpoint.token and step.checkpoint.request:
            return step.checkpoint.request
        settled, demanded = self._means.signatures.settled, self._policy.abilities.signatures
        if not self._policy.call.large:
            return settled(lease, step.request, demanded=demanded, repaired=bool(step.repairs))
        return await asyncio.to_thread(settled, lease, step.request, demanded=demanded, repaired=bool(step.repairs))

    def _judged(self, lease: Lease, failed: Failed) -> Failed:
        """As what it is for this request; that Google serves the model no more is no matter of the credential's."""
        failed, ends = self._policy.judged(failed), self._means.ends
        if not isinstance(failed, Refused) or failed.fault.kind is not FaultKind.MODEL:
            return failed
        if self._policy.heirs and ends.refused(lease.model, lease.credential.backend, failed.fault):
            return replace(failed, fault=about_a_thing(failed.fault))
        return failed

    async def _remember(self, lease: Lease, rest: Checkpoint) -> None:
        """Where the answer goes on, for a client that asks for more of it."""
        call = self._policy.call
        noted = partial(remembered, call.model, call.request, rest, lease.credential.id)
        key, value = await asyncio.to_thread(noted) if call.large else noted()
        if key:
            self._means.signatures.keep(key, value)

    def _settle(self, lease: Lease, outcome: Outcome) -> None:
        """Tell the pool what the attempt cost and proved; of refusals it hears when their lease is given back."""
        leases = self._means.leases
        alone = len(self.outcomes) == 1
        if isinstance(outcome, Served):
            if self._policy.counted:
                leases.succeeded(lease)
            if isinstance(outcome, Answered) and outcome.retires:
                self._tell_end(lease.credential.backend, outcome.retires)
            if words := doubt(outcome):
                self._doubt(lease, words)
            if not alone and any(isinstance(o, Refused) and o.fault.kind is FaultKind.RESOURCE for o in self.outcomes):
                self._means.owners.found(self._policy.call.request, lease.credential.id)
        elif outcome.begun:
            leases.charged(lease)
        if isinstance(outcome, Served | Broke) and (repairs := outcome.attempt.step.repairs):
            self._means.lessons.proved(repairs)
        if not isinstance(outcome, Refused) and not (alone and isinstance(outcome, Served)):
            self._blame_at_last()

    def _tell_end(self, backend: str, told: Retirement) -> None:
        if self._means.ends.confirmed.get((told.model, backend)) != told.day:
            self._means.ends.told(backend, told)

    def _doubt(self, lease: Lease, words: Message) -> None:
        self._means.leases.doubted(lease, words)
        if self._recorder:
            self._recorder.warn(say("log.changed", label=lease.credential.label, change=words))

    def _give_back(self, lease: Lease) -> None:
        self._lease = None
        last = self.outcomes[-1] if self.outcomes else None
        if last and last.attempt.lease is lease and (fault := self._policy.blamed(last)):
            self._means.leases.failed(lease, fault)
        self._means.leases.release(lease)
        if self._means.lines.lines:
            self._means.lines.freed()

    def _blame_at_last(self) -> None:
        """The request is over, or goes on with another part of its answer."""
        for one in self._policy.blamed_at_last(self.outcomes):
            self._means.leases.failed(one.attempt.lease, one.fault)


def _is_limited(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.fault.kind in RATE_LIMITS


def _chosen_cannot(away: NoCredential) -> NoCredential:
    """A person chose the one credential: nobody else serves in its stead, and the way out is theirs."""
    return NoCredential(
        say("chosen.cannot", said=away.message),
        retry_after_s=away.retry_after_s,
        daily=away.daily,
        way_out=say("chosen.another"),
    )


def _for_successor(call: Call, heir: Model) -> Call:
    """The same request for another model, by that one's rules."""
    return replace(call, model=heir.id, backends=heir.backends, request=for_successor(heir, call.request))
