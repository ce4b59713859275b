"""Locks that hold for all instances: who refreshes a token holds one, and the others wait for what it brings.

In: a name. Out: a block in which this instance alone is, or the word that the engine could not be asked: then one goes
on without. A lock is a transaction in a thread of its own, so a pooler passes it on and a crash gives it back.
"""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager

from gcli2api_tui.state.postgresql.connection import FAILS, Address, Database

MOST = 4
"""At once; each is a connection."""
LONGEST_S = 75.0
"""Held, and waited for: longer than Google may take for a token, and for the second attempt."""
IDLE_S = 10
"""An instance that is cut off gives the lock back after it; one that lives says so every ALIVE_S."""
ALIVE_S = 3.0


class Locks:
    """One per store."""

    def __init__(self, address: Address, away: Callable[[], bool] = lambda: False) -> None:
        """Where the engine is known to be `away`, nobody waits to find that out again."""
        self._address = address
        self._away = away
        self._places = asyncio.Semaphore(MOST)

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[bool]:
        """False where the engine is away, or somebody else holds it for too long."""
        if self._away():
            yield False
            return
        async with self._places:
            got: Future[bool] = Future()
            over = threading.Event()
            threading.Thread(
                target=self._hold, args=(number_of(name), got, over), name="state-lock", daemon=True
            ).start()
            try:
                yield await asyncio.wrap_future(got)
            finally:
                over.set()

    def _hold(self, number: int, got: "Future[bool]", over: threading.Event) -> None:
        """In its thread."""
        try:
            database = self._address.open()
        except FAILS:
            _settle(got, held=False)
            return
        try:
            database.begin(idle_s=IDLE_S, longest_s=LONGEST_S)
            database.lock(number)
            _settle(got, held=True)
            self._keep(database, over)
            database.end()
        except FAILS:
            _settle(got, held=False)
        finally:
            database.close()

    def _keep(self, database: Database, over: threading.Event) -> None:
        """Raises FAILS where the lock was lost."""
        for _ in range(int(LONGEST_S / ALIVE_S)):
            if over.wait(ALIVE_S):
                return
            database.run("SELECT 1")


def number_of(name: str) -> int:
    """Of a lock; 63 bits."""
    return int.from_bytes(hashlib.sha256(f"gcli2api-tui {name}".encode()).digest()[:8], "big", signed=True)


def _settle(got: "Future[bool]", *, held: bool) -> None:
    """Who asked may have gone, and what was held may be lost later."""
    if not got.done() and got.set_running_or_notify_cancel():
        got.set_result(held)
