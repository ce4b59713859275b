"""Work that many ask for at once and that must happen once.

All who ask for a key while its work runs get the same answer or the same Problem. The work belongs to nobody: a
waiter that is cancelled leaves it running for the others (a rotated refresh token must not be lost half way).
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Generic, TypeVar

from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.tasks import report

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Keyed by credential id; holds only what runs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._running: dict[str, asyncio.Task[T]] = {}

    async def run(self, key: str, work: Callable[[], Coroutine[object, None, T]]) -> T:
        """The result of the running work for `key`, or of a new one. Raises its Problem, and
        UpstreamFault(PROTOCOL) when it died of a bug or was stopped."""
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.Task(work(), loop=asyncio.get_running_loop(), name=self._name)
            task.add_done_callback(partial(self._ended, key))
        await asyncio.wait((task,))  # a waiter that is cancelled leaves it running
        if task.cancelled() or not isinstance(task.exception(), Problem | None):
            raise UpstreamFault(FaultKind.PROTOCOL, say("net.interrupted", what=self._name))
        return task.result()

    def runs(self, key: str) -> bool:
        return key in self._running

    def _ended(self, key: str, task: "asyncio.Task[T]") -> None:
        """Every waiter may be gone when it fails: then nobody else asks for the exception."""
        del self._running[key]
        if not task.cancelled() and not isinstance(task.exception(), Problem):
            report(task)
