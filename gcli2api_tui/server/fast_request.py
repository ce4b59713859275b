"""One request as clients send them all day: read at a glance, passed through the app, and its answer written.

In: the bytes of one read, pieces of its body as they come, what the app sends. Out: a UsualRequest, or None where
anything is unusual: h11 reads that, and says what is wrong with it; then what Hypercorn and h11 would write, byte for
byte (tests/server/test_fast_request.py). An app that knows ARRIVES gets the body handed over, and hears of the
client's leaving, without a task that waits for both. Invariant: what is read at a glance, h11 and http1.py would let
through, and read alike.
"""

import re
from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

import h11
from hypercorn.config import Config
from hypercorn.protocol.events import Event, StreamClosed
from hypercorn.typing import ASGIReceiveEvent, ASGISendEvent

from gcli2api_tui.quick_dataclass import dataclass

MOST_HEADERS = 50
Headers = list[tuple[bytes, bytes]]
_BEGINS = re.compile(rb"POST (/[!-$&->@-~]*)(?:\?([!-~]*))? HTTP/1\.1\r\n")
"""No escapes: such a path means what it says."""
_HEADER = re.compile(rb"^([-!#$%&'*+.^_`|~0-9A-Za-z]+):[ \t]*((?:[!-~]+(?:[ \t]+[!-~]+)*)?)[ \t]*\r\n", re.MULTILINE)
"""A line. Each holds one end of a line: where there are as many as ends of lines, nothing lies between them."""
_LENGTH = re.compile(rb"[0-9]{1,15}")
_ONCE = frozenset((b"host", b"content-length", b"connection"))
_UNUSUAL = frozenset((b"transfer-encoding", b"expect", b"upgrade"))
_ANSWER = re.compile(rb"(?:[-!#$%&'*+.^_`|~0-9A-Za-z]+: (?:[^\x00\s]+(?:[ \t]+[^\x00\s]+)*)?\r\n)*")
_BODILESS = (204, 304)
ARRIVES = "gcli2api.arrives"
"""The extension in the scope: an Arriving."""
MOST_UNREAD = 10
"""Pieces that the app has not asked for, as in Hypercorn; with so many no more is read from the client."""


@dataclass(frozen=True, slots=True)
class UsualRequest:
    """A POST whose body has a length."""

    path: bytes
    query: bytes
    headers: Headers
    length: int
    body: bytes
    """As much of it as came with the head, and what came behind it."""
    closes: bool = False
    """The client wants no further answer on this connection, as proxies often do."""


def read(data: bytes) -> UsualRequest | None:
    begins = _BEGINS.match(data)
    end = data.find(b"\r\n\r\n", begins.end()) if begins else -1
    if not begins or end < 0:
        return None
    lines = _HEADER.findall(data, begins.end(), end + 2)
    if len(lines) != data.count(b"\n", begins.end(), end + 2) or len(lines) > MOST_HEADERS:
        return None
    headers: Headers = [(name.lower(), value) for name, value in lines]
    known = dict(headers)
    if len(known) < len(headers) and any(sum(name == once for name, _ in headers) > 1 for once in _ONCE):
        return None
    connection = known.get(b"connection", b"keep-alive").lower()
    length = known.get(b"content-length", b"")
    if b"host" not in known or not _UNUSUAL.isdisjoint(known) or connection not in (b"keep-alive", b"close"):
        return None
    if not _LENGTH.fullmatch(length):
        return None
    closes, body = connection == b"close", data[end + 4 :]
    if closes and len(body) > int(length):
        return None
    return UsualRequest(begins[1], begins[2] or b"", headers, int(length), body, closes)


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """`length` of the body; None where it comes in chunks."""

    wire: bytes
    length: int | None
    closes: bool


def answer_head(status: int, headers: Iterable[tuple[bytes, bytes]], *, last: bool = False) -> AnswerHead:
    """As h11 writes it; `last` where the client wants no other.

    Raises h11.LocalProtocolError for a header that would be two, or none.
    """
    lines: list[bytes] = []
    told, connection = None, b""
    wishes = {b"close"} if last else set()
    for name, value in headers:
        name, value = name.strip(), value.strip()
        lower = name.lower()
        if lower == b"transfer-encoding":
            continue
        if lower == b"content-length":
            told = value
        elif lower == b"connection":
            connection = value.lower()
            if last:
                wishes.update(wish for one in connection.split(b",") if (wish := one.strip()))
                continue
        lines.append(b"%b: %b\r\n" % (name, value))
    length = 0 if status in _BODILESS else None if told is None else int(told)
    if length is None:
        lines.append(b"Transfer-Encoding: chunked\r\n")
    lines += [b"Connection: %b\r\n" % wish for wish in sorted(wishes - {b"keep-alive"})]
    block = b"".join(lines)
    if block.count(b"\n") != len(lines) or not _ANSWER.fullmatch(block):
        raise h11.LocalProtocolError("Illegal header of an answer")
    return AnswerHead(b"HTTP/1.1 %d \r\n%b\r\n" % (status, block), length, last or b"close" in connection)


class Takes(Protocol):
    """Where a body goes."""

    def append(self, data: bytes, /) -> None: ...

    def set_complete(self) -> None: ...


class Arriving(Protocol):
    """A body on its way, and a way for the answer. Once for a request, and in place of `receive`."""

    def follow(self, body: Takes, gone: Callable[[], None]) -> None:
        """All that has come and will come; `gone` is called when the client leaves before it has its answer."""
        ...

    def pass_on(self, data: bytes) -> bool:
        """The next of a stream, behind all that was sent; False where something is to be waited for: `send` it then."""
        ...


class UsualExchange:
    """`write` takes bytes for the client, `over` hears once that all is said, and whether the connection may go on."""

    def __init__(
        self,
        config: Config,
        asked: UsualRequest,
        write: Callable[[bytes], Awaitable[None]],
        write_at_once: Callable[[bytes], bool],
        over: Callable[[bool], Awaitable[None]],
    ) -> None:
        self._config, self._write, self._over = config, write, over
        self._write_at_once = write_at_once
        self.last = asked.closes
        """No other request may follow."""
        self.missing = asked.length
        """Bytes of the body that have not come."""
        self._came: deque[bytes] = deque()
        self.gone = self._said = False
        self._news: Future[None] | None = None
        self._room: Future[None] | None = None
        self._follower: tuple[Takes, Callable[[], None]] | None = None
        self.begun = False
        self._length: int | None = None
        self._closes = False

    # What the connection brings

    async def arrive(self, data: bytes) -> None:
        """A piece of the body, and no more than that. Returns when the next may come."""
        self.missing -= len(data)
        if self._follower:
            self._hand_over(self._follower[0], data)
            return
        self._came.append(data)
        self._wake()
        while len(self._came) >= MOST_UNREAD and not (self.gone or self._said or self._follower):
            self._room = get_running_loop().create_future()
            await self._room

    async def handle(self, event: Event) -> None:
        """The connection has ended, or the answer."""
        if isinstance(event, StreamClosed) and not self.gone:
            self.gone = True
            if self._follower and not self._said:
                self._follower[1]()
            self._wake()

    def follow(self, body: Takes, gone: Callable[[], None]) -> None:
        self._follower = (body, gone)
        while self._came:
            body.append(self._came.popleft())
        if not self.missing:
            body.set_complete()
        self._wake()
        if self.gone:
            gone()

    def _hand_over(self, body: Takes, data: bytes) -> None:
        body.append(data)
        if not self.missing:
            body.set_complete()

    # What the app asks and says

    async def receive(self) -> ASGIReceiveEvent:
        while not (self._came or self.gone):
            self._news = get_running_loop().create_future()
            await self._news
        if not self._came:
            return {"type": "http.disconnect"}
        data = self._came.popleft()
        self._wake()
        return {"type": "http.request", "body": data, "more_body": bool(self.missing or self._came)}

    async def send(self, message: ASGISendEvent | None) -> None:
        """None when the app has nothing more to say."""
        if self.gone:
            return
        if message is None:
            await self._end()
        elif message["type"] == "http.response.start":
            await self._open(message["status"], message.get("headers", ()))
        elif message["type"] == "http.response.body":
            await self._add(message.get("body", b""), last=not message.get("more_body", False))

    async def _open(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        head = answer_head(status, (*headers, *self._config.response_headers("h11")), last=self.last)
        self.begun, self._length, self._closes = True, head.length, head.closes
        await self._write(head.wire)

    async def _add(self, data: bytes, *, last: bool) -> None:
        if self._length is None:
            chunk = _chunk(data) if data else b""
            data = chunk + b"0\r\n\r\n" if last else chunk
        else:
            self._length -= len(data)
            if self._length < 0:
                raise h11.LocalProtocolError("The answer is longer than it said")
        if data:
            await self._write(data)
        if last:
            if self._length:
                raise h11.LocalProtocolError("The answer is shorter than it said")
            self._said = True
            await self._over(not self.missing and not self._closes)

    def pass_on(self, data: bytes) -> bool:
        if self.gone:
            return True
        return self.begun and self._length is None and self._write_at_once(b"%x\r\n%b\r\n" % (len(data), data))

    async def _end(self) -> None:
        """An app that has not said all: the client sees at least that it is over."""
        if self._said:
            return
        if not self.begun:
            headers = ((b"content-length", b"0"), (b"connection", b"close"))
            await self._open(500, headers)
        self._said = True
        await self._over(False)

    def _wake(self) -> None:
        """Whoever waits, on either side, looks again."""
        for waiting in (self._news, self._room):
            if waiting and not waiting.done():
                waiting.set_result(None)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
