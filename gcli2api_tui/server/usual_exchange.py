"""One usual request (usual_request.py) on its way through the app, and its answer as it is written.

In: pieces of its body as they come, what the app says. Out: what Hypercorn and h11 would write, byte for byte
(tests/server/test_usual_request.py). An app that knows ARRIVES gets the body handed over, hears of the client's leaving
without a task that waits for both, and says an answer as it has it.
"""

from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import h11
from hypercorn.typing import ASGIReceiveEvent, ASGISendEvent

from gcli2api_tui.server.answer_head import BODILESS, DatedConfig, answer_head, plain_lines
from gcli2api_tui.server.bodies import BoundedBody
from gcli2api_tui.server.usual_request import UsualRequest

ARRIVES = "gcli2api.arrives"
"""The extension in the scope: an Arriving."""
MOST_UNREAD = 10
"""Pieces that the app has not asked for, as in Hypercorn; with so many no more is read from the client."""


class Answering(Protocol):
    """The way of an answer to its client."""

    async def answer(self, status: int, pairs: Sequence[tuple[str, str]], body: bytes | None) -> None:
        """A head, and all of a body that has come with its length; None: pieces follow."""
        ...

    def begin(self, status: int, pairs: Sequence[tuple[str, str]]) -> bool:
        """The head of what comes in pieces; False, and nothing is said, where something is to be waited for."""
        ...

    def pass_on(self, data: bytes) -> bool:
        """The next piece, behind all that was said; the same."""
        ...

    def end_at_once(self) -> bool:
        """Behind the last piece; the same."""
        ...

    async def piece(self, data: bytes) -> None:
        """The same, and waits."""
        ...

    async def end(self) -> None:
        """Behind the last piece."""
        ...


class Arriving(Answering, Protocol):
    """A body on its way, and the way back. Once for a request, and in place of `receive` and `send`."""

    def follow(self, body: BoundedBody, gone: Callable[[], None]) -> None:
        """All that has come and will come; `gone` is called when the client leaves before it has its answer."""
        ...


class Line(Protocol):
    """The connection that a request came by."""

    def write_at_once(self, data: bytes, /) -> bool:
        """Bytes for the client; False, and nothing is written, where something is to be waited for."""
        ...

    def end_at_once(self, data: bytes, goes_on: bool, /) -> bool:
        """The same for the last of an answer; then it is `over`."""
        ...

    async def write(self, data: bytes, /) -> None:
        """The same, and waits while too much is unsent."""
        ...

    def over(self, goes_on: bool, /) -> None:
        """Heard once, when all is said, and whether another request may follow."""
        ...


class UsualExchange:
    """One request and its answer, on the line that it came by."""

    def __init__(self, config: DatedConfig, asked: UsualRequest, line: Line) -> None:
        self._config, self._line = config, line
        self.last = asked.closes
        """No other request may follow."""
        first = asked.body[: asked.length]
        self.missing = asked.length - len(first)
        """Bytes of the body that have not come."""
        self._came = deque([first] if first or not asked.length else ())
        self.gone = self._said = False
        self._news: Future[None] | None = None
        self._room: Future[None] | None = None
        self._follower: tuple[BoundedBody, Callable[[], None]] | None = None
        self.begun = False
        self._length: int | None = None
        self._closes = False

    # What the connection brings

    def is_cut(self, data: bytes) -> bool:
        """What comes is its end in the middle of its body, or follows though it was to be the last."""
        return (self.missing > 0 and not data) or (self.last and len(data) > self.missing)

    async def take(self, data: bytes) -> bytes:
        """What comes; returned is what belongs to another request, once this one is over."""
        mine, rest = data[: self.missing], data[self.missing :]
        if mine:
            await self.arrive(mine)
        while rest and not self.gone:
            self._room = get_running_loop().create_future()
            await self._room
        return rest

    async def arrive(self, data: bytes) -> None:
        """A piece of the body, and no more than that. Returns when the next may come."""
        self.missing -= len(data)
        if self.gone:  # nobody takes it
            return
        if self._follower:
            body, _ = self._follower
            body.append(data)
            if not self.missing:
                body.set_complete()
            return
        self._came.append(data)
        self._wake()
        while len(self._came) >= MOST_UNREAD and not (self.gone or self._said or self._follower):
            self._room = get_running_loop().create_future()
            await self._room

    def leave(self) -> None:
        """The connection has ended, or the answer."""
        if not self.gone:
            self.gone = True
            follower, self._follower = self._follower, None  # the connection has this one as long as it lives itself
            if follower and not self._said:
                follower[1]()
            self._wake()

    def follow(self, body: BoundedBody, gone: Callable[[], None]) -> None:
        self._follower = None if self.gone else (body, gone)
        while self._came:
            body.append(self._came.popleft())
        if not self.missing:
            body.set_complete()
        if self._room:
            self._wake()
        if self.gone:
            gone()

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
            await self._give_up()
        elif message["type"] == "http.response.start":
            await self._open(message["status"], message.get("headers", ()))
        elif message["type"] == "http.response.body":
            await self._add(message.get("body", b""), last=not message.get("more_body", False))

    async def answer(self, status: int, pairs: Sequence[tuple[str, str]], body: bytes | None) -> None:
        if self.gone or self.begun:  # where it has begun, what broke can only cut it short
            return
        head = self._plain_head(status, pairs, chunked=body is None)
        if head is None:
            await self._open(status, [(name.lower().encode(), value.encode()) for name, value in pairs])
            if body is not None:
                await self._add(body, last=True)
            return
        self.begun, self._closes = True, self.last
        if body is None:
            await self._line.write(head)
        else:
            await self._finish(head + body)

    def begin(self, status: int, pairs: Sequence[tuple[str, str]]) -> bool:
        head = None if self.gone else self._plain_head(status, pairs, chunked=True)
        if head is None or not self._line.write_at_once(head):
            return False
        self.begun, self._closes = True, self.last
        return True

    def _plain_head(self, status: int, pairs: Iterable[tuple[str, str]], *, chunked: bool) -> bytes | None:
        lines = None if status in BODILESS else plain_lines(pairs)
        if lines is None:
            return None
        frame = b"Transfer-Encoding: chunked\r\n" if chunked else b""
        close = b"Connection: close\r\n" if self.last else b""
        return b"HTTP/1.1 %d \r\n%b%b%b%b\r\n" % (status, lines, self._config.response_lines(), frame, close)

    async def _open(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        head = answer_head(status, (*headers, *self._config.response_headers("h11")), last=self.last)
        self.begun, self._length, self._closes = True, head.length, head.closes
        await self._line.write(head.wire)

    async def _add(self, data: bytes, *, last: bool) -> None:
        if self._length is None:
            chunk = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
            data = chunk + b"0\r\n\r\n" if last else chunk
        else:
            self._length -= len(data)
            if self._length < 0:
                raise h11.LocalProtocolError("The answer is longer than it said")
        if last and not self._length:
            await self._finish(data)
            return
        if data:
            await self._line.write(data)
        if last:
            raise h11.LocalProtocolError("The answer is shorter than it said")

    def pass_on(self, data: bytes) -> bool:
        if self.gone or not data:  # an empty chunk would be the last
            return True
        return self.begun and self._length is None and self._line.write_at_once(b"%x\r\n%b\r\n" % (len(data), data))

    async def piece(self, data: bytes) -> None:
        if not self.gone:
            await self._add(data, last=False)

    async def end(self) -> None:
        if not self.gone:
            await self._add(b"", last=True)

    def end_at_once(self) -> bool:
        return self.gone or (self.begun and self._length is None and self._finish_at_once(b"0\r\n\r\n"))

    async def _give_up(self) -> None:
        """An app that has not said all: the client sees at least that it is over."""
        if self._said:
            return
        if not self.begun:
            headers = ((b"content-length", b"0"), (b"connection", b"close"))
            await self._open(500, headers)
        self._closes = True
        await self._finish(b"")

    async def _finish(self, data: bytes) -> None:
        """The last of it."""
        if not self._finish_at_once(data):
            await self._line.write(data)
            self._line.over(not (self._closes or self.missing))
            self._said = True
            self.leave()

    def _finish_at_once(self, data: bytes) -> bool:
        if not self._line.end_at_once(data, not (self._closes or self.missing)):
            return False
        self._said = True
        self.leave()
        return True

    def _wake(self) -> None:
        """Whoever waits, on either side, looks again."""
        for waiting in (self._news, self._room):
            if waiting and not waiting.done():
                waiting.set_result(None)
