"""One request, from its first attempt to its end: failover, repair and continuation are the `ExchangeLoop`.

In: what wiring gives every request (`RelayServices`), a call's policy, and how to ask. Out: what the client gets.
Invariants: every lease is given back; the outcomes are all that is known of the attempts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from gcli2api_tui.events.problems import FaultKind, NoCredential, Problem, UpstreamFault
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.quick_dataclass import replace
from gcli2api_tui.relay import blame
from gcli2api_tui.relay.attempt import (
    Answered,
    Attempt,
    Broke,
    Left,
    Outcome,
    Refused,
    Served,
    Step,
)
from gcli2api_tui.relay.hops import Checkpoint
from gcli2api_tui.relay.model_successor import succeeded
from gcli2api_tui.relay.policy import Policy, doubt
from gcli2api_tui.relay.recorder import ExchangeRecorder
from gcli2api_tui.relay.resumption import Stood
from gcli2api_tui.relay.retries import RATE_LIMITS
from gcli2api_tui.relay.services import RelayServices
from gcli2api_tui.relay.unended import remembered
from gcli2api_tui.relay.waiting_line import Place
from gcli2api_tui.upstream.ports import Backend

Ask = Callable[[Attempt, Backend], Awaitable[Outcome]]
Heard = Callable[[str, Model], None]
"""(model that was asked for, the one that answers)"""


class ExchangeLoop:
    """The loop. `recorder` hears of each attempt, where somebody looks at them."""

    def __init__(
        self, means: RelayServices, policy: Policy, recorder: ExchangeRecorder | None = None, affinity: str = ""
    ) -> None:
        self.outcomes: list[Outcome] = []
        self._means = means
        self._policy = policy
        self._recorder = recorder
        self._affinity = affinity
        self._lease: Lease | None = None
        # Whoever chose a credential wants to know how that one is now.
        longest_s = 0.0 if policy.call.only else min(policy.limits.hold_s, policy.limits.request_deadline_s)
        self.place = Place(means.lines, means.clock, longest_s, recorder.held if recorder else lambda nobody: None)
        self._earlier = 0
        """Attempts with a model that has ended."""

    async def run(self, ask: Ask, on_heir: Heard = lambda model, heir: None) -> Answered | Stood | Problem:
        """What the client gets: from the model it asked for, or, where that has ended, from the one that follows.

        Both are handed in, and not kept: whoever asks has this loop, and a circle would wait for the collector.
        """
        while isinstance(result := await self._asked(ask), Problem):
            model, ends = self._policy.call.model, self._means.ends
            heir = ends.heir(model, result) if self._policy.heirs else None
            if heir is None:
                return ends.explained(model, result)
            self._succeed(heir)
            on_heir(model, heir)
        return result

    async def _asked(self, ask: Ask) -> Answered | Stood | Problem:
        """One attempt after another until the policy knows of no better one."""
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
            nobody = problem
        finally:
            self.place.leave()
            self._give_back()
            if self.outcomes and isinstance(self.outcomes[-1], Refused):
                self._blame_at_last()
        return self._policy.result(self.outcomes, nobody)

    def _succeed(self, heir: Model) -> None:
        reason = say("why.successor", model=self._policy.call.model, next=heir.id)
        abilities = self._means.lessons.abilities(heir.id)  # by all its rules, in every dialect: nobody asked for it
        call = succeeded(self._policy.call, heir)
        self._policy = replace(self._policy, call=call, abilities=abilities, opening=reason, unended=None)
        self._earlier += len(self.outcomes)
        self.outcomes = []

    async def _leased(self, step: Step) -> tuple[Lease, Step]:
        """The same credential, or another after a pause or when one is ready, and what for. Raises NoCredential."""
        if step.lease:
            return step.lease, step
        self._give_back()
        if step.pause_s:
            await self._means.clock.sleep(step.pause_s)
        rested = self._policy.rested(step, self.outcomes)
        key = (self._policy.call.model, self._policy.call.backends, self._policy.group, rested.without, step.only)
        try:
            self._lease = await self.place.lease(key, partial(self._another, step), partial(self._another, rested))
        except NoCredential:
            if step.otherwise is None:
                raise
            return await self._leased(step.otherwise)
        return self._lease, step

    def _another(self, step: Step) -> Lease:
        call, leases = self._policy.call, self._means.leases
        there = call.among(self._means.backends)
        among = self._means.ends.left(call.model, there)
        if there and not among:
            raise self._means.ends.remembered(call.model)
        try:
            with self._means.owners.of(call.request) as owner:
                affinity, only = ("", call.only) if call.only else (self._affinity, step.only or owner)
                lease = partial(leases.lease, call.model, among, self._policy.group, affinity=affinity, only=only)
                for tried in step.without[:-1]:
                    with suppress(NoCredential):
                        return lease(tried=tried)
                return lease(tried=step.without[-1])
        except NoCredential as away:
            raise (_chosen_cannot(away) if call.only else away) from None

    async def _attempt(self, ask: Ask, lease: Lease, step: Step) -> Outcome:
        request = await self._settled(lease, step)
        if step.checkpoint and step.is_later_hop:
            step = replace(step, checkpoint=replace(step.checkpoint, request=request))
        attempt = Attempt(lease, request, step)
        if self._recorder:
            self._recorder.attempt_started(attempt, self._earlier + len(self.outcomes) + 1)
        outcome = self._policy.judged(await ask(attempt, self._means.backends[lease.credential.backend]))
        if isinstance(outcome, Refused) and self._has_ended(lease, outcome.fault):
            outcome = replace(outcome, fault=blame.about_a_thing(outcome.fault))
        if isinstance(outcome, Answered) and outcome.rest:
            await self._remember(lease, outcome.rest)
        if self._recorder:
            self._recorder.attempt_ended(outcome)
        limited = isinstance(outcome, Refused) and outcome.fault.kind in RATE_LIMITS
        self.place.refused() if limited else self.place.accepted()
        return outcome

    async def _settled(self, lease: Lease, step: Step) -> GenerateRequest:
        """The request as its credential needs it; that of a later hop is what has gone out before."""
        if step.checkpoint and step.is_later_hop and step.checkpoint.request:
            return step.checkpoint.request
        settled = partial(self._means.signatures.settled, lease, step.request, repaired=bool(step.repairs))
        return await asyncio.to_thread(settled) if self._policy.call.large else settled()

    async def _remember(self, lease: Lease, rest: Checkpoint) -> None:
        """Where the answer goes on, for a client that asks for more of it."""
        call = self._policy.call
        noted = partial(remembered, call.model, call.request, rest, lease.credential.id)
        key, value = await asyncio.to_thread(noted) if call.large else noted()
        if key:
            self._means.signatures.keep(key, value)

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
            if any(isinstance(one, Refused) and one.fault.kind is FaultKind.RESOURCE for one in self.outcomes):
                self._means.owners.found(self._policy.call.request, lease.credential.id)
        elif outcome.begun:
            leases.charged(lease)
        if isinstance(outcome, Served | Broke):
            self._means.lessons.proved(outcome.attempt.step.repairs)
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


def _chosen_cannot(away: NoCredential) -> NoCredential:
    """A person chose the one credential: nobody else serves in its stead, and the way out is theirs."""
    return NoCredential(
        say("chosen.cannot", said=away.message),
        retry_after_s=away.retry_after_s,
        daily=away.daily,
        way_out=say("chosen.another"),
    )
