"""What the end of an attempt, a check or a figure of Google's does to a credential: counts, rests, marks.

In: a standing and what happened to it. Out: the standing changed, an event, a row for the store. A burst of refusals in
one window counts once; a guess never cools the last one that could serve.
"""

from collections.abc import Callable, Iterable

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import CredentialFault, FaultKind, UpstreamFault
from gcli2api_tui.events.records import CooldownCleared, CooldownSet, CredentialChanged, Event, QuotaLearned
from gcli2api_tui.pool import cooldown, quota
from gcli2api_tui.pool.budget import EVERY, FOREVER, Rest
from gcli2api_tui.pool.memory import Memory
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.pool.quota import Tally
from gcli2api_tui.pool.standing import STATE_OF_MARK, Mark, Standing


class Consequences:
    """`standings` gives all that are in the pool; `jitter` 0..1."""

    def __init__(
        self,
        clock: Clock,
        record: Callable[[Event], None],
        memory: Memory,
        jitter: Callable[[], float],
        standings: Callable[[], Iterable[Standing]],
    ) -> None:
        self._clock = clock
        self._record = record
        self._memory = memory
        self._jitter = jitter
        self._standings = standings

    def served(self, standing: Standing, lease: Lease) -> None:
        """Count one request, and end what its success disproves."""
        now = self._clock.now()
        standing.last_ok_at = now
        standing.last_error = ""
        self.count(standing, lease.model)
        standing.crowded.pop(lease.model, None)
        for model in (lease.model, EVERY):
            rest = standing.rests.get(model)
            # A request that began before the rest proves nothing about it.
            if rest is None or lease.number > rest.set_after:
                standing.budget.guesses.pop(model, None)
                self.wake(standing, model, "a request that passed")

    def count(self, standing: Standing, model: str) -> None:
        """One request, whatever came of it."""
        now = self._clock.now()
        tally = standing.tally(model, now)
        quota.count(tally, standing.credential.kind, now)
        standing.budget.pace.add(now)
        self._memory.keep_tally(standing.credential.id, model, tally)

    def refused(self, standing: Standing, lease: Lease, fault: UpstreamFault, leases: int) -> None:
        """A limit: the model rests. `leases` is the number of the newest lease."""
        now, model = self._clock.now(), EVERY if fault.every_model else lease.model
        current = standing.rests.get(model)
        if current and current.until > now and lease.number <= current.set_after:
            return  # a burst of refusals in one window counts once
        tally = standing.tally(lease.model, now)
        self._learn_limit(standing, lease.model, tally, fault, now)
        resets_at = quota.ends_at(tally, standing.credential.kind, now)
        guessed = cooldown.guessed(fault, resets_at)
        if guessed and self._last_healthy(standing, lease.model, now):
            return
        guesses = standing.budget.guesses.get(model, 0)
        until = cooldown.until(fault, guesses, now, resets_at, self._jitter)
        if guessed:
            standing.budget.guesses[model] = guesses + 1
        self._rest(standing, model, fault, Rest(until, fault.kind, fault.message, leases, length_s=until - now))

    def _rest(self, standing: Standing, model: str, fault: UpstreamFault, rest: Rest) -> None:
        now = self._clock.now()
        if fault.kind is FaultKind.DAILY:
            rest = put_off(rest, now)
        standing.rests[model] = rest
        self._memory.keep_rest(standing.credential.id, model, rest)
        shown = "" if model == EVERY else model
        credential = standing.credential
        self._record(CooldownSet(now, credential.id, credential.label, shown, rest.until, fault.message))

    def _learn_limit(self, standing: Standing, model: str, tally: Tally, fault: UpstreamFault, now: float) -> None:
        """Only a day's limit: a per-minute figure says nothing about the day."""
        if fault.kind is FaultKind.DAILY and fault.learned_limit:
            tally.limit, tally.limit_source = fault.learned_limit, "429"
            self._memory.keep_tally(standing.credential.id, model, tally)
            self._record(QuotaLearned(now, standing.credential.id, model, "429"))

    def _last_healthy(self, standing: Standing, model: str, now: float) -> bool:
        """Whether nobody else of its kind, with a quota of its own, could serve the model."""
        backend = standing.credential.backend
        return not any(
            one.budget is not standing.budget
            and one.credential.backend == backend
            and one.in_rotation()
            and one.allows(model)
            and one.free_at(model, now) <= now
            for one in self._standings()
        )

    def mark(self, standing: Standing, fault: UpstreamFault | CredentialFault) -> None:
        """Out of the rotation until a person acts, or for as long as the fault says that it may last."""
        passes_s = fault.passes_s if isinstance(fault, UpstreamFault) else None
        until = FOREVER if passes_s is None else self._clock.now() + passes_s
        standing.mark = Mark(fault.kind, fault.message, fault.link, until)
        self._memory.keep_mark(standing.credential.id, standing.mark)
        self._changed(standing, STATE_OF_MARK[fault.kind].value)

    def clear(self, standing: Standing, by: str) -> None:
        """Forget all rests and the mark: it is tried again."""
        standing.budget.guesses.clear()
        standing.crowded.clear()
        for model in tuple(standing.rests):
            self.wake(standing, model, by)
        if standing.mark:
            self._unmark(standing)

    def end_mark(self, standing: Standing, now: float) -> None:
        """One that passes by itself; a clock that went back does not make it longer."""
        mark = standing.mark
        if mark and mark.until < FOREVER and not now < mark.until <= now + cooldown.LONGEST_HINT_S:
            self._unmark(standing)

    def _unmark(self, standing: Standing) -> None:
        standing.mark = None
        self._memory.drop_rest(standing.credential.id, "")
        self._changed(standing, "ready")

    def learn(
        self, standing: Standing, model: str, remaining: float, resets_at: float | None, limit: int | None
    ) -> None:
        """Google's own figure for one model; a share left proves that a day's rest has ended early."""
        now = self._clock.now()
        tally = standing.tally(model, now)
        quota.learn(tally, remaining, resets_at, limit, now)
        self._memory.keep_tally(standing.credential.id, model, tally)
        self._record(QuotaLearned(now, standing.credential.id, model, "google"))
        rest = standing.rests.get(model)
        if remaining > 0 and rest and rest.kind is FaultKind.DAILY:
            self.wake(standing, model, "Google's figures")

    def wake(self, standing: Standing, model: str, by: str) -> None:
        """End a rest, if there is one, for all who share it."""
        if standing.rests.pop(model, None):
            credential, shown = standing.credential, "" if model == EVERY else model
            for one in self._standings():
                if one.budget is standing.budget:
                    self._memory.drop_rest(one.credential.id, model)
            self._record(CooldownCleared(self._clock.now(), credential.id, credential.label, shown, by))

    def end_rests(self, standing: Standing, now: float) -> None:
        """What is over by the clock; one that a clock gone back has made longer is as long as it was meant again."""
        for model, rest in tuple(standing.rests.items()):
            if rest.until <= now:
                self.wake(standing, model, "time")
            elif rest.until - now > rest.length_s + 1.0:
                shorter = Rest(now + rest.length_s, rest.kind, rest.message, rest.set_after, length_s=rest.length_s)
                standing.rests[model] = put_off(shorter, now) if rest.probe_at < FOREVER else shorter

    def _changed(self, standing: Standing, change: str) -> None:
        credential = standing.credential
        self._record(CredentialChanged(self._clock.now(), credential.id, credential.label, change))


def put_off(rest: Rest, now: float) -> Rest:
    """The same rest, probed later: one request at a time finds out whether it has ended early."""
    probe_at = now + cooldown.PROBE_S
    return Rest(rest.until, rest.kind, rest.message, rest.set_after, probe_at, rest.length_s)
