"""One instance refreshes a token, the others take what it brought.

In: a lock that holds for all instances. Out: a block around a refresh, in which the newest tokens are known before it
and are on file after it. Where the lock cannot be had, one refreshes alone: Google takes that, too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.quick_dataclass import dataclass

Lock = Callable[[str], AbstractAsyncContextManager[bool]]
Alone = Callable[[CredentialId], AbstractAsyncContextManager[object]]


def not_shared(identity: CredentialId) -> AbstractAsyncContextManager[object]:
    """Nobody else could refresh it."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class OneOfMany:
    """`look` writes what waits and reads what others wrote: CredentialRegistry.rescan."""

    lock: Lock
    look: Callable[[], Awaitable[None]]

    @asynccontextmanager
    async def alone(self, identity: CredentialId) -> AsyncIterator[None]:
        async with self.lock(f"refresh {identity}") as granted:
            if granted:
                await self.look()
            yield
            if granted:
                await self.look()
