"""How fast a quota is used, and what that comes to. Pure: counts over time in, a forecast out.

The pace is that of the last hour, in slots of five minutes, so that a burst is neither forgotten at once nor taken for
the day. Nothing is said before ten minutes and five requests: a forecast from two requests is a lie with a clock time.
"""

from dataclasses import field
from typing import Literal

from gcli2api_tui.quick_dataclass import dataclass

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
        self._forget(now)
        if not self._slots:
            self._since = now
        start = now - now % SLOT_S
        if self._slots and self._slots[-1][0] == start:
            self._slots[-1][1] += 1
        else:
            self._slots.append([start, 1.0])

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
