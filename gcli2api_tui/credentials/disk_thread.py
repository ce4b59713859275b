"""One thread for all work on the credentials' files, so that no lock, no disk and no ZIP ever stops the loop.

In: functions, one after the other. Out: what they return or raise, awaited on the loop. The thread begins with the
first of them and is a daemon: a disk that hangs keeps no process from ending.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from gcli2api_tui.quick_dataclass import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Watch:
    """What is asked every so often, and who waits for a yes."""

    holds: Callable[[], bool]
    every_s: float
    found: "Future[bool]"


class Worker:
    """Work that has begun is never interrupted; its end may find that nobody waits for it any more."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._watch: _Watch | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Raises what `work` raises."""
        done: Future[T] = Future()
        self._give(lambda: _settle(done, work))
        return await asyncio.wrap_future(done)

    async def until(self, holds: Callable[[], bool], every_s: float) -> None:
        """Until `holds`, asked in the thread whenever it had nothing to do for so long, is true; the loop sleeps."""
        found: Future[bool] = Future()
        self._watch = _Watch(holds, every_s, found)
        self._give(lambda: None)  # the thread may wait for ever: from now on it does not
        await asyncio.wrap_future(found)

    def _give(self, work: Callable[[], None]) -> None:
        self._waiting.put(work)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def close(self) -> None:
        """After what waits the thread ends; nobody waits for that."""
        if self._thread is not None:
            self._waiting.put(None)

    def _work(self) -> None:
        while True:
            watch = self._watch
            try:
                work = self._waiting.get(timeout=watch.every_s if watch else None)
            except queue.Empty:
                self._look(watch)
                continue
            if work is None:
                return
            work()

    def _look(self, watch: _Watch | None) -> None:
        if watch is None or watch is not self._watch:
            return
        if watch.found.cancelled():  # nobody waits any more
            self._watch = None
            return
        seen: Future[bool] = Future()
        _settle(seen, watch.holds)
        if seen.exception() or seen.result():
            self._watch = None
            _settle(watch.found, seen.result)


def _settle(done: "Future[T]", work: Callable[[], T]) -> None:
    """Who asked may have gone before it began."""
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(work())
    except Exception as error:  # whatever it is, it is raised where the work is awaited
        done.set_exception(error)
