"""When each running exchange is looked at next: one task for all of a relay.

In: exchanges, each with the moment before which nothing of it can be due. Out: calls of their `look`, which says when
the next is due.
"""

import asyncio
import math

from gcli2api_tui.clock import Clock
from gcli2api_tui.relay.running_exchange import Exchange
from gcli2api_tui.tasks import spawn

LEAST_S = 0.01
"""Between two looks at all that run."""


class Timekeeper:
    """One for a relay: calls each that runs when it is due; a task and a timer for each cost more than all it did.

    No task runs where nothing does, a moment after the last; a fault of one that looks is told by the loop, and the
    others hear nothing of it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[Exchange, float] = {}
        self._next = math.inf
        """When it looks next."""
        self._task: asyncio.Task[None] | None = None

    def begin(self, running: Exchange, due: float) -> None:
        """It looks at that time for the first time; in the loop's next turn where that has come."""
        if due <= self._clock.monotonic():
            self._due[running] = math.inf
            asyncio.get_running_loop().call_soon(self._look, running)
            return
        self._due[running] = due
        if due < self._next:
            self._look_earlier(due)

    def end(self, running: Exchange) -> None:
        self._due.pop(running, None)

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
        for running, due in self._due.items():
            if due <= moment:
                loop.call_soon(self._look, running)

    def _look(self, running: Exchange) -> None:
        if running not in self._due:
            return
        self._due[running] = math.inf  # unless it looks to the end
        due = running.look()
        if running in self._due:  # else it has ended itself
            self._due[running] = due
            if due < self._next:
                self._look_earlier(due)

    def _look_earlier(self, due: float) -> None:
        if self._task:
            self._task.cancel()
        self._next = due
        self._task = spawn("timekeeper", self._keep_time())
