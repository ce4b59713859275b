"""How one credential stands, in flight, used, resting, marked; and the budget that it draws on. In memory.

Counts and cooldowns are per model and belong to a Budget: keys share one when they carry the same project label, or
when one of Google's errors named the same project for both: a limit that hit one of them has hit all. A mark holds for
the whole credential until a person acts. Limits of a day: the person's setting, then what a 429 taught, then Google's
figure, then that of the account's tier; 1500 is assumed for Code Assist, nothing for keys. Changed only by Pool;
whether it may be asked now, and if not, until when, is decided here and nowhere else.
"""

from dataclasses import field

from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.ledger.credential_rows import CredentialState, LimitSource
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.quota import ASSUMED, BurnRate, Tally, joined, limit_of, parted
from gcli2api_tui.quick_dataclass import dataclass

FOREVER = float("inf")

EVERY = "*"
"""In place of a model: a rest that holds for all of them."""
LONGEST_HINT_S = 86_400.0
"""No rest is longer, unless a clock was wrong: no quota of Google's is longer than a day."""
PROBE_S = 1200.0
"""A day's rest lets one request through this often, so that an early reset is noticed."""

STATE_OF_MARK = {
    FaultKind.AUTH: CredentialState.NEEDS_LOGIN,
    FaultKind.NEEDS_LOGIN: CredentialState.NEEDS_LOGIN,
    FaultKind.TERMS: CredentialState.DISABLED_BY_GOOGLE,
    FaultKind.TIER: CredentialState.TIER_NOT_SERVED,
    FaultKind.VALIDATION: CredentialState.NEEDS_VERIFICATION,
    FaultKind.PROJECT: CredentialState.WRONG_PROJECT,
    FaultKind.FORBIDDEN: CredentialState.FORBIDDEN,
}


UNKNOWN_LEFT = 0.25
"""Where no limit is known, never less is taken to be left: Google says when it is not so."""


@dataclass(frozen=True, slots=True)
class Cooldown:
    """One model rests. `set_after` is the number of the last lease given before: older leases prove nothing new."""

    until: float
    kind: FaultKind
    message: Message
    set_after: int
    probe_at: float = FOREVER
    length_s: float = FOREVER
    """What it was to last when it was set: a clock that goes back must not make it longer."""


@dataclass(slots=True, eq=False)
class Budget:
    """`project` names what is shared; "" while nobody else can draw on it."""

    project: str = ""
    cooldowns: dict[str, Cooldown] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    guesses: dict[str, int] = field(default_factory=dict)
    """Guessed rests in a row, per model."""
    burn_rate: BurnRate = field(default_factory=BurnRate)
    paces: dict[str, BurnRate] = field(default_factory=dict)
    """The same by model."""

    def served(self, model: str, now: float) -> None:
        """One request more, for the pace."""
        self.burn_rate.add(now)
        if (pace := self.paces.get(model)) is None:
            pace = self.paces[model] = BurnRate()
        pace.add(now)

    def absorb(self, other: "Budget") -> None:
        """What was counted apart is one count from now on; the longer rest holds."""
        for model, tally in other.tallies.items():
            mine = self.tallies.get(model)
            self.tallies[model] = joined(mine, tally) if mine else tally
        for model, cooldown in other.cooldowns.items():
            held = self.cooldowns.get(model)
            self.cooldowns[model] = cooldown if held is None or cooldown.until > held.until else held

    def parted(self) -> "Budget":
        """A copy for one that leaves the project: what was used stays used."""
        tallies = {model: parted(tally) for model, tally in self.tallies.items()}
        return Budget(cooldowns=dict(self.cooldowns), tallies=tallies, guesses=dict(self.guesses))


@dataclass(frozen=True, slots=True)
class Mark:
    """Only a person can help; or, where `until` is a time, what is wrong may pass by itself."""

    kind: FaultKind
    message: Message
    link: str = ""
    until: float = FOREVER


@dataclass(slots=True, eq=False)
class PooledCredential:
    """Everything the pool knows about one credential."""

    credential: Credential
    in_flight: int = 0
    last_lease: int = 0
    """Number of its newest lease: least recently used first."""
    last_ok_at: float | None = None
    last_error: Message = NOTHING
    mark: Mark | None = None
    budget: Budget = field(default_factory=Budget)
    crowded: dict[str, float] = field(default_factory=dict)
    """Model → until when it was overloaded here: less wanted, never refused."""
    elsewhere: int = 0
    """In flight on other instances, as of a second ago."""

    @property
    def tallies(self) -> dict[str, Tally]:
        return self.budget.tallies

    @property
    def cooldowns(self) -> dict[str, Cooldown]:
        return self.budget.cooldowns

    def tally(self, model: str, now: float) -> Tally:
        """The model's count, with its window brought up to `now`."""
        tally = self.budget.tallies.setdefault(model, Tally())
        quota.roll(tally, self.credential.kind, now)
        return tally

    def count(self, model: str, now: float) -> Tally:
        """One request, whatever came of it."""
        if (tally := self.budget.tallies.get(model)) is None:
            tally = self.budget.tallies[model] = Tally()
        self.budget.served(model, now)
        quota.count(tally, self.credential.kind, now)
        return tally

    def roll(self, now: float) -> float:
        """Bring all windows up to `now`. Out: when that has something to do next."""
        until, kind = FOREVER, self.credential.kind
        for tally in self.budget.tallies.values():
            moment = quota.roll(tally, kind, now)
            if moment < until:
                until = moment
        return until

    def used(self) -> int:
        requests = 0
        for tally in self.budget.tallies.values():
            requests += tally.requests
        return requests

    def limit(self) -> tuple[int | None, LimitSource]:
        return limit_of(self.credential, self.budget.tallies.values())

    def share(self) -> float:
        """How much of the day is gone, 0..1 and above; guessed by Code Assist's limit where none is known."""
        shares = [tally.remaining for tally in self.budget.tallies.values() if tally.remaining is not None]
        limit, _ = self.limit()
        counted = self.used() / (limit or ASSUMED)
        return max(counted, 1 - min(shares)) if shares else counted

    def left(self, model: str) -> float:
        """How much of the day is left for a model, 0..1: the worst of what is known. Call `roll` first."""
        tallies = self.budget.tallies
        if not tallies:
            return 1.0  # whose own limit is 0 is never ready
        tally = tallies.get(model)
        if tally is None or (tally.remaining is None and tally.limit is None):
            limit, _ = self.limit()
            if limit is None:
                return max(UNKNOWN_LEFT, 1 - self.used() / ASSUMED)
            return max(0.0, 1 - self.used() / limit) if limit else 0.0
        told = tally.remaining if tally.remaining is not None else 1.0
        counted = 1 - tally.requests / tally.limit if tally.limit else 1.0
        own = self.credential.settings.daily_limit
        return max(0.0, min(told, counted, 1 - self.used() / own if own else 1.0))

    def resets_at(self, now: float) -> float | None:
        """The earliest end of a window that counts something."""
        open_windows = (tally for tally in self.budget.tallies.values() if tally.requests or tally.told_reset_at)
        ends = (quota.ends_at(tally, self.credential.kind, now) for tally in open_windows)
        return min((end for end in ends if end is not None), default=None)

    def day_ends_at(self, model: str, now: float) -> float | None:
        """When what is left of the model's day is lost; None where nothing says so. Call `roll` first."""
        tally = self.budget.tallies.get(model) or Tally()
        return quota.ends_at(tally, self.credential.kind, now)

    def is_limited(self) -> bool:
        """Whether it is known, and not assumed, how much a day holds: by the person, or of any model by Google."""
        own = self.credential.settings.daily_limit
        return own is not None or any(tally.limit is not None for tally in self.budget.tallies.values())

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
        return most is not None and self.in_flight + self.elsewhere >= most

    def open_for(self, model: str) -> bool:
        """Whether it could be asked for the model if only the time is right."""
        settings = self.credential.settings
        if not settings.enabled or self.mark is not None or (settings.models and not self.allows(model)):
            return False
        return settings.max_in_flight is None or not self.full()

    def free_at(self, model: str, now: float) -> float:
        """When this model can be asked here: 0 is now. Asks only about time, not about marks and places."""
        if not self.budget.cooldowns and self.credential.settings.daily_limit is None:
            return 0.0
        cooldown = self.cooldown_of(model)
        at = cooldown.until if cooldown and cooldown.until > now else 0.0
        return max(at, self.resets_at(now) or FOREVER) if self.spent() else at

    def over_at(self, now: float) -> float:
        """When the next rest, or the mark, is over."""
        until = self.mark.until if self.mark and self.mark.until > now else FOREVER
        for cooldown in self.budget.cooldowns.values():
            if now < cooldown.until < until:
                until = cooldown.until
        return until

    def changes_at(self, now: float) -> float:
        """When time alone may change whether it can be asked, or how much is left; up to now it has."""
        until = self.roll(now)
        return min(until, self.over_at(now)) if self.mark or self.budget.cooldowns else until

    def cooldown_of(self, model: str) -> Cooldown | None:
        """The rest that ends last of those that hold for the model."""
        cooldowns = self.budget.cooldowns
        if not cooldowns:
            return None
        of_model, of_all = cooldowns.get(model), cooldowns.get(EVERY)
        if of_model and of_all:
            return max(of_model, of_all, key=lambda cooldown: cooldown.until)
        return of_model or of_all

    def probe_due(self, model: str, now: float) -> bool:
        cooldown = self.cooldown_of(model)
        return cooldown is not None and cooldown.until > now >= cooldown.probe_at and not self.spent()
