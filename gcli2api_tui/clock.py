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


@dataclass(frozen=True, slots=True)
class Clock:
    """Three functions that belong together; replace all of them or none."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = _sleep


def day_of(moment: float) -> str:
    """The day in UTC, as YYYY-MM-DD: texts of this form compare as the days do."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def scaled(factor: float) -> Clock:
    """A clock that starts now and runs `factor` times as fast; the demo's reset countdown uses it."""
    wall, steady = time.time(), time.monotonic()
    return Clock(
        now=lambda: wall + (time.time() - wall) * factor,
        monotonic=lambda: steady + (time.monotonic() - steady) * factor,
        sleep=lambda seconds: _sleep(seconds / factor),
    )
