"""Work that many ask for at once and that must happen once.

All who ask for a key while its work runs get the same answer or the same Problem. The work belongs to nobody: a
waiter that is cancelled leaves it running for the others (a rotated refresh token must not be lost half way).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.tasks import spawn

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Keyed by credential id; holds only what runs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._running: dict[str, tuple[asyncio.Future[T], asyncio.Task[None]]] = {}

    async def run(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """The result of the running work for `key`, or of a new one."""
        if key not in self._running:
            future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            # Every waiter may be gone when it fails; then nobody else asks for the exception.
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._running[key] = (future, spawn(self._name, self._fill(key, future, work)))
        return await asyncio.shield(self._running[key][0])

    def runs(self, key: str) -> bool:
        return key in self._running

    async def _fill(self, key: str, future: "asyncio.Future[T]", work: Callable[[], Awaitable[T]]) -> None:
        try:
            future.set_result(await work())
        except Problem as problem:
            future.set_exception(problem)
        finally:
            del self._running[key]
            if not future.done():
                future.set_exception(UpstreamFault(FaultKind.PROTOCOL, say("net.interrupted", what=self._name)))
