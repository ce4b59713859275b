"""One HTTP/1.1 connection: asyncio moves the bytes, `AnswerParser` knows what they mean.

In: a request, written in one piece. Out: the answer by its reads, all chunks of one together. Invariants: a reader
that is slow stops the sender; nobody is woken before there is what he waits for; no exception leaves but
those of transport_errors; a connection that is not at rest between two exchanges is never used again.
"""

import asyncio
from collections.abc import Iterator

from gcli2api_tui.upstream.http1_parser import AnswerParser
from gcli2api_tui.upstream.transport_errors import (
    Late,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    TransportError,
    WriteError,
    WriteTimeout,
)
from gcli2api_tui.upstream.way import Content

MOST_UNREAD = 64 * 1024
"""Above this the kernel's buffers, and then Google, wait for the reader; who reads as it comes gets no more at once."""
ONE_WRITE = 64 * 1024
"""Up to this a body is copied behind its head, to save a system call and a packet; longer ones go in such pieces."""
LATE = "No answer in time."


class Http1Connection(asyncio.Protocol):
    """Carries one exchange at a time: `send`, `answer`, that answer's reads until the end, `rest`."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        """Where it leads."""
        self.idle_since = 0.0
        self.heard = False
        """A byte of the present answer has come: asking again could be asking twice."""
        self._answer: AnswerParser | None = None
        """None at rest."""
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self.enough = 0
        """Bytes of the body that the waiter wants to see."""
        self._unsent = False
        """Google answered before it had the whole request."""
        self.lost = False
        """Closed, as far as is known."""
        self._read_paused = self._write_paused = False

    # What the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        answer = self._answer
        if answer is None:  # nobody asked: what comes would be taken for the next answer
            self.abort()
            return
        self.heard = True
        answer.feed(data)
        if answer.unread > MOST_UNREAD and self._transport and not self._read_paused:
            self._read_paused = True
            self._transport.pause_reading()
        waiter = self._waiter
        if waiter and not waiter.done() and self.has_come(answer):
            waiter.set_result(None)

    def eof_received(self) -> None:
        """The transport closes itself after this."""
        self.connection_lost(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer and exc is None and not self.lost:
            self._answer.end()
        self.lost = True
        self._wake()

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        self._wake()

    # What the pool asks

    def send(self, request: bytes) -> None:
        """Write a request, whole. Raises WriteError."""
        self._begin()
        self._write(request)

    async def send_in_pieces(self, head: bytes, content: Content, wait_s: float | None) -> None:
        """Write a long one, as much of it as Google wants. Raises WriteError or WriteTimeout."""
        answer = self._begin()
        for piece in _pieces(head, content):
            self._write(piece)
            while self._write_paused and not self.lost and not self.has_come(answer):
                await self.news(wait_s, WriteTimeout, "The request could not be sent in time.")
            if not isinstance(content, bytes | bytearray):
                await asyncio.sleep(0)  # to make the next one takes time, also where the kernel takes all at once
            if self.lost or answer.status:  # what Google has said already can be read
                self._unsent = True
                return

    def _begin(self) -> AnswerParser:
        self.heard = False
        self._answer = AnswerParser()
        self.enough = 0
        return self._answer

    def _write(self, piece: bytes | memoryview) -> None:
        if self.lost or self._transport is None:
            raise WriteError("The connection is closed.")
        self._transport.write(piece)

    async def answer(self, wait_s: float | None, *, whole: bool) -> AnswerParser:
        """From its head on; a `whole` one with its body, or much of it. `wait_s` is for each read of it, too.

        Raises ReadError, ReadTimeout or RemoteProtocolError.
        """
        answer = self._answer
        assert answer
        self.enough = MOST_UNREAD if whole else 0
        while not self.has_come(answer) and not self.lost:
            await self.news(wait_s, ReadTimeout, LATE)
        if not answer.status:
            raise self.why_none(answer)
        return answer

    def rest(self) -> bool:
        """After the end of an answer: ready for another request, or closed."""
        if self.lost or self._unsent or not self._answer or not (self._answer.ended and self._answer.keeps_alive):
            self.abort()
            return False
        self._answer = None
        self.idle_since = moment()
        self.read_on()
        return True

    def abort(self) -> None:
        """Close at once, whatever is unsent or unread."""
        self.lost = True
        if self._transport:
            self._transport.abort()

    # What an answer asks

    def has_come(self, answer: AnswerParser) -> bool:
        """What the reader waits for, or all that will ever come."""
        if answer.ended or answer.broken:
            return True
        return answer.status > 0 and (answer.unread >= self.enough or (self._read_paused and answer.unread > 0))

    def why_none(self, answer: AnswerParser) -> TransportError:
        if answer.broken:
            return RemoteProtocolError(answer.broken)
        return ReadError("The connection was lost.")

    def read_on(self) -> None:
        """Where too much was unread before."""
        if self._read_paused and self._transport and not self.lost:
            self._read_paused = False
            self._transport.resume_reading()

    async def news(self, wait_s: float | None, late: type[Late], why: str) -> None:
        """Until something changes; a timer only where there is a limit."""
        loop = asyncio.get_running_loop()
        waiter = self._waiter = loop.create_future()
        timer = None if wait_s is None else loop.call_later(wait_s, _expire, waiter, late, why)
        try:
            await waiter
        finally:
            self._waiter = None
            if timer:
                timer.cancel()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)


def _pieces(head: bytes, content: Content) -> Iterator[bytes | memoryview]:
    """One at a time: the transport keeps a copy of what the kernel does not take."""
    yield head
    for part in (content,) if isinstance(content, bytes | bytearray) else content.pieces():
        for at in range(0, len(part), ONE_WRITE):
            yield memoryview(part)[at : at + ONE_WRITE]


def moment() -> float:
    """The loop's own time: connections age in real seconds, also where the demo's clock runs faster."""
    return asyncio.get_running_loop().time()


def _expire(waiter: "asyncio.Future[None]", late: type[Late], why: str) -> None:
    if not waiter.done():
        waiter.set_exception(late(why))
