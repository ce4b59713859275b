"""One task that keeps the time of all requests that run; a task and a timer for each cost more than all it did.

In: whoever is to look. Out: each is called when it is due. Invariants: none runs where nothing does, a
moment after the last; a fault of one that looks is told by the loop, and the others hear nothing of it.
"""

import asyncio
import math
from typing import Protocol

from gcli2api_tui.clock import Clock
from gcli2api_tui.tasks import spawn

LEAST_S = 0.01
"""Between two looks at all of them."""


class Watched(Protocol):
    """Something that runs."""

    def look(self) -> float:
        """Do what is due. Out: when the next is, by the clock's `monotonic`."""
        ...


class Timekeeper:
    """One for a relay."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[Watched, float] = {}
        self._next = math.inf
        """When it looks next."""
        self._task: asyncio.Task[None] | None = None

    def begin(self, watched: Watched) -> None:
        """It looks in the loop's next turn for the first time."""
        self._due[watched] = math.inf
        asyncio.get_running_loop().call_soon(self._look, watched)

    def end(self, watched: Watched) -> None:
        self._due.pop(watched, None)

    async def _keep_time(self) -> None:
        while self._due:
            self._next = min(self._due.values())
            await self._clock.sleep(max(LEAST_S, self._next - self._clock.monotonic()))
            self._look_at_all(self._clock.monotonic())
            await asyncio.sleep(0)  # then they have looked
        self._next = math.inf

    def _look_at_all(self, moment: float) -> None:
        self._next = -math.inf  # what they plan is seen when all have looked
        loop = asyncio.get_running_loop()
        for watched, due in self._due.items():
            if due <= moment:
                loop.call_soon(self._look, watched)

    def _look(self, watched: Watched) -> None:
        if watched in self._due:
            self._due[watched] = math.inf  # unless it looks to the end
            self._plan(watched, watched.look())

    def _plan(self, watched: Watched, due: float) -> None:
        if watched not in self._due:  # it has ended itself
            return
        self._due[watched] = due
        if due < self._next:
            if self._task:
                self._task.cancel()
            self._next = due
            self._task = spawn("timekeeper", self._keep_time())
