"""Time, the only place that asks the system for it.

Everything that waits, expires or counts receives a `Clock`, so that tests and the demo move time by hand.
`now` is seconds since the epoch (UTC), `monotonic` never jumps, `sleep` waits on the running loop.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from gcli2api_tui.quick_dataclass import dataclass


async def _sleep(seconds: float) -> None:
    import asyncio  # commands that only look at the time do without

    await asyncio.sleep(seconds)


def _alone(theirs: float, give_or_take_s: float) -> None:
    """Nobody else says what time it is."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Functions that belong together; replace all of them or none."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = _sleep
    agree: Callable[[float, float], None] = _alone
    """What a clock that several share says now, give or take so much."""


def day_of(moment: float) -> str:
    """The day in UTC, as YYYY-MM-DD: texts of this form compare as the days do."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


ONE_TIME_S = 0.5
"""Clocks so close to each other are left as they are."""


def agreeing(own: Callable[[], float] = time.time) -> Clock:
    """A clock that goes by another one, as soon as it was told what that says, where the two differ."""
    ahead_s = [0.0]

    def agree(theirs: float, give_or_take_s: float) -> None:
        found = theirs - own()
        if abs(found - ahead_s[0]) > ONE_TIME_S + give_or_take_s:
            ahead_s[0] = found

    return Clock(now=lambda: own() + ahead_s[0], agree=agree)


def scaled(factor: float) -> Clock:
    """A clock that starts now and runs `factor` times as fast; the demo's reset countdown uses it."""
    wall, steady = time.time(), time.monotonic()
    return Clock(
        now=lambda: wall + (time.time() - wall) * factor,
        monotonic=lambda: steady + (time.monotonic() - steady) * factor,
        sleep=lambda seconds: _sleep(seconds / factor),
    )
