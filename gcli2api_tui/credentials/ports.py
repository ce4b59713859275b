"""What the owner of the credentials offers to those who use one, whom it tells, and how one instance of several
refreshes.

In: a lock that holds for all instances. Out: a block around a refresh, in which the newest tokens are known before it
and are on file after it. Where the lock cannot be had, one refreshes alone: Google takes that, too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Protocol

from gcli2api_tui.credentials.credential import Credential, OAuthTokens
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass

Lock = Callable[[str], AbstractAsyncContextManager[bool]]
Alone = Callable[[CredentialId], AbstractAsyncContextManager[object]]


@dataclass(frozen=True, slots=True)
class Held:
    """A credential as it was when it was read."""

    credential: Credential
    version: int
    """Grows each time the secret is exchanged, and is never given twice: not to one that was removed and restored."""


class Owner(Protocol):
    """Who has the secrets. Everybody else keeps ids and asks."""

    def current(self, identity: CredentialId) -> Held | None:
        """None for one that was removed."""
        ...

    def renewed(self, read: Held, tokens: OAuthTokens) -> OAuthTokens:
        """Keep tokens that were made from what was read; the ones that hold from now on.

        Those are others where somebody exchanged the secret meanwhile, by signing in or in the file.
        """
        ...


class Follower(Protocol):
    """Hears what happened to the credentials, in the same step in which it is so."""

    def joined(self, credential: Credential) -> None: ...

    def changed(self, credential: Credential, change: Message) -> None:
        """`change` is for people; "" for what nobody is told."""
        ...

    def refreshed(self, credential: Credential, expires_at: float) -> None: ...

    def signed_in(self, credential: Credential) -> None:
        """A new sign-in, for one that was there: what Google said of the old one is over."""
        ...

    def left(self, credential: Credential) -> None: ...

    def said(self, level: str, text: Message) -> None: ...


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
