"""The panel's pulse: a snapshot as soon as something happened, then not before the next frame is due.

In: the reader. Out: snapshots to `show`. It sleeps until the reader has news: where nothing counts, it wakes once a
minute, for the clock.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint.short_text import SECONDS_BELOW_S

HERTZ = {"local": 10.0, "ssh": 4.0, "lite": 1.0}
SECOND_S = 1.0
MINUTE_S = 60.0
BUSY = 0.7
"""Of a core: from there on each frame is taken from somebody's answer."""
MANY = 8
"""Answers that grow at once: nobody reads so many, and while they come thick every frame holds one of them up."""
MANY_S = 0.5
TURNS = 4
REST_S = 0.001
SLICE_S = 0.0002
"""What the panel takes of the loop at a time, as far as its steps let it."""
SHOWN_WITHIN_S = 0.1
"""On a busy loop each turn takes its time, and until all is shown a person's keys act on what is not seen yet."""
FASTEST_READ = 25.0
"""Requests a second: nobody reads more rows than that, and ten frames a second would cost them a tenth."""


class Pace:
    """The least time to the next frame: what was chosen, or a second while much more important things are to be done.

    That is while the loop's thread has hardly a moment left, or requests come faster than anybody reads; two seconds
    while both. A frame costs 5 to 15 ms: those who ask lose at most 1 of 100 requests to the screen. While many answers
    grow at once it is half a second.
    """

    def __init__(self, chosen_s: Callable[[], float], computed_s: Callable[[], float] = time.thread_time) -> None:
        self._chosen_s, self._computed_s = chosen_s, computed_s
        self._at, self._computed = 0.0, 0.0
        self._asked_at, self._asked = 0.0, 0

    def __call__(self, snapshot: Snapshot) -> float:
        pressed = self._is_busy() + self._is_crowded(snapshot)
        many = sum(row.live for row in snapshot.exchanges) >= MANY
        return max(pressed * SECOND_S, MANY_S if many else 0.0, self._chosen_s())

    def _is_busy(self) -> bool:
        at, computed = asyncio.get_running_loop().time(), self._computed_s()
        busy = computed - self._computed > BUSY * (at - self._at)
        self._at, self._computed = at, computed
        return busy

    def _is_crowded(self, snapshot: Snapshot) -> bool:
        at, asked = snapshot.at, snapshot.totals.requests
        crowded = self._asked_at > 0 and asked - self._asked > max(1.0, FASTEST_READ * (at - self._asked_at))
        self._asked_at, self._asked = at, asked
        return crowded


async def turns(*, rests: bool = True) -> None:
    """A chunk of an answer takes so many turns of the loop from its socket to the client's: it gets them in between.

    The moment after them is for what came meanwhile: it would be stopped in the middle.
    """
    for _ in range(TURNS):
        await asyncio.sleep(0)
    if rests:
        await asyncio.sleep(REST_S)


async def in_turns(steps: Iterator[None], most_s: float = math.inf) -> None:
    """Others get their turns between two steps, as soon as these took a while; after `most_s` all is done at once."""
    now = asyncio.get_running_loop().time
    began = now()
    end = began + most_s
    for _ in steps:
        if began + SLICE_S <= now() < end:
            await turns()
            began = now()


async def pull(
    reader: Reader,
    show: Callable[[Snapshot], Awaitable[bool]],
    frame_s: Callable[[Snapshot], float],
    counts: Callable[[], bool],
) -> None:
    """Until `show` says that nothing is left to show it on; a crash in there is the panel's.

    `frame_s` is the least time between two frames, `counts` whether something on the screen counts in seconds.
    """
    while True:
        await in_turns(reader.ahead())
        snapshot = reader.snapshot()
        await turns(rests=False)  # what a tab shows of its own meanwhile would be gone again
        if not await show(snapshot):
            return
        least_s = frame_s(snapshot)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(least_s, SECOND_S if counts() else next_change_s(snapshot))):
                await reader.moved(snapshot.revision)
                await asyncio.sleep(least_s)


def next_change_s(snapshot: Snapshot) -> float:
    """How long the snapshot reads the same: spans count up, countdowns down, and the clock tells minutes."""
    if any(row.live for row in snapshot.exchanges):
        return SECOND_S
    left = [end - snapshot.at for end in _ends(snapshot) if end > snapshot.at]
    if any(span < SECONDS_BELOW_S for span in left):
        return SECOND_S
    minute = MINUTE_S - snapshot.at % MINUTE_S
    return max(SECOND_S, min([minute, *(span - SECONDS_BELOW_S for span in left)]))


def _ends(snapshot: Snapshot) -> list[float]:
    """The moments that are counted down to."""
    cooldowns = [cooldown.until for row in snapshot.credentials for cooldown in row.cooldowns]
    return cooldowns + [row.resets_at for row in snapshot.credentials if row.resets_at is not None]


def hertz_for(chosen: str, environ: Mapping[str, str]) -> float:
    """How often at most the screen is painted; `auto` is slower over a line from afar."""
    if chosen in HERTZ:
        return HERTZ[chosen]
    return HERTZ["ssh" if environ.get("SSH_CONNECTION") or environ.get("MOSH_IP") else "local"]
