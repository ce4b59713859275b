"""Cooldowns and marks: what an attempt, a check or a figure of Google's does to a credential, and for how long.

In: a credential's state and what happened to it. Out: the state changed, an event, a row for the store. A burst of
refusals in one window counts once; a guess never cools the last one that could serve. Google's hint is obeyed and
capped at the bucket's known reset (hints that outlive the reset lock good credentials for days). Without a hint the
time is guessed: 1 s · 2ⁿ with jitter, at most 30 minutes; those for a spent day.
"""

from collections.abc import Callable
from enum import StrEnum

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CooldownCleared, CooldownSet, CredentialChanged, Event, QuotaLearned
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.credential_state import (
    EVERY,
    FOREVER,
    LONGEST_HINT_S,
    PROBE_S,
    STATE_OF_MARK,
    Cooldown,
    Mark,
    PooledCredential,
)
from gcli2api_tui.pool.members import Members
from gcli2api_tui.pool.persistence import Persistence
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.pool.quota import Tally

LONGEST_GUESS_S = 1800.0
MODEL_S = 86_400.0
"""Not entitled to a model: asked again a day later."""

CROWDED_S = 30.0
"""Longest that an overloaded model makes a credential less wanted."""

PERSON = frozenset(
    {
        FaultKind.AUTH,
        FaultKind.NEEDS_LOGIN,
        FaultKind.TERMS,
        FaultKind.TIER,
        FaultKind.VALIDATION,
        FaultKind.PROJECT,
        FaultKind.FORBIDDEN,
    }
)
"""The whole credential stands still until a person acts; no timer. AUTH is reported only after a failed renewal."""

COOLING = frozenset({FaultKind.RATE, FaultKind.DAILY, FaultKind.MODEL})
"""One model of one credential rests. All other kinds never cool anything."""

DOUBTED_S = 3600.0
"""How long an account that Google limits is less wanted for a model."""


class Ender(StrEnum):
    """Who ended a rest, or what did."""

    TIME = "time"
    REQUEST = "request"
    CHECK = "check"
    GOOGLE = "google"
    PERSON = "you"

    @property
    def said(self) -> Message:
        return say(f"by.{self.value}")


class Cooldowns:
    """`jitter` gives 0..1."""

    def __init__(
        self,
        record: Callable[[Event], None],
        persistence: Persistence,
        jitter: Callable[[], float],
        members: Members,
    ) -> None:
        self._record = record
        self._persistence = persistence
        self._jitter = jitter
        self._members = members

    def disproved(self, pooled: PooledCredential, lease: Lease) -> None:
        """A request was served: end the rests of which that is the end."""
        for model in (lease.model, EVERY):
            cooldown = pooled.cooldowns.get(model)
            # A request that began before the rest proves nothing about it.
            if cooldown is None or lease.number > cooldown.set_after:
                pooled.budget.guesses.pop(model, None)
                self.wake(pooled, model, Ender.REQUEST)

    def refused(self, pooled: PooledCredential, lease: Lease, fault: UpstreamFault, leases: int) -> None:
        """A limit: the model rests. `leases` is the number of the newest lease."""
        now, model = self._members.now(), EVERY if fault.every_model else lease.model
        current = pooled.cooldowns.get(model)
        if current and current.until > now and lease.number <= current.set_after:
            return  # a burst of refusals in one window counts once
        tally = pooled.tally(lease.model, now)
        self._learn_limit(pooled, lease.model, tally, fault, now)
        resets_at = quota.ends_at(tally, pooled.credential.kind, now)
        guessed = is_guessed(fault, resets_at)
        if guessed and self._last_healthy(pooled, lease.model, now):
            return
        guesses = pooled.budget.guesses.get(model, 0)
        until = rests_until(fault, guesses, now, resets_at, self._jitter)
        if guessed:
            pooled.budget.guesses[model] = guesses + 1
        self._cool(pooled, model, fault, Cooldown(until, fault.kind, fault.message, leases, length_s=until - now))

    def _cool(self, pooled: PooledCredential, model: str, fault: UpstreamFault, cooldown: Cooldown) -> None:
        now = self._members.now()
        if fault.kind is FaultKind.DAILY:
            cooldown = put_off(cooldown, now)
        pooled.cooldowns[model] = cooldown
        self._persistence.keep_cooldown(pooled.credential.id, model, cooldown)
        shown = "" if model == EVERY else model
        credential = pooled.credential
        self._record(CooldownSet(now, credential.id, credential.label, shown, cooldown.until, fault.message))

    def _learn_limit(
        self, pooled: PooledCredential, model: str, tally: Tally, fault: UpstreamFault, now: float
    ) -> None:
        """Only a day's limit: a per-minute figure says nothing about the day."""
        if fault.kind is FaultKind.DAILY and fault.learned_limit:
            tally.limit, tally.limit_source = fault.learned_limit, "429"
            self._persistence.keep_limit(pooled.credential.id, model, tally)
            self._record(QuotaLearned(now, pooled.credential.id, model, "429"))

    def _last_healthy(self, pooled: PooledCredential, model: str, now: float) -> bool:
        """Whether nobody else of its kind, with a quota of its own, could serve the model."""
        backend = pooled.credential.backend
        return not any(
            one.budget is not pooled.budget
            and one.credential.backend == backend
            and one.in_rotation()
            and one.allows(model)
            and one.free_at(model, now) <= now
            for one in self._members.all()
        )

    def mark(self, pooled: PooledCredential, fault: UpstreamFault) -> None:
        """Out of the rotation until a person acts, or for as long as the fault says that it may last."""
        until = FOREVER if fault.passes_s is None else self._members.now() + fault.passes_s
        pooled.mark = Mark(fault.kind, fault.message, fault.link, until)
        self._persistence.keep_mark(pooled.credential.id, pooled.mark)
        self._changed(pooled, say(f"change.{STATE_OF_MARK[fault.kind].name.lower()}"))

    def clear(self, pooled: PooledCredential, by: Ender) -> None:
        """Forget all rests and the mark: it is tried again."""
        pooled.budget.guesses.clear()
        pooled.crowded.clear()
        for model in tuple(pooled.cooldowns):
            self.wake(pooled, model, by)
        if pooled.mark:
            self._unmark(pooled)

    def end_mark(self, pooled: PooledCredential, now: float) -> None:
        """One that passes by itself; a clock that went back does not make it longer."""
        mark = pooled.mark
        if mark and mark.until < FOREVER and not now < mark.until <= now + LONGEST_HINT_S:
            self._unmark(pooled)

    def _unmark(self, pooled: PooledCredential) -> None:
        pooled.mark = None
        self._members.changed(pooled)
        self._persistence.drop_cooldown(pooled.credential.id, "")
        self._changed(pooled, say("change.ready"))

    def learn(
        self, pooled: PooledCredential, model: str, remaining: float, resets_at: float | None, limit: int | None
    ) -> None:
        """Google's own figure for one model; a share left proves that a day's rest has ended early."""
        now = self._members.now()
        tally = pooled.tally(model, now)
        quota.learn(tally, remaining, resets_at, limit, now)
        self._persistence.keep_limit(pooled.credential.id, model, tally)
        self._record(QuotaLearned(now, pooled.credential.id, model, "google"))
        cooldown = pooled.cooldowns.get(model)
        if remaining > 0 and cooldown and cooldown.kind is FaultKind.DAILY:
            self.wake(pooled, model, Ender.GOOGLE)

    def wake(self, pooled: PooledCredential, model: str, by: Ender) -> None:
        """End a rest, if there is one, for all who share it."""
        if pooled.cooldowns.pop(model, None):
            credential, shown = pooled.credential, "" if model == EVERY else model
            for one in self._members.sharing(pooled.budget):
                self._persistence.drop_cooldown(one.credential.id, model, by_time=by is Ender.TIME)
            self._record(CooldownCleared(self._members.now(), credential.id, credential.label, shown, by.said))

    def forget_model(self, model: str | None) -> int:
        """Google's word that somebody may not have a model, or any: how many such rests have ended."""
        found = [
            (one, name)
            for one in self._members.all()
            for name, cooldown in one.cooldowns.items()
            if cooldown.kind is FaultKind.MODEL and model in (None, name)
        ]
        for one, name in found:
            self._members.changed(one)
            self.wake(one, name, Ender.PERSON)
        return len(found)

    def end_cooldowns(self, pooled: PooledCredential, now: float) -> None:
        """What is over by the clock; one that a clock gone back has made longer is as long as it was meant again."""
        for model, cooldown in tuple(pooled.cooldowns.items()):
            if cooldown.until <= now:
                self.wake(pooled, model, Ender.TIME)
            elif cooldown.until - now > cooldown.length_s + 1.0:
                shorter = Cooldown(
                    now + cooldown.length_s,
                    cooldown.kind,
                    cooldown.message,
                    cooldown.set_after,
                    length_s=cooldown.length_s,
                )
                pooled.cooldowns[model] = put_off(shorter, now) if cooldown.probe_at < FOREVER else shorter

    def _changed(self, pooled: PooledCredential, change: Message) -> None:
        credential = pooled.credential
        self._record(CredentialChanged(self._members.now(), credential.id, credential.label, change))


def put_off(cooldown: Cooldown, now: float) -> Cooldown:
    """The same rest, probed later: one request at a time finds out whether it has ended early."""
    probe_at = now + PROBE_S
    return Cooldown(cooldown.until, cooldown.kind, cooldown.message, cooldown.set_after, probe_at, cooldown.length_s)


def rests_until(
    fault: UpstreamFault, failures: int, now: float, resets_at: float | None, jitter: Callable[[], float]
) -> float:
    """When to come back. `failures` counts guesses in a row before this one, `jitter` gives 0..1."""
    latest = resets_at if resets_at is not None and resets_at > now else now + LONGEST_HINT_S
    if fault.kind is FaultKind.MODEL:
        return now + MODEL_S
    if fault.hint_s is not None and fault.hint_s > 0:
        return min(now + fault.hint_s, latest)
    if fault.kind is FaultKind.DAILY and resets_at is not None:
        return latest
    # A spent day, or money that is gone, without a known end: nothing comes back within seconds.
    span = LONGEST_GUESS_S if fault.kind is FaultKind.DAILY else guess_s(failures, jitter)
    return min(now + span, latest)


def guess_s(failures: int, jitter: Callable[[], float]) -> float:
    """1 s · 2ⁿ, the upper half of it at random."""
    longest = min(2.0 ** min(failures, 20), LONGEST_GUESS_S)
    return longest * (0.5 + jitter() / 2)


def is_guessed(fault: UpstreamFault, resets_at: float | None) -> bool:
    """Whether `rests_until` had nothing to go by."""
    if fault.kind is FaultKind.MODEL or (fault.hint_s is not None and fault.hint_s > 0):
        return False
    return fault.kind is FaultKind.RATE or resets_at is None


def crowded_s(fault: UpstreamFault) -> float:
    """How long an overloaded model makes this credential less wanted; it is never a reason to refuse."""
    return min(fault.hint_s or 5.0, CROWDED_S)
