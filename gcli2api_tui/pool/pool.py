"""The pool: which credential serves next, and what each fault does to it.

In: credentials, and how attempts ended. Out: leases, views, events, and rows for the store. All in memory and
synchronous. A lease is counted in flight exactly once and given back exactly once, in any order of calls.
"""

import random
from collections.abc import Callable, Collection, Iterable

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import Credential
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import CredentialFault, FaultKind, UpstreamFault
from gcli2api_tui.events.records import CooldownCleared, CooldownSet, CredentialChanged, Event, QuotaLearned, Usage
from gcli2api_tui.pool import cooldown, policy, quota
from gcli2api_tui.pool.allowance import allowance
from gcli2api_tui.pool.memory import Memory
from gcli2api_tui.pool.ports import Allowance, Lease
from gcli2api_tui.pool.quota import Tally
from gcli2api_tui.pool.refusal import no_credential
from gcli2api_tui.pool.standing import FOREVER, STATE_OF_MARK, Mark, Rest, Standing
from gcli2api_tui.pool.view import CredentialView, view_of
from gcli2api_tui.state.ports import Saved, Store


class Pool:
    """Implements pool.ports.Leases. `strategy` is one of policy.ORDERS; `seed` fixes the jitter."""

    def __init__(
        self,
        clock: Clock,
        record: Callable[[Event], None],
        store: Store | None = None,
        strategy: str = "least-used",
        seed: int | None = None,
    ) -> None:
        self._clock = clock
        self._record = record
        self._memory = Memory(store)
        self._strategy = strategy
        self._jitter = random.Random(seed).random
        self._standings: dict[CredentialId, Standing] = {}
        self._open: dict[int, Standing] = {}
        self._leases = 0

    # Leases

    def lease(
        self, model: str, backends: Collection[str], *, tried: Collection[CredentialId] = (), affinity: str = ""
    ) -> Lease:
        now = self._clock.now()
        self._end_rests(now)
        suitable = self._suitable(backends)
        open_now = [
            one
            for one in suitable
            if one.in_rotation() and one.allows(model) and not one.full() and one.credential.id not in tried
        ]
        ready = [one for one in open_now if one.free_at(model, now) <= now]
        if ready:
            chosen = policy.best(ready, policy.ORDERS[self._strategy], model, now)
            return self._give(chosen, model, policy.reason(chosen, len(ready), self._strategy))
        for one in open_now:
            if one.probe_due(model, now):
                self._put_off_probe(one, model, now)
                return self._give(one, model, "a probe: its long rest may have ended early")
        raise no_credential(suitable, model, now)

    def succeeded(self, lease: Lease, usage: Usage) -> None:
        standing = self._standings.get(lease.credential.id)
        if standing is None:
            return
        now = self._clock.now()
        standing.last_ok_at = now
        standing.last_error = ""
        tally = standing.tally(lease.model, now)
        quota.count(tally, standing.credential.kind, now)
        self._memory.keep_tally(standing.credential.id, lease.model, tally)
        standing.crowded.pop(lease.model, None)
        rest = standing.rests.get(lease.model)
        # A request that began before the rest proves nothing about it.
        if rest is None or lease.number > rest.set_after:
            standing.guesses.pop(lease.model, None)
            self._wake(standing, lease.model, "a request that passed")

    def failed(self, lease: Lease, fault: UpstreamFault) -> None:
        standing = self._standings.get(lease.credential.id)
        if standing is None:
            return
        standing.last_error = fault.message
        if fault.kind in cooldown.PERSON:
            self._mark(standing, fault)
        elif fault.kind in cooldown.RESTING:
            self._rest(standing, lease, fault)
        elif fault.kind is FaultKind.CAPACITY:
            standing.crowded[lease.model] = self._clock.now() + cooldown.crowded_s(fault)

    def release(self, lease: Lease) -> None:
        standing = self._open.pop(lease.number, None)
        if standing is not None:
            standing.in_flight -= 1

    def allowance(self, model: str, backends: Collection[str]) -> Allowance | None:
        fitting = (one for one in self._standings.values() if one.credential.backend in backends)
        return allowance(fitting, model, self._clock.now())

    # Who is in the pool

    def add(self, credential: Credential) -> None:
        """Join the rotation, with what was remembered about it."""
        if credential.id in self._standings:
            self.replace(credential)
            return
        self._standings[credential.id] = self._memory.recall(credential, self._clock.now())

    def replace(self, credential: Credential) -> None:
        """New tokens, label or settings; counts and rests stay. Unknown ids are ignored."""
        if standing := self._standings.get(credential.id):
            standing.credential = credential

    def retire(self, identity: CredentialId) -> None:
        """Leave the rotation; running leases end as they will."""
        if standing := self._standings.pop(identity, None):
            self._memory.put_aside(standing)

    def restore(self, saved: Saved) -> None:
        """What the store kept, for credentials in the pool and those that still come."""
        self._memory.read(saved)
        now = self._clock.now()
        for standing in self._standings.values():
            self._memory.refresh(standing, now)

    def credential(self, identity: CredentialId) -> Credential | None:
        standing = self._standings.get(identity)
        return standing.credential if standing else None

    def view(self) -> tuple[CredentialView, ...]:
        """All credentials, oldest first."""
        now = self._clock.now()
        self._end_rests(now)
        for standing in self._standings.values():
            standing.roll(now)
        able = [one for one in self._standings.values() if one.in_rotation() and not one.spent()]
        turns = policy.ranked(able, policy.ORDERS[self._strategy], "", now)
        places = {one.credential.id: place for place, one in enumerate(turns, 1)}
        ordered = sorted(self._standings.values(), key=lambda one: (one.credential.created_at, one.credential.label))
        return tuple(view_of(one, places.get(one.credential.id, 0), now) for one in ordered)

    # What people and checks find out

    def mark(self, identity: CredentialId, fault: UpstreamFault | CredentialFault) -> None:
        """A fault found outside an exchange. Kinds that need no person leave no mark."""
        if standing := self._standings.get(identity):
            standing.last_error = fault.message
            if fault.kind in cooldown.PERSON:
                self._mark(standing, fault)

    def clear_cooldown(self, identity: CredentialId, by: str = "you") -> None:
        """Forget all rests and the mark: it is tried again."""
        if standing := self._standings.get(identity):
            standing.guesses.clear()
            standing.crowded.clear()
            for model in tuple(standing.rests):
                self._wake(standing, model, by)
            if standing.mark:
                standing.mark = None
                self._memory.drop_rest(identity, "")
                self._changed(standing, "ready")

    def learn_quota(
        self,
        identity: CredentialId,
        model: str,
        remaining: float,
        resets_at: float | None = None,
        limit: int | None = None,
    ) -> None:
        """Google's own figure for one model; a share left proves that a day's rest has ended early."""
        standing = self._standings.get(identity)
        if standing is None:
            return
        now = self._clock.now()
        tally = standing.tally(model, now)
        quota.learn(tally, remaining, resets_at, limit, now)
        self._memory.keep_tally(identity, model, tally)
        self._record(QuotaLearned(now, identity, model, "google"))
        rest = standing.rests.get(model)
        if remaining > 0 and rest and rest.kind is FaultKind.DAILY:
            self._wake(standing, model, "Google's figures")

    # How it is done

    def _suitable(self, backends: Collection[str]) -> list[Standing]:
        return [one for one in self._standings.values() if one.credential.backend in backends]

    def _give(self, standing: Standing, model: str, reason: str) -> Lease:
        self._leases += 1
        standing.last_lease = self._leases
        standing.in_flight += 1
        self._open[self._leases] = standing
        return Lease(self._leases, standing.credential, model, reason)

    def _rest(self, standing: Standing, lease: Lease, fault: UpstreamFault) -> None:
        now = self._clock.now()
        model, current = lease.model, standing.rests.get(lease.model)
        if current and current.until > now and lease.number <= current.set_after:
            return  # a burst of refusals in one window counts once
        tally = standing.tally(model, now)
        self._learn_limit(standing, model, tally, fault, now)
        resets_at = quota.ends_at(tally, standing.credential.kind, now)
        if cooldown.guessed(fault, resets_at) and self._last_healthy(standing, model, now):
            return
        guesses = standing.guesses.get(model, 0)
        until = cooldown.until(fault, guesses, now, resets_at, self._jitter)
        if cooldown.guessed(fault, resets_at):
            standing.guesses[model] = guesses + 1
        probe_at = now + cooldown.PROBE_S if fault.kind is FaultKind.DAILY else FOREVER
        rest = Rest(until, fault.kind, fault.message, self._leases, probe_at)
        standing.rests[model] = rest
        self._memory.keep_rest(standing.credential.id, model, rest)
        self._record(CooldownSet(now, standing.credential.id, standing.credential.label, model, until, fault.message))

    def _learn_limit(self, standing: Standing, model: str, tally: Tally, fault: UpstreamFault, now: float) -> None:
        """Only a day's limit: a per-minute figure says nothing about the day."""
        if fault.kind is FaultKind.DAILY and fault.learned_limit:
            tally.limit, tally.limit_source = fault.learned_limit, "429"
            self._memory.keep_tally(standing.credential.id, model, tally)
            self._record(QuotaLearned(now, standing.credential.id, model, "429"))

    def _last_healthy(self, standing: Standing, model: str, now: float) -> bool:
        """Whether nobody else of its kind could serve the model."""
        return not any(
            one is not standing and one.in_rotation() and one.allows(model) and one.free_at(model, now) <= now
            for one in self._suitable((standing.credential.backend,))
        )

    def _mark(self, standing: Standing, fault: UpstreamFault | CredentialFault) -> None:
        standing.mark = Mark(fault.kind, fault.message, fault.link)
        self._memory.keep_mark(standing.credential.id, standing.mark)
        self._changed(standing, STATE_OF_MARK[fault.kind].value)

    def _changed(self, standing: Standing, change: str) -> None:
        credential = standing.credential
        self._record(CredentialChanged(self._clock.now(), credential.id, credential.label, change))

    def _put_off_probe(self, standing: Standing, model: str, now: float) -> None:
        old = standing.rests[model]
        standing.rests[model] = Rest(old.until, old.kind, old.message, old.set_after, now + cooldown.PROBE_S)

    def _end_rests(self, now: float) -> None:
        for standing in self._standings.values():
            for model in _over(standing.rests, now):
                self._wake(standing, model, "time")

    def _wake(self, standing: Standing, model: str, by: str) -> None:
        if standing.rests.pop(model, None):
            credential = standing.credential
            self._memory.drop_rest(credential.id, model)
            self._record(CooldownCleared(self._clock.now(), credential.id, credential.label, model, by))


def _over(rests: dict[str, Rest], now: float) -> Iterable[str]:
    return [model for model, rest in rests.items() if rest.until <= now] if rests else ()
