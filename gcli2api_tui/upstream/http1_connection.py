"""One HTTP/1.1 connection: asyncio moves the bytes, h11 knows the protocol.

In: a request, written in one piece. Out: the head of the answer, then its body, all chunks that came in one read
together. Invariants: a reader that is slow stops the sender; no foreign exception leaves but httpx's; a connection
that is not at rest between two exchanges is never used again.
"""

import asyncio
from collections.abc import Iterator

import h11
import httpx

MOST_HEAD = 256 * 1024
"""Longest head of an answer."""
MOST_UNREAD = 256 * 1024
"""Above this the kernel's buffers, and then Google, wait for the reader."""
ONE_WRITE = 64 * 1024
"""Up to this a body is copied behind its head, to save a system call and a packet; longer ones go in such pieces."""


class Http1Connection(asyncio.Protocol):
    """Carries one exchange at a time: `send`, `head`, `body` until it says the end."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self.heard = False
        """A byte of the present answer has come: asking again could be asking twice."""
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._unread = 0
        self._read_paused = self._write_paused = self._lost = False

    # What the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._http.our_state is h11.IDLE:  # nobody asked: what comes would be taken for the next answer
            self.abort()
            return
        self.heard = True
        self._http.receive_data(data)
        self._unread += len(data)
        if self._unread > MOST_UNREAD and self._transport and not self._read_paused:
            self._read_paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """The transport closes itself after this."""
        self._http.receive_data(b"")
        self._lost = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and not self._lost:
            self._http.receive_data(b"")
        self._lost = True
        self._wake()

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        self._wake()

    # What the pool asks

    @property
    def usable(self) -> bool:
        """At rest and open, as far as is known."""
        return not self._lost and self._http.our_state is h11.IDLE

    async def send(self, request: httpx.Request, content: bytes, wait_s: float | None) -> None:
        """Write the request. Raises httpx.WriteError or WriteTimeout."""
        self.heard = False
        target = request.url.raw_path
        try:
            head = self._http.send(h11.Request(method=request.method, target=target, headers=request.headers.raw))
            rest = (self._http.send(h11.Data(data=content)) or b"") if content else b""
            self._http.send(h11.EndOfMessage())
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        large = len(rest) > ONE_WRITE
        pieces: list[bytes | memoryview] = [head or b"", *_pieces(rest)] if large else [(head or b"") + rest]
        for piece in pieces:
            self._write(piece)
            while self._write_paused and not self._lost:
                await self._news(wait_s, httpx.WriteTimeout("The request could not be sent in time."))
            if self._lost:  # what Google said before it hung up can still be read
                return

    def _write(self, data: bytes | memoryview) -> None:
        if self._lost or self._transport is None:
            raise httpx.WriteError("The connection is closed.")
        self._transport.write(data)

    async def head(self, wait_s: float | None) -> h11.Response:
        """The answer's status and headers. Raises httpx.ReadError, ReadTimeout or RemoteProtocolError."""
        while True:
            event = self._next()
            if isinstance(event, h11.Response):
                return event
            if event is h11.NEED_DATA:
                await self._more(wait_s)

    async def body(self, wait_s: float | None) -> tuple[bytes, bool]:
        """What has come since, and whether that was the end. Raises as `head` does, but after what came before."""
        parts: list[bytes] = []
        while True:
            try:
                event = self._next()
            except httpx.RemoteProtocolError:
                if parts:
                    return b"".join(parts), False
                raise
            if isinstance(event, h11.Data):
                parts.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                return b"".join(parts), True
            elif parts:
                return b"".join(parts), False
            else:
                await self._more(wait_s)

    def rest(self) -> bool:
        """After the end of an answer: ready for another request, or closed."""
        if self._lost or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            self.abort()
            return False
        self._http.start_next_cycle()
        if self._http.trailing_data[0]:
            self.abort()
            return False
        self._resume()
        return True

    def abort(self) -> None:
        """Close at once, whatever is unsent or unread."""
        self._lost = True
        if self._transport:
            self._transport.abort()

    def _next(self) -> object:
        try:
            return self._http.next_event()
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error

    async def _more(self, wait_s: float | None) -> None:
        if self._lost:
            raise httpx.ReadError("The connection was lost.")
        self._resume()
        await self._news(wait_s, httpx.ReadTimeout("No answer in time."))

    def _resume(self) -> None:
        self._unread = 0
        if self._read_paused and self._transport:
            self._read_paused = False
            self._transport.resume_reading()

    async def _news(self, wait_s: float | None, late: httpx.TimeoutException) -> None:
        """Until something changes; a timer only where there is a limit."""
        loop = asyncio.get_running_loop()
        waiter = self._waiter = loop.create_future()
        timer = None if wait_s is None else loop.call_later(wait_s, _expire, waiter, late)
        try:
            await waiter
        finally:
            self._waiter = None
            if timer:
                timer.cancel()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)


def _pieces(content: bytes) -> Iterator[memoryview]:
    """One at a time: the transport keeps a copy of what the kernel does not take."""
    for at in range(0, len(content), ONE_WRITE):
        yield memoryview(content)[at : at + ONE_WRITE]


def _expire(waiter: "asyncio.Future[None]", late: httpx.TimeoutException) -> None:
    if not waiter.done():
        waiter.set_exception(late)
