"""What one client key has used, and which of its limits is reached. The only place that counts client keys.

In: requests as they begin and end, tokens as they become known, what an earlier run left. Out: how long to wait, and
for what. Synchronous: a request is counted in the same step in which it is let in, so no two take the last place.
"""

import math
from collections import deque
from dataclasses import field
from typing import Literal

from gcli2api_tui.clients.client_key import MOST_A_MINUTE, ClientKey
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.quick_dataclass import dataclass

MINUTE_S = 60.0
SOON_S = 1.0
"""For what frees up when a running request ends."""
DAYS_KEPT = 3
"""A clock that is set back finds its day again."""

Limit = Literal["rpm", "rpd", "tpd", "concurrent"]


@dataclass(slots=True)
class Day:
    """`tokens` holds those that running requests have `reserved`."""

    requests: int = 0
    tokens: int = 0
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit that is used up, and how long until there is room."""

    limit: Limit
    most: int
    wait_s: float


@dataclass(slots=True)
class Counts:
    """Of one name; a new key of the same name goes on with them. Moments are the clock's `monotonic`."""

    in_flight: int = 0
    elsewhere: int = 0
    """In flight on other instances."""
    last_at: float | None = None
    _moments: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_A_MINUTE))
    _days: dict[str, Day] = field(default_factory=dict)

    def day(self, name: str) -> Day:
        if name not in self._days:
            self._days[name] = Day()
            while len(self._days) > DAYS_KEPT:
                del self._days[min(day for day in self._days if day != name)]
        return self._days[name]

    def in_the_minute(self, moment: float) -> int:
        while self._moments and self._moments[0] <= moment - MINUTE_S:
            self._moments.popleft()
        return len(self._moments)

    def reached(self, key: ClientKey, today: Day, moment: float, day_left_s: float) -> Reached | None:
        """The limit that takes longest to have room again; None where there is room now."""
        found: list[Reached] = []
        minute = self.in_the_minute(moment)
        if key.rpm is not None and minute >= key.rpm:
            found.append(Reached("rpm", key.rpm, self._moments[minute - key.rpm] + MINUTE_S - moment))
        if key.rpd is not None and today.requests >= key.rpd:
            found.append(Reached("rpd", key.rpd, day_left_s))
        if key.tpd is not None and today.tokens >= key.tpd:
            waits_for_running = today.tokens - today.reserved < key.tpd
            found.append(Reached("tpd", key.tpd, SOON_S if waits_for_running else day_left_s))
        if key.concurrent is not None and self.in_flight + self.elsewhere >= key.concurrent:
            found.append(Reached("concurrent", key.concurrent, SOON_S))
        return max(found, key=lambda one: one.wait_s, default=None)

    def begin(self, today: Day, moment: float, now: float, tokens: int) -> None:
        """One more request, which may use so many tokens."""
        self.in_flight += 1
        self.last_at = now
        self._moments.append(moment)
        today.requests += 1
        today.tokens += tokens
        today.reserved += tokens

    def restore(self, use: ClientUse) -> None:
        """What was reserved when a process was killed stays counted: nobody knows what Google had answered by then."""
        day = self.day(use.day)
        day.requests += use.requests
        day.tokens += use.tokens

    def restore_second(self, second: ClientSecond, moment: float, now: float) -> None:
        """As if all came at the end of their second: later than it was, never earlier. Oldest first."""
        age_s = now - (second.second + 1)
        if age_s < MINUTE_S:
            # A clock that is wrong must not keep them for ever.
            self._moments.extend([moment - max(0.0, age_s)] * second.requests)


def retry_after_s(reached: Reached) -> float:
    """Whole seconds, as Retry-After has them; never too early."""
    return float(max(1, math.ceil(reached.wait_s)))
