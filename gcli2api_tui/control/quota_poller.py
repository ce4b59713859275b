"""What Google says of its quota, asked for now and then beside requests.

In: the pool's views. Out: quota figures, asked for by a verb while credentials are in use and never by a request.
"""

import asyncio
from collections.abc import Awaitable, Callable

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Answer
from gcli2api_tui.credentials.credential import Kind
from gcli2api_tui.events.records import (
    CredentialId,
)
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.pool.credential_view import CredentialView
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass

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
