"""Samples the loop's own thread for some seconds.

In: how long. Out: a Profile, which functions were at work and how late the loop's marks came, with names of files and
functions and nothing of what they worked on. A thread looks a hundred times a second, which costs less than a hundredth
of a processor; one profile at a time, bounded in stacks.
"""

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice, takewhile
from pathlib import Path
from types import FrameType

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.ledger.admin_rows import Profile, Share
from gcli2api_tui.ledger.metrics import Spread, in_ms
from gcli2api_tui.ledger.totals import percentile
from gcli2api_tui.messages.message import say

LOOK_S = 0.01
MARK_S = 0.05
LEAST_S = 1.0
MOST_S = 60.0
DEEPEST = 60
MOST_STACKS = 2_000
TOLD = 25
_PACKAGE = Path(__file__).parent.parent
_TURN = "base_events.py:_run_once"
_WAITS = ("select", "poll", "_poll")
_OWN = "gcli2api_tui/control/profiler.py:profile"
"""None of the loop's work: on a busy machine the thread looks long before whoever started it goes on."""

Stack = tuple[str, ...]


class Profiler:
    """One for each runtime; used on its loop."""

    def __init__(self, clock: Clock, transit: Callable[[], Spread] = lambda: Spread((), (0,), 0.0)) -> None:
        """`transit` is how long chunks took to pass through, since the start."""
        self._clock = clock
        self._transit = transit
        self._busy = False

    async def profile(self, seconds: float) -> Profile | Refused:
        if not LEAST_S <= seconds <= MOST_S:
            return Refused(say("doctor.seconds", most=round(MOST_S)))
        if self._busy:
            return Refused(say("doctor.profiled_already"))
        self._busy = True
        sampler, before = _Sampler(threading.get_ident()), self._transit()
        try:
            sampler.start()
            lags = await self._lags(seconds)
        finally:
            sampler.end()
            self._busy = False
        passed = self._transit().since(before)
        return await asyncio.to_thread(_profile, seconds, sampler.stacks, lags, passed)

    async def _lags(self, seconds: float) -> list[float]:
        """How much later than asked the loop came back, each time."""
        lags: list[float] = []
        now = self._clock.monotonic
        until = now() + seconds
        while (before := now()) < until:
            await self._clock.sleep(MARK_S)
            lags.append(max(0.0, now() - before - MARK_S))
        return lags


class _Sampler(threading.Thread):
    """Reads the frames of one thread until it is ended."""

    def __init__(self, watched: int) -> None:
        super().__init__(name="profiler", daemon=True)
        self._watched = watched
        self._ended = threading.Event()
        self.stacks: Counter[Stack] = Counter()

    def run(self) -> None:
        while not self._ended.wait(LOOK_S):
            stack = stack_of(sys._current_frames().get(self._watched))
            if _OWN in stack:
                continue
            known = stack in self.stacks or len(self.stacks) < MOST_STACKS
            self.stacks[stack if known else stack[-1:]] += 1

    def end(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(1.0)


def stack_of(frame: FrameType | None) -> Stack:
    """The outermost first, from the loop's turn on: what is around it is the same in all."""
    inner = takewhile(lambda name: not name.endswith(_TURN), _names(frame))
    return tuple(reversed([*islice(inner, DEEPEST)]))


def _names(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield f"{_place(frame.f_code.co_filename)}:{frame.f_code.co_name}"
        frame = frame.f_back


def _place(file: str) -> str:
    """`relay/retry_loop.py` of ours, `h11/_connection.py` of others: the folder and the file."""
    path = Path(file)
    if _PACKAGE in path.parents:
        return f"gcli2api_tui/{path.relative_to(_PACKAGE).as_posix()}"
    return f"{path.parent.name}/{path.name}".lstrip("/")


def _profile(seconds: float, stacks: Counter[Stack], lags: list[float], passed: Spread) -> Profile:
    idle = sum(count for stack, count in stacks.items() if _waits(stack))
    busy = {stack: count for stack, count in stacks.items() if stack and not _waits(stack)}
    ordered = sorted(lag * 1000 for lag in lags) or [0.0]
    marks = (percentile(ordered, 50) or 0.0, percentile(ordered, 99) or 0.0, ordered[-1])
    folded = sorted(((";".join(stack), count) for stack, count in busy.items()), key=lambda pair: -pair[1])
    return Profile(
        seconds=seconds,
        samples=sum(stacks.values()),
        idle=idle,
        lag_ms=(round(marks[0], 2), round(marks[1], 2), round(marks[2], 2)),
        areas=_shares(_by_area(busy)),
        functions=_shares(busy),
        stacks=tuple(folded),
        chunks=sum(passed.counts),
        transit_ms=(in_ms(passed.at_most(50)) or 0.0, in_ms(passed.at_most(99)) or 0.0),
    )


def _waits(stack: Stack) -> bool:
    """The loop asks the system for news."""
    file, _, function = stack[-1].rpartition(":") if stack else ("", "", "")
    return file.endswith("selectors.py") and function in _WAITS


def _by_area(stacks: dict[Stack, int]) -> Counter[Stack]:
    found: Counter[Stack] = Counter()
    for stack, count in stacks.items():
        found[tuple(map(_area, stack))] += count
    return found


def _area(name: str) -> str:
    """Of ours the folder, of others the package's."""
    parts = name.rpartition(":")[0].split("/")
    return "/".join(parts[:2]) if parts[0] == "gcli2api_tui" and len(parts) > 2 else parts[0]


def _shares(stacks: "dict[Stack, int] | Counter[Stack]") -> tuple[Share, ...]:
    own: Counter[str] = Counter()
    through: Counter[str] = Counter()
    for stack, count in stacks.items():
        own[stack[-1]] += count
        through.update(dict.fromkeys(stack, count))
    most = sorted(through, key=lambda name: (-own[name], -through[name]))[:TOLD]
    return tuple(Share(name, own[name], through[name]) for name in most)
