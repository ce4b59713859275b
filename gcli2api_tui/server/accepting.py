"""Who calls a listening socket: the next one, and all who have come beside him.

In: a listening socket that does not block. Out: connected sockets that do not block either. A loop that is busy makes
long turns, and a crowd must not wait one for each: its queue would overflow, and the system drops who finds no place.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

A_CROWD = 64
"""Callers that are taken at once."""


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
