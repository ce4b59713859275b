"""Whose request begins next, while more come than can begin at once: so that a crowd is no pause for streams that run.

In: a request that has arrived, and the address it comes from. Out: its turn. Invariants: in one round of the loop few
requests begin; who comes from an address that guesses keys waits behind all others, and yet not for ever.
"""

import asyncio
from collections import deque
from collections.abc import Callable

AT_ONCE = 2
"""Requests that begin in one round: each costs some milliseconds until its first answer."""
SUSPECTS_TURN = 8
"""Of so many turns one is for those who guess."""


class Turns:
    """One for a listener. `guesses` is asked about an address only while there is a crowd."""

    def __init__(self, guesses: Callable[[str], bool]) -> None:
        self._guesses = guesses
        self._begun = 0
        self._given = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._suspects: deque[asyncio.Future[None]] = deque()

    async def take(self, peer: str) -> None:
        """Returns when this request may begin."""
        if self._begun < AT_ONCE and not self._waiting and not self._suspects:
            self._begin()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._suspects if self._guesses(peer) else self._waiting).append(turn)
        await turn

    def _begin(self) -> None:
        if not self._begun:
            asyncio.get_running_loop().call_soon(self._next_round)
        self._begun += 1

    def _next_round(self) -> None:
        self._begun = 0
        while self._begun < AT_ONCE and (turn := self._next()):
            self._begin()
            turn.set_result(None)

    def _next(self) -> asyncio.Future[None] | None:
        """Those who have left meanwhile are passed over."""
        self._given += 1
        first, second = self._waiting, self._suspects
        if self._given % SUSPECTS_TURN == 0:
            first, second = second, first
        for line in (first, second):
            while line:
                if not (turn := line.popleft()).done():
                    return turn
        return None
