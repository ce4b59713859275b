"""Keeps the pool true beside requests: who is on file is in it, and what Google says of its quota is asked now and
then.

In: what the registry says, in the step in which it is so; the pool's views. Out: a pool that never keeps another
version of a credential than the registry, and quota figures, asked for by a verb while credentials are in use and never
by a request.
"""

import asyncio
from collections.abc import Awaitable, Callable

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Answer
from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.events.records import (
    CredentialAdded,
    CredentialChanged,
    CredentialId,
    CredentialRemoved,
    LogLine,
    TokenRefreshed,
)
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.view import CredentialView
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(slots=True)
class Membership:
    """One for each runtime."""

    pool: Pool
    recorder: Recorder
    clock: Clock
    on_moved: Callable[[CredentialId], None] = lambda identity: None
    """Hears who came, changed or went."""

    def joined(self, credential: Credential) -> None:
        self.pool.add(credential)
        self.recorder.record(CredentialAdded(self.clock.now(), credential.id, credential.label, credential.source))
        self.on_moved(credential.id)

    def changed(self, credential: Credential, change: Message) -> None:
        self.pool.replace(credential)
        if change:
            self.recorder.record(CredentialChanged(self.clock.now(), credential.id, credential.label, change))
            self.on_moved(credential.id)

    def refreshed(self, credential: Credential, expires_at: float) -> None:
        self.recorder.record(TokenRefreshed(self.clock.now(), credential.id, expires_at))

    def signed_in(self, credential: Credential) -> None:
        self.pool.clear_cooldown(credential.id)
        self.changed(credential, say("change.signed_in"))

    def left(self, credential: Credential) -> None:
        self.pool.retire(credential.id)
        self.recorder.record(CredentialRemoved(self.clock.now(), credential.id, credential.label))
        self.on_moved(credential.id)

    def said(self, level: str, text: Message) -> None:
        self.recorder.record(LogLine(self.clock.now(), "error" if level == "error" else "warning", "vault", text))


LOOK_S = 15.0
EVERY_S = 600.0
SOONEST_S = 60.0
REQUESTS = 50

AT_ONCE = 25
"""Credentials looked at before others get their turn."""

_LIVELY = (CredentialState.READY, CredentialState.BUSY, CredentialState.NEARLY_OUT, CredentialState.COOLING)


@dataclass(frozen=True, slots=True)
class Asked:
    """When, and how much was used by then."""

    at: float
    used: int


class QuotaPoller:
    """One for each runtime; `ask` never raises."""

    def __init__(self, pool: Pool, ask: Callable[[CredentialId], Awaitable[Answer]], clock: Clock) -> None:
        self._pool = pool
        self._ask = ask
        self._clock = clock
        self._asked: dict[CredentialId, Asked] = {}

    async def watch(self) -> None:
        while True:
            await self._clock.sleep(LOOK_S)
            await self.look()

    async def look(self) -> None:
        """Ask for those that it is time for, one after the other; an answer that never came counts as one."""
        for number, view in enumerate(self._pool.views(), 1):
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
            identity = view.credential.id
            if due(view, self._asked.get(identity), self._clock.now()):
                self._asked[identity] = Asked(self._clock.now(), view.used_today)
                await self._ask(identity)


def due(view: CredentialView, last: Asked | None, now: float) -> bool:
    """Only Code Assist has figures to give."""
    if view.credential.kind is not Kind.OAUTH or view.state not in _LIVELY:
        return False
    if last is None:
        return view.used_today > 0
    passed_s = abs(now - last.at)
    if passed_s >= EVERY_S:
        return view.used_today != last.used or view.state is CredentialState.COOLING
    return passed_s >= SOONEST_S and abs(view.used_today - last.used) >= REQUESTS
