"""Who is let in: how many connections there are files for, who calls the listening socket, whose request begins next.

In: the system's limit on open files (raised to what it may be), a listening socket that does not block, a request that
has arrived with the address it comes from. Out: a number, connected sockets, a request's turn. Invariants: at most half
of the files are for clients, since each may need a connection to Google; in one round of the loop few requests begin,
so that a crowd is no pause for streams that run; who guesses keys waits behind all others, and yet not for ever.
"""

import asyncio
import contextlib
import socket
import sys
from collections import deque
from collections.abc import Callable, Iterator

WANTED_FILES = 8192
"""More is not asked for: macOS allows 10,240 at most, and a phone has no memory for more."""
OWN_FILES = 64
"""For the database, credentials, the log, and a moment's lookups and images."""
WITHOUT_LIMIT = 2000
"""Where the system names none (Windows)."""
FEWEST = 8
A_CROWD = 64
"""Callers that are taken at once: a busy loop makes long turns, and a crowd must not wait one for each. Its queue would
overflow, and the system drops who finds no place."""
AT_ONCE = 8
"""Requests that begin in one round: each computes 0.2 ms until it waits for Google, a millisecond on a phone, and a
twelfth more where it has to wait for a later round."""
SUSPECTS_TURN = 8
"""Of so many turns one is for those who guess."""


def places() -> int:
    """Connections that clients may hold at a time."""
    files = _limit()
    return WITHOUT_LIMIT if files is None else max(FEWEST, (files - OWN_FILES) // 2)


if sys.platform == "win32":

    def open_files() -> int | None:
        """There is no limit."""
        return None

    def _limit() -> int | None:
        """There is none."""
        return None

else:
    import resource

    def open_files() -> int | None:
        """What it may be raised to; None where there is no limit."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        return None if hard == resource.RLIM_INFINITY else hard

    def _limit() -> int | None:
        """On open files, after raising it as far as this user may: macOS begins with 256."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft == resource.RLIM_INFINITY:
            return WANTED_FILES
        wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
        if soft < wanted:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
                return wanted
        return soft


async def crowd(listener: socket.socket, room: int) -> list[socket.socket]:
    """The next one, and as many of those beside as there is room for."""
    first = await caller(listener)
    return [first, *beside(listener, room)]


async def caller(listener: socket.socket) -> socket.socket:
    """The next one; `loop.sock_accept` would lose who comes at the moment in which it is cancelled."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    while True:
        with contextlib.suppress(BlockingIOError, InterruptedError):
            return _accepted(listener)
        ready.clear()
        try:
            loop.add_reader(listener, ready.set)
        except NotImplementedError:  # Windows
            sock, _ = await loop.sock_accept(listener)
            return sock
        try:
            await ready.wait()
        finally:
            loop.remove_reader(listener)


def beside(listener: socket.socket, room: int) -> Iterator[socket.socket]:
    """Those that wait already, as many as there is room for. What is wrong is found by the next `caller`."""
    with contextlib.suppress(OSError):
        for _ in range(min(A_CROWD, room)):
            yield _accepted(listener)


def _accepted(listener: socket.socket) -> socket.socket:
    sock, _ = listener.accept()
    sock.setblocking(False)
    return sock


class Turns:
    """One for a listener. `guesses` is asked about an address only while there is a crowd."""

    def __init__(self, guesses: Callable[[str], bool]) -> None:
        self._guesses = guesses
        self._begun = 0
        self._given = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._suspects: deque[asyncio.Future[None]] = deque()

    def begins_at_once(self) -> bool:
        """Whether this request may, without a wait."""
        if self._begun >= AT_ONCE or self._waiting or self._suspects:
            return False
        self._begin()
        return True

    async def take(self, peer: str) -> None:
        """Returns when this request may begin."""
        if self.begins_at_once():
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
        while self._begun < AT_ONCE and (self._waiting or self._suspects):
            if turn := self._next():
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
