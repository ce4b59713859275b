"""Waiting for the disk together: those who come while it is written share the next write.

In: a flush of the store. Out: a future each. Invariant: a future is done only by a flush that began after it was asked
for, so that all that was told before is on the disk.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future


class SharedFlush:
    """For one loop: one flush runs, and one more waits, however many ask."""

    def __init__(self, flush: Callable[[], "Future[None]"]) -> None:
        self._flush = flush
        self._runs = False
        self._next: asyncio.Future[None] | None = None

    def next(self) -> "asyncio.Future[None]":
        """Others wait for it too: never cancel it. It fails as the flush does."""
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            self._next.add_done_callback(lambda done: done.cancelled() or done.exception())  # all may have left
            if not self._runs:
                self._runs = True
                loop.call_soon(self._begin)  # with all who come in this turn
        return self._next

    def _begin(self) -> None:
        asked, self._next = self._next, None
        if asked is None:
            self._runs = False
            return
        asyncio.wrap_future(self._flush()).add_done_callback(lambda done: self._end(asked, done))

    def _end(self, asked: "asyncio.Future[None]", done: "asyncio.Future[None]") -> None:
        if done.cancelled():
            asked.cancel()
        elif error := done.exception():
            asked.set_exception(error)
        else:
            asked.set_result(None)
        self._begin()
