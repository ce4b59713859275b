"""When a key or a pause of a test is over: as soon as the panel has nothing left to do.

Textual's own answer is a look at the processor every 20 ms, until it stood still between two of them: twice for each
key, and most of what tests of the panel took. Here the loop itself is asked, and what is due within such a moment is
waited for as before: timers, and what threads do for it.
"""

import asyncio
from collections.abc import Iterator
from typing import Any
from weakref import WeakSet

import pytest
from textual._wait import SLEEP_GRANULARITY

MOST_S = 1.0


class Settled:
    """`install` it once; then all pilots wait by it."""

    def __init__(self) -> None:
        self._in_threads: WeakSet[asyncio.Future[Any]] = WeakSet()
        self._in_a_thread = asyncio.BaseEventLoop.run_in_executor

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for place in ("textual.app.wait_for_idle", "textual.pilot.wait_for_idle"):
            patch.setattr(place, self.wait)

        def run_in_executor(loop: asyncio.BaseEventLoop, *work: Any) -> "asyncio.Future[Any]":
            done = self._in_a_thread(loop, *work)
            self._in_threads.add(done)
            return done

        patch.setattr(asyncio.BaseEventLoop, "run_in_executor", run_in_executor)

    async def wait(self, *_: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + MOST_S
        while loop.time() < end:
            await asyncio.sleep(0)
            if not loop._ready:  # type: ignore[attr-defined]
                if (due := min(_due(loop), default=None)) is not None:
                    await asyncio.sleep(due - loop.time())
                elif not await self._ended_in_a_thread(loop):
                    return

    async def _ended_in_a_thread(self, loop: asyncio.AbstractEventLoop) -> bool:
        waited_for = [one for one in self._in_threads if one.get_loop() is loop and not one.done()]
        if not waited_for:
            return False
        ended, _ = await asyncio.wait(waited_for, timeout=SLEEP_GRANULARITY, return_when=asyncio.FIRST_COMPLETED)
        return bool(ended)


def _due(loop: asyncio.AbstractEventLoop) -> Iterator[float]:
    soon = loop.time() + SLEEP_GRANULARITY
    for handle in loop._scheduled:  # type: ignore[attr-defined]
        if not handle.cancelled() and handle.when() <= soon:
            yield handle.when()
