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

T = TypeVar("T")


class Worker:
    """Work that has begun is never interrupted; its end may find that nobody waits for it any more."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Raises what `work` raises."""
        done: Future[T] = Future()
        self._waiting.put(lambda: _settle(done, work))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        return await asyncio.wrap_future(done)

    def close(self) -> None:
        """After what waits the thread ends; nobody waits for that."""
        if self._thread is not None:
            self._waiting.put(None)

    def _work(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()


def _settle(done: "Future[T]", work: Callable[[], T]) -> None:
    """Who asked may have gone before it began."""
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(work())
    except Exception as error:  # whatever it is, it is raised where the work is awaited
        done.set_exception(error)
