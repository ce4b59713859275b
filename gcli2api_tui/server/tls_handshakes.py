"""TLS handshakes under way: between an accepted socket and a connection.

In: sockets. Out: streams, each with its handshake behind it. Invariants: who never finishes one holds a place for a few
seconds only and keeps nobody else waiting; who speaks plain HTTP is told so in words.
A seam: asyncio's SSLProtocol, given by hand, since the usual way keeps a buffer of 256 kB for each connection;
tests/server/test_tls_handshakes.py names what must be there.
"""

import asyncio
import contextlib
import socket
import ssl
from asyncio.sslproto import SSLProtocol
from collections.abc import Callable
from typing import Any

from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.server.http1 import raw_refusal
from gcli2api_tui.server.usual_request import ClientReader
from gcli2api_tui.tasks import spawn

GREET_S = 10
"""A handshake takes two ways there and back."""
MOST = 500
"""At a time: each costs 100 kB, and nobody has been asked for a key yet."""
HANDSHAKE = b"\x16"
_READ = 2**16

Admit = Callable[[ClientReader, asyncio.StreamWriter], None]
Missed = Callable[[str, Message], None]


class _Tls(SSLProtocol):
    max_size = 2**15
    """Two records; thousands of connections may be open."""


class Greetings:
    """`admit` takes those that are done, `missed` hears the address and the reason of one that came to nothing."""

    def __init__(self, context: Callable[[], ssl.SSLContext], admit: Admit, missed: Missed) -> None:
        self._context, self._admit, self._missed = context, admit, missed
        self._tasks: dict[asyncio.Task[None], float] = {}
        """The oldest first."""

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(self, sock: socket.socket) -> None:
        if len(self._tasks) >= MOST:
            self.end_oldest(float("inf"))
        task = spawn("greet", self._greet(sock))
        self._tasks[task] = asyncio.get_running_loop().time()
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    def end_oldest(self, before: float) -> bool:
        """Make room, if one has begun before this time."""
        for task, began in self._tasks.items():
            if began <= before:
                del self._tasks[task]
                task.cancel()
                return True
            break
        return False

    async def close(self) -> None:
        running = list(self._tasks)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    async def _greet(self, sock: socket.socket) -> None:
        peer = ""
        try:
            peer = str(sock.getpeername()[0])
            async with asyncio.timeout(GREET_S):
                if await _speaks_plainly(sock):
                    self._missed(peer, say("caller.http"))
                    sock.close()
                    return
                streams = await self._streams(sock)
        except (OSError, TimeoutError) as error:
            sock.close()
            if isinstance(error, ssl.SSLError) and _is_distrust(error):
                self._missed(peer, say("caller.no_trust"))
        except asyncio.CancelledError:
            sock.close()
            raise
        else:
            self._admit(*streams)

    async def _streams(self, sock: socket.socket) -> tuple[ClientReader, asyncio.StreamWriter]:
        """As asyncio's own servers make them. Raises OSError, of which SSLError is one."""
        loop = asyncio.get_running_loop()
        reader = ClientReader(loop=loop)
        streams = asyncio.StreamReaderProtocol(reader, loop=loop)
        greeted: asyncio.Future[None] = loop.create_future()
        tls: Any = _Tls(loop, streams, self._context(), greeted, server_side=True, ssl_handshake_timeout=GREET_S)
        raw, _ = await loop.connect_accepted_socket(lambda: tls, sock)
        try:
            await greeted
        finally:
            if not greeted.done() or greeted.cancelled() or greeted.exception():
                raw.abort()
        return reader, asyncio.StreamWriter(tls._get_app_transport(), streams, reader, loop)


async def _speaks_plainly(sock: socket.socket) -> bool:
    """Whether the first byte is none of TLS; then the answer is given. It is looked at and left where it is."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_reader(sock, ready.set)
    except NotImplementedError:  # Windows: the handshake fails without words
        return False
    try:
        await ready.wait()
    finally:
        loop.remove_reader(sock)
    if (first := sock.recv(1, socket.MSG_PEEK)) in (b"", HANDSHAKE):
        return False
    with contextlib.suppress(OSError):
        # What has come is read, else closing would reset the connection before the answer is seen.
        sock.recv(_READ)
        sock.send(raw_refusal(400, say("http.only_tls"), say("http.use_https")))
        sock.shutdown(socket.SHUT_WR)
    return bool(first)


def _is_distrust(error: ssl.SSLError) -> bool:
    """The client's own words, as an alert."""
    reason = str(error.reason or "")
    return "ALERT" in reason and ("UNKNOWN_CA" in reason or "CERTIFICATE" in reason)
