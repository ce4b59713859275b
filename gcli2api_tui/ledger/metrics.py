"""Counts and histograms since the start for whoever watches from outside: folds events, and holds them until asked.

In: what happened to an exchange or a credential. Out: `look()`, a copy of one moment, and the pace of the
last minute or two, without a timer. One for each runtime. Labels are bounded: models by the catalogue, credentials by
the first digits of their ids, and no family has more than MOST_SERIES rows; what is beyond counts as `other`, so that
sums stay true. An event costs a dictionary's entry or two, and a search among a dozen bounds.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import field

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.snapshot import Pace
from gcli2api_tui.quick_dataclass import dataclass

MOST_SERIES = 2_000
OTHER = "other"
PAGE_S = 60.0
"""How long `Recent` counts before it forgets what came before."""
DURATION_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
FIRST_TOKEN_S = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 60.0)
LAG_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
TRANSIT_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0015, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
CREDENTIAL_DIGITS = 6
"""As in the names of credential files."""

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """A histogram of one moment: how many fell up to each bound, the last beyond all of them; and their sum."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float

    def since(self, before: "Spread") -> "Spread":
        """What has come after `before`, of the same histogram."""
        counts = tuple(now - then for now, then in zip(self.counts, before.counts, strict=True))
        return Spread(self.bounds, counts, self.total - before.total)

    def at_most(self, percent: float) -> float | None:
        """So many of a hundred are not above it, by a straight line within a bound; None of nothing."""
        left = sum(self.counts) * percent / 100
        if not left:
            return None
        lower = 0.0
        for bound, count in zip(self.bounds, self.counts, strict=False):
            if count >= left:
                return lower + (bound - lower) * left / count
            left -= count
            lower = bound
        return lower


class Histogram:
    """One row of a histogram family."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def look(self) -> Spread:
        return Spread(self.bounds, tuple(self.counts), self.total)


class Histograms(dict[Labels, Histogram]):
    """A histogram family: its rows by their labels."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        super().__init__()
        self._bounds = bounds

    def observe(self, labels: Labels, value: float) -> None:
        row = self.get(labels)
        if row is None:
            labels = labels if len(self) < MOST_SERIES else (OTHER,) * len(labels)
            row = self.setdefault(labels, Histogram(self._bounds))
        row.counts[bisect_left(row.bounds, value)] += 1
        row.total += value


class Recent:
    """The last one or two minutes of a histogram that goes on."""

    def __init__(self, histogram: Histogram) -> None:
        self._histogram = histogram
        self._pages = (histogram.look(), histogram.look())
        """What there was when the page before was opened, and the present one."""
        self._turned_at = 0.0

    def look(self, now: float) -> Spread:
        """Who looks rarely sees all that has come since he looked last but one."""
        seen = self._histogram.look()
        if now - self._turned_at >= PAGE_S:
            self._pages, self._turned_at = (self._pages[1], seen), now
        return seen.since(self._pages[0])


def in_ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)


def credential_label(credential: CredentialId) -> str:
    """Says which file it is, and nothing of whose."""
    return credential[:CREDENTIAL_DIGITS]


class Counts(dict[Labels, float]):
    """A counter family: its rows by their labels."""

    def add(self, labels: Labels, amount: float = 1) -> None:
        try:
            self[labels] += amount
        except KeyError:
            if len(self) >= MOST_SERIES:
                labels = (OTHER,) * len(labels)
            self[labels] = self.get(labels, 0) + amount


@dataclass(frozen=True, slots=True)
class Counted:
    """All of it at one moment. The names of the fields are those of the metrics."""

    requests: Mapping[Labels, float]
    """api, model, client key, outcome"""
    held: Mapping[Labels, float]
    """model"""
    attempts: Mapping[Labels, float]
    """credential, model, outcome"""
    tokens: Mapping[Labels, float]
    """model, client key, kind"""
    cache_hits: Mapping[Labels, float]
    """model"""
    cooldowns: Mapping[Labels, float]
    """credential, model"""
    token_refreshes: Mapping[Labels, float]
    """credential"""
    durations: Mapping[Labels, Spread]
    """model"""
    first_tokens: Mapping[Labels, Spread]
    """model"""
    loop_lag: Spread
    chunk_transit: Spread
    received_bytes: int
    sent_bytes: int


@dataclass(slots=True)
class Metrics:
    """`model_of` makes a client's name for a model a label; others fill in bytes, lag and transit."""

    model_of: Callable[[str], str] = lambda name: OTHER
    received_bytes: int = 0
    sent_bytes: int = 0
    loop_lag: Histogram = field(default_factory=lambda: Histogram(LAG_S))
    """How late the loop took the watchdog's marks."""
    chunk_transit: Histogram = field(default_factory=lambda: Histogram(TRANSIT_S))
    """From a read of Google's to its way out, where the client waited for it."""
    _recent: tuple[Recent, Recent] = field(init=False)
    _requests: Counts = field(default_factory=Counts)
    _held: Counts = field(default_factory=Counts)
    _attempts: Counts = field(default_factory=Counts)
    _tokens: Counts = field(default_factory=Counts)
    _cache_hits: Counts = field(default_factory=Counts)
    _cooldowns: Counts = field(default_factory=Counts)
    _token_refreshes: Counts = field(default_factory=Counts)
    _durations: Histograms = field(default_factory=lambda: Histograms(DURATION_S))
    _first_tokens: Histograms = field(default_factory=lambda: Histograms(FIRST_TOKEN_S))

    def __post_init__(self) -> None:
        self._recent = (Recent(self.loop_lag), Recent(self.chunk_transit))

    def pace(self, now: float) -> Pace:
        """Of the last minute or two, for people."""
        seen = [recent.look(now) for recent in self._recent]
        return Pace(*(in_ms(spread.at_most(percent)) for spread in seen for percent in (50, 99)))

    def look(self) -> Counted:
        return Counted(
            requests=dict(self._requests),
            held=dict(self._held),
            attempts=dict(self._attempts),
            tokens=dict(self._tokens),
            cache_hits=dict(self._cache_hits),
            cooldowns=dict(self._cooldowns),
            token_refreshes=dict(self._token_refreshes),
            durations={labels: row.look() for labels, row in self._durations.items()},
            first_tokens={labels: row.look() for labels, row in self._first_tokens.items()},
            loop_lag=self.loop_lag.look(),
            chunk_transit=self.chunk_transit.look(),
            received_bytes=self.received_bytes,
            sent_bytes=self.sent_bytes,
        )

    def attempt_ended(self, credential: CredentialId, model: str, outcome: str) -> None:
        self._attempts.add((credential[:CREDENTIAL_DIGITS], self.model_of(model), outcome))

    def held(self, model: str) -> None:
        self._held.add((self.model_of(model),))

    def settled(self, row: ExchangeRow, left: CredentialId | None) -> None:
        """`left`: whose attempt ended with it. Kinds of tokens do not overlap: their sum is all that was used."""
        model, client, used, add = self.model_of(row.model), row.client_key, row.usage, self._tokens.add
        if left is not None:
            self._attempts.add((left[:CREDENTIAL_DIGITS], model, "left"))
        self._requests.add((row.dialect, model, client, row.state))
        self._durations.observe((model,), max(0.0, (row.ended_at or row.opened_at) - row.opened_at))
        if row.first_byte_at is not None:
            self._first_tokens.observe((model,), max(0.0, row.first_byte_at - row.opened_at))
        if used.cached:
            self._cache_hits.add((model,))
            add((model, client, "cached"), used.cached)
        if used.prompt > used.cached:
            add((model, client, "input"), used.prompt - used.cached)
        if used.thoughts:
            add((model, client, "thoughts"), used.thoughts)
        if used.output:
            add((model, client, "output"), used.output)

    def cooldown_set(self, credential: CredentialId, model: str) -> None:
        self._cooldowns.add((credential[:CREDENTIAL_DIGITS], self.model_of(model) if model else "all"))

    def token_refreshed(self, credential: CredentialId) -> None:
        self._token_refreshes.add((credential[:CREDENTIAL_DIGITS],))
