"""When a key or a pause of a test is over: as soon as the panel has nothing left to do.

Textual's own answer is a look at the processor every 20 ms, until it stood still between two of them: twice for each
key, and most of what tests of the panel took. Here the loop itself is asked, and what is due within such a moment is
waited for as before: timers, and what threads do for it. A frame that is to come is waited for however late it is due:
what a widget wants done after it is done after it.
"""

import asyncio
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import pytest
from textual._context import active_app
from textual._wait import SLEEP_GRANULARITY
from textual.app import App
from textual.screen import UPDATE_PERIOD

MOST_S = 10.0
"""Only what never rests takes so long; a machine with much else to do is waited for."""
FRAME_S = 2.5 * UPDATE_PERIOD
"""A timer of Textual that was late leaves out the period that it is in."""
THREAD_S = 0.25
"""Whoever is in a thread for longer is there for good: no wait is held up by it again."""


class Settled:
    """`install` it once; then all pilots wait by it."""

    def __init__(self, most_s: float = MOST_S, thread_s: float = THREAD_S) -> None:
        self._most_s, self._thread_s = most_s, thread_s
        self._in_threads: WeakSet[asyncio.Future[Any]] = WeakSet()
        self._for_good: WeakSet[asyncio.Future[Any]] = WeakSet()
        self._in_a_thread = asyncio.BaseEventLoop.run_in_executor
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
        """Of two that wait at once each would be what the other one waits for."""

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
        async with self._turns.setdefault(loop, asyncio.Lock()):
            await self._until_it_rests(loop)

    async def _until_it_rests(self, loop: asyncio.AbstractEventLoop) -> None:
        end = loop.time() + self._most_s
        while loop.time() < end:
            await asyncio.sleep(0)
            if not loop._ready:  # type: ignore[attr-defined]
                if (due := min(_due(loop), default=None)) is not None:
                    await asyncio.sleep(due - loop.time())
                elif not await self._ended_in_a_thread(loop):
                    return

    async def _ended_in_a_thread(self, loop: asyncio.AbstractEventLoop) -> bool:
        waited_for = [one for one in self._in_threads - self._for_good if one.get_loop() is loop and not one.done()]
        if not waited_for:
            return False
        ended, still = await asyncio.wait(waited_for, timeout=self._thread_s, return_when=asyncio.FIRST_COMPLETED)
        if not ended:
            self._for_good.update(still)
        return bool(ended)


def _due(loop: asyncio.AbstractEventLoop) -> Iterator[float]:
    app = active_app.get(None)
    if app is not None and app._exit:  # its timers run on, and none of them does anything any more
        return
    soon = loop.time() + (FRAME_S if app is not None and _a_frame_is_due(app) else SLEEP_GRANULARITY)
    for handle in loop._scheduled:  # type: ignore[attr-defined]
        if not handle.cancelled() and handle.when() <= soon:
            yield handle.when()


def _a_frame_is_due(app: App[object]) -> bool:
    return any(screen._update_timer._active.is_set() for screen in app.screen_stack)
