"""A day's quota: counting towards it, when the day ends, how fast it is used, and how much it holds. Pure.

A Tally counts one model of one credential in one window. API keys: the window ends at midnight Pacific time. OAuth
and Vertex: 24 hours after the first counted request, unless Google said when.

The pace is that of the last hour, in slots of five minutes, so that a burst is neither forgotten at once nor taken for
the day. Nothing is said before ten minutes and five requests: a forecast from two requests is a lie with a clock time.

How many requests a day holds is known from the person, from a 429, from Google's figure, or by the account's tier, in
that order; 1500 is assumed for Code Assist, nothing for keys.
"""

from collections.abc import Iterable
from dataclasses import field, replace
from math import inf
from typing import Literal

from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.ledger.credential_rows import LimitSource
from gcli2api_tui.pacific_time import next_pacific_midnight
from gcli2api_tui.quick_dataclass import dataclass

DAY_S = 86_400.0


@dataclass(slots=True)
class Tally:
    """One model's window. `window_start` 0: none is open."""

    window_start: float = 0.0
    requests: int = 0
    limit: int | None = None
    limit_source: LimitSource = ""
    told_reset_at: float | None = None
    """Google's resetTime, while it lies ahead."""
    remaining: float | None = None
    asked_at: float | None = None
    closes_at: float | None = None
    """The end of the open window by the calendar, once it was worked out: zones cost more than a request."""
    left: "Window | None" = None
    """The window that a jump of the clock has closed: it counts again if the clock comes back."""
    untold: int = 0
    """Of the requests, those that the store has not been told of under this window."""
    copied: bool = False
    """It began as another budget's count, from which it has parted."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window as it was: from, to, and what it counted."""

    start: float
    end: float
    requests: int
    kept: int = 0
    """Of what the tally counts on, so many are kept under this window already."""


def ends_at(tally: Tally, kind: Kind, now: float) -> float | None:
    """When this window's count falls back to 0; None when nothing is counted and nothing is known."""
    if tally.told_reset_at is not None:
        return tally.told_reset_at
    if not tally.window_start:
        return next_pacific_midnight(now) if kind is Kind.API_KEY else None
    if tally.closes_at is None:
        start = tally.window_start
        tally.closes_at = next_pacific_midnight(start) if kind is Kind.API_KEY else start + DAY_S
    return tally.closes_at


def roll(tally: Tally, kind: Kind, now: float) -> float:
    """Close the window if it is over. What was learnt about the limit stays; shares and times do not.

    Out: when there may be something to do next; infinite where there never will be.
    """
    closes_at = tally.closes_at
    if closes_at is not None and tally.window_start <= now < closes_at and not (tally.left or tally.told_reset_at):
        return closes_at  # nearly always
    _roll(tally, kind, now)
    return _changes_at(tally, kind, now)


def _roll(tally: Tally, kind: Kind, now: float) -> None:
    left = tally.left
    if left and left.start <= now < left.end and not tally.window_start <= now < (tally.closes_at or 0.0):
        _come_back(tally, left)
        return
    if not tally.window_start and tally.told_reset_at is None:
        return
    if tally.window_start > now:  # the clock went back: a window of the future would last too long
        tally.left = Window(tally.window_start, ends_at(tally, kind, now) or 0.0, 0, tally.requests - tally.untold)
        tally.window_start, tally.closes_at, tally.untold = now, None, tally.requests
    end = ends_at(tally, kind, now)
    if end is not None and end <= now:
        if not left or tally.requests:
            tally.left = Window(tally.window_start, end, tally.requests)
        tally.window_start, tally.requests, tally.untold, tally.copied = 0.0, 0, 0, False
        tally.told_reset_at = tally.remaining = tally.asked_at = tally.closes_at = None


def _changes_at(tally: Tally, kind: Kind, now: float) -> float:
    until, left = inf, tally.left
    if left and left.start > now:
        until = left.start
    if tally.window_start or tally.told_reset_at is not None:
        for moment in (ends_at(tally, kind, now), tally.closes_at):
            if moment is not None and now < moment < until:
                until = moment
    return until


def _come_back(tally: Tally, left: Window) -> None:
    """The clock stands in the window that it had left: what was counted there and meanwhile was one day's."""
    tally.window_start, tally.closes_at, tally.left = left.start, left.end, None
    tally.untold = tally.requests - left.kept
    tally.requests += left.requests
    tally.told_reset_at = None


def count(tally: Tally, kind: Kind, now: float) -> None:
    """One request was served."""
    roll(tally, kind, now)
    tally.window_start = tally.window_start or now
    tally.requests += 1
    tally.untold += 1
    if tally.remaining is not None and tally.limit:
        tally.remaining = max(0.0, tally.remaining - 1 / tally.limit)


def learn(tally: Tally, remaining: float, resets_at: float | None, limit: int | None, now: float) -> None:
    """Take Google's figures (`remaining` is a share 0..1) over our guesses; a limit that a 429 taught stays."""
    tally.remaining = min(1.0, max(0.0, remaining))
    tally.asked_at = now
    if resets_at is not None and resets_at > now:
        tally.told_reset_at = resets_at
    if limit and tally.limit_source != "429":
        tally.limit, tally.limit_source = limit, "google"


def parted(tally: Tally) -> Tally:
    """The count of one that leaves a shared quota: what was used stays used, and is kept already."""
    return replace(tally, untold=0, copied=True)


def joined(one: Tally, other: Tally) -> Tally:
    """The count of two that turn out to share a quota. Equal starts of a copy mean that it is one count, kept twice."""
    if not other.window_start or not one.window_start:
        newer, older = (one, other) if one.window_start else (other, one)
        requests, start = newer.requests, newer.window_start
    else:
        newer, older = (one, other) if (one.asked_at or 0.0) >= (other.asked_at or 0.0) else (other, one)
        twice = one.window_start == other.window_start and (one.copied or other.copied)
        requests = max(one.requests, other.requests) if twice else one.requests + other.requests
        start = min(one.window_start, other.window_start)
    limited = newer if newer.limit is not None else older
    return Tally(
        start,
        requests,
        limited.limit,
        limited.limit_source,
        newer.told_reset_at,
        newer.remaining,
        newer.asked_at,
        untold=one.untold + other.untold,
    )


SLOT_S = 300.0
SLOTS = 12
LEAST_S = 600.0
LEAST_REQUESTS = 5

Outlook = Literal["", "lasts", "out"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """`outlook` is "lasts" (past the reset), "out" (at `out_at`, before it), or "" where nothing is known."""

    outlook: Outlook = ""
    per_hour: float = 0.0
    out_at: float | None = None


@dataclass(slots=True)
class BurnRate:
    """Requests per slot, newest last; never more than an hour of them."""

    _slots: list[list[float]] = field(default_factory=list)
    """[start, requests] each."""
    _since: float = 0.0

    def add(self, now: float) -> None:
        """One request was served."""
        slots, start = self._slots, now - now % SLOT_S
        if slots and not (now - SLOTS * SLOT_S <= slots[0][0] and slots[-1][0] <= now and self._since <= now):
            self._forget(now)
            slots = self._slots
        if slots and slots[-1][0] == start:
            slots[-1][1] += 1
            return
        if not slots:
            self._since = now
        slots.append([start, 1.0])

    def per_hour(self, now: float) -> float | None:
        """None while there is too little to go by."""
        self._forget(now)
        requests = sum(count for _, count in self._slots)
        span_s = min(now - self._since, SLOTS * SLOT_S)
        if not self._slots or span_s < LEAST_S or requests < LEAST_REQUESTS:
            return None
        return requests * 3600.0 / span_s

    def _forget(self, now: float) -> None:
        """What is older than an hour, and what a clock that went back has put into the future."""
        oldest = now - SLOTS * SLOT_S
        if self._slots and (self._slots[0][0] < oldest or self._slots[-1][0] > now):
            self._slots = [slot for slot in self._slots if oldest <= slot[0] <= now]
        self._since = min(self._since, now)


def forecast(per_hour: float | None, left: float | None, resets_at: float | None, now: float) -> Forecast:
    """`left` is how many requests the day still has. Without a reset ahead it can only run out."""
    if per_hour is None or per_hour <= 0 or left is None:
        return Forecast()
    out_at = now + max(0.0, left) * 3600.0 / per_hour
    if resets_at is not None and resets_at <= out_at:
        return Forecast("lasts", per_hour)
    return Forecast("out", per_hour, out_at)


# How many requests a day holds

ASSUMED = 1500
"""Code Assist Standard, requests a day and user (upstream-protocol 9)."""
OF_TIER = {
    "free-tier": 1000,
    "g1-pro-tier": 1500,
    "standard-tier": 1500,
    "g1-ultra-tier": 2000,
    "ws-ai-ultra-business-tier": 2000,
}
"""Requests a day and user by the tier that Code Assist names; of others nothing is known."""


def limit_of(credential: Credential, tallies: Iterable[Tally]) -> tuple[int | None, LimitSource]:
    """The whole credential's limit a day. Models add up only when every used one's limit is known."""
    if credential.settings.daily_limit is not None:
        return credential.settings.daily_limit, "setting"
    limit: int | None = None
    source: LimitSource = "google"
    for tally in tallies:
        if tally.limit is not None:
            limit = (limit or 0) + tally.limit
            source = "429" if tally.limit_source == "429" else source
        elif tally.requests:
            limit = None
            break
    if limit is not None:
        return limit, source
    return of_account(credential)


def of_account(credential: Credential) -> tuple[int | None, LimitSource]:
    """What an account's tier allows, where nobody said more."""
    if credential.kind is not Kind.OAUTH:
        return None, ""
    of_tier = OF_TIER.get(credential.tier)
    return (of_tier, "tier") if of_tier else (ASSUMED, "assumed")
