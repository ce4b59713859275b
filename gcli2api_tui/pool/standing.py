"""How one credential stands: in flight, used, resting, marked. In memory, changed only by Pool.

Rests are per model; a mark holds for the whole credential until a person acts. Whether it may be asked now, and if
not, until when, is decided here and nowhere else.
"""

from dataclasses import dataclass, field

from gcli2api_tui.credentials.kinds import Credential
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.ledger.records import CredentialState, ModelCooldown
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.quota import LimitSource, Tally

FOREVER = float("inf")

STATE_OF_MARK = {
    FaultKind.AUTH: CredentialState.NEEDS_LOGIN,
    FaultKind.NEEDS_LOGIN: CredentialState.NEEDS_LOGIN,
    FaultKind.TERMS: CredentialState.DISABLED_BY_GOOGLE,
    FaultKind.TIER: CredentialState.TIER_NOT_SERVED,
    FaultKind.VALIDATION: CredentialState.NEEDS_VERIFICATION,
    FaultKind.PROJECT: CredentialState.WRONG_PROJECT,
    FaultKind.FORBIDDEN: CredentialState.FORBIDDEN,
}

NEARLY_OUT = 0.9
"""Share of the day's limit."""


@dataclass(frozen=True, slots=True)
class Rest:
    """One model rests. `set_after` is the number of the last lease given before: older leases prove nothing new."""

    until: float
    kind: FaultKind
    message: str
    set_after: int
    probe_at: float = FOREVER


@dataclass(frozen=True, slots=True)
class Mark:
    """Only a person can help."""

    kind: FaultKind
    message: str
    link: str = ""


@dataclass(slots=True)
class Standing:
    """Everything the pool knows about one credential."""

    credential: Credential
    in_flight: int = 0
    last_lease: int = 0
    """Number of its newest lease: least recently used first."""
    last_ok_at: float | None = None
    last_error: str = ""
    mark: Mark | None = None
    rests: dict[str, Rest] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    guesses: dict[str, int] = field(default_factory=dict)
    """Guessed rests in a row, per model."""
    crowded: dict[str, float] = field(default_factory=dict)
    """Model → until when it was overloaded here: less wanted, never refused."""

    def tally(self, model: str, now: float) -> Tally:
        """The model's count, with its window brought up to `now`."""
        tally = self.tallies.setdefault(model, Tally())
        quota.roll(tally, self.credential.kind, now)
        return tally

    def roll(self, now: float) -> None:
        for tally in self.tallies.values():
            quota.roll(tally, self.credential.kind, now)

    def used(self) -> int:
        return sum(tally.requests for tally in self.tallies.values())

    def limit(self) -> tuple[int | None, LimitSource]:
        return quota.limit_of(self.credential, self.tallies.values())

    def share(self) -> float:
        """How much of the day is gone, 0..1 and above; guessed by Code Assist's limit where none is known."""
        shares = [tally.remaining for tally in self.tallies.values() if tally.remaining is not None]
        limit, _ = self.limit()
        counted = self.used() / (limit or quota.ASSUMED)
        return max(counted, 1 - min(shares)) if shares else counted

    def resets_at(self, now: float) -> float | None:
        """The earliest end of a window that counts something."""
        open_windows = (tally for tally in self.tallies.values() if tally.requests or tally.told_reset_at)
        ends = (quota.ends_at(tally, self.credential.kind, now) for tally in open_windows)
        return min((end for end in ends if end is not None), default=None)

    def in_rotation(self) -> bool:
        """Whether waiting can help at all."""
        return self.credential.settings.enabled and self.mark is None

    def allows(self, model: str) -> bool:
        chosen = self.credential.settings.models
        return not chosen or not model or model in chosen

    def spent(self) -> bool:
        """The person's own limit for the day is reached."""
        limit = self.credential.settings.daily_limit
        return limit is not None and self.used() >= limit

    def full(self) -> bool:
        most = self.credential.settings.max_in_flight
        return most is not None and self.in_flight >= most

    def free_at(self, model: str, now: float) -> float:
        """When this model can be asked here: 0 is now. Asks only about time, not about marks and places."""
        rest = self.rests.get(model)
        at = rest.until if rest and rest.until > now else 0.0
        return max(at, self.resets_at(now) or FOREVER) if self.spent() else at

    def probe_due(self, model: str, now: float) -> bool:
        rest = self.rests.get(model)
        return rest is not None and rest.until > now >= rest.probe_at and not self.spent()

    def resting(self, now: float) -> tuple[ModelCooldown, ...]:
        """Rests that run, the first to end first."""
        running = [(rest.until, model, rest.message) for model, rest in self.rests.items() if rest.until > now]
        return tuple(ModelCooldown(model, until, why) for until, model, why in sorted(running))

    def state(self, now: float) -> CredentialState:
        """The one word for it."""
        if not self.credential.settings.enabled:
            return CredentialState.DISABLED
        if self.mark:
            return STATE_OF_MARK.get(self.mark.kind, CredentialState.FORBIDDEN)
        if self.in_flight:
            return CredentialState.BUSY
        if self.spent() or any(rest.until > now and rest.kind is not FaultKind.MODEL for rest in self.rests.values()):
            return CredentialState.COOLING
        return CredentialState.NEARLY_OUT if self.share() >= NEARLY_OUT else CredentialState.READY

    def why(self, now: float) -> str:
        """What is wrong and the way out; "" when nothing is."""
        if not self.credential.settings.enabled:
            return "You switched it off."
        if self.mark:
            return f"{self.mark.message} {self.mark.link}".strip()
        if self.spent():
            return "The daily limit you set is reached."
        resting = self.resting(now)
        return resting[0].why if resting else ""
