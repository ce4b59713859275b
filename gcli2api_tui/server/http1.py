"""HTTP/1 as Hypercorn reads it, with what it lets through and we do not.

In: bytes of a connection. Out: ASGI requests, or a refusal with words in JSON. Invariants: what reaches the app has
a bounded number of headers, one way of framing and a readable path; HTTP/2 and WebSocket never begin.
A seam: it overrides parts of Hypercorn 0.18's H11Protocol; tests/server/test_seam.py names the versions tested.
"""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast
from urllib.parse import unquote_to_bytes, urlsplit

import h11
from hypercorn.asyncio.task_group import _handle
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.protocol.events import Request
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol
from hypercorn.protocol.http_stream import HTTPStream

from gcli2api_tui.dialects import openai_chat
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.server import fast_request
from gcli2api_tui.server.fast_request import ARRIVES, UsualExchange, UsualRequest

MAX_HEADERS = 100
MAX_HEAD_BYTES = 64 * 1024

_HEAD_END = re.compile(rb"\n\r?\n")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_WAY_OUT = say("http.no_tls")
_SENTENCES = {
    400: (say("http.no_request"), _WAY_OUT),
    408: (say("http.late"), say("send_again")),
    431: (say("http.headers"), say("http.at_most", n=MAX_HEADERS, kb=MAX_HEAD_BYTES // 1024)),
    503: (say("http.no_room"), say("http.in_a_moment")),
}


def refusal(
    status: int, message: Message = NOTHING, way_out: Message = NOTHING
) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and body of an answer that comes before any app, in the shape that most clients read."""
    usual, usual_way_out = _SENTENCES.get(status, _SENTENCES[400])
    problem = ClientFault(message or usual, status=status, way_out=way_out or usual_way_out)
    body = openai_chat.refusal(problem).body
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    return [*headers, *([(b"retry-after", b"1")] if status == 503 else [])], body


def raw_refusal(status: int, message: Message = NOTHING, way_out: Message = NOTHING) -> bytes:
    """The same as it goes over the wire."""
    headers, body = refusal(status, message, way_out)
    lines = b"".join(b"%s: %s\r\n" % header for header in headers)
    return b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (status, _reason(status), lines, body)


def _reason(status: int) -> bytes:
    return HTTPStatus(status).phrase.encode()


class Http1(H11Protocol):
    """One connection's requests. h11 never hears of a usual one, and so still waits for the first of its own."""

    _head_lines = 0
    _usual: UsualExchange | None = None
    """The one that runs, or that ended with the connection."""
    write: Callable[[bytes], Awaitable[None]]
    """Takes bytes for the client."""
    write_at_once: Callable[[bytes], bool]
    """The same where nothing is to be waited for; else False."""
    _method = b""
    turn: Callable[[], Awaitable[None]]
    """Returns when a request may begin."""
    may_begin = False
    """The turn was waited for before its head was read; a request that was sent behind another waits for its own."""

    @property
    def receiving(self) -> bool:
        """The body of a request is on its way."""
        if self._usual:
            return self._usual.missing > 0
        return self.connection.their_state is h11.SEND_BODY

    async def handle(self, event: Event) -> None:
        if isinstance(event, RawData):
            data = await self._behind(self._usual, event.data) if self._usual else event.data
            if data is None:
                return
            if self._at_rest and (asked := fast_request.read(data)):
                await self._begin(asked)
                return
            if self._crowded(data):
                await self._refuse(431)
                return
            event = RawData(data)
        await super().handle(event)

    @property
    def _at_rest(self) -> bool:
        """Nothing of a request has come."""
        idle = self.stream is None and self.connection.their_state is h11.IDLE
        half_read = self.connection.trailing_data[0] != b""
        return idle and self.keep_alive_requests < self.config.keep_alive_max_requests and not half_read

    async def _begin(self, asked: UsualRequest) -> None:
        """As `_create_stream` does for what h11 has read."""
        await self.send(Updated(idle=False))
        if not self.may_begin:
            await self.turn()
        self.may_begin = False
        self.keep_alive_requests += 1
        self._usual = usual = UsualExchange(self.config, asked, self.write, self.write_at_once, self._over)
        self.stream = cast(HTTPStream, usual)
        scope = self._scope(asked, usual)
        first, rest = asked.body[: asked.length], asked.body[asked.length :]
        if first or not asked.length:
            await usual.arrive(first)
        self.task_group.spawn(_handle, self.app, self.config, scope, usual.receive, usual.send, _unasked, _unasked)
        if rest:
            await self.handle(RawData(rest))

    def _scope(self, asked: UsualRequest, usual: UsualExchange) -> dict[str, object]:
        return {
            "type": "http",
            "http_version": "1.1",
            "asgi": {"spec_version": "2.1", "version": "3.0"},
            "method": "POST",
            "scheme": "https" if self.ssl else "http",
            "path": asked.path.decode("ascii"),
            "raw_path": asked.path,
            "query_string": asked.query,
            "root_path": self.config.root_path,
            "headers": asked.headers,
            "client": self.client,
            "server": self.server,
            "state": self.connection_state.copy(),
            "extensions": {ARRIVES: usual},
        }

    async def _behind(self, usual: UsualExchange, data: bytes) -> bytes | None:
        """What belongs to a request behind the usual one that runs, once that is over; None where nothing does."""
        mine, rest = data[: usual.missing], data[usual.missing :]
        if (usual.missing and not data) or (usual.last and rest):  # it ends in the middle of its body, or not behind it
            if not usual.begun:
                await self._send_error_response(400)
            await self.send(Closed())
            return None
        if mine:
            await usual.arrive(mine)
        if not rest:
            return None
        while self._usual is usual and not usual.gone:
            await self.can_read.clear()
            await self.can_read.wait()
        return rest if self._usual is None else None

    async def _over(self, goes_on: bool) -> None:
        """The answer of a usual request is complete."""
        await self._close_stream()
        await self.can_read.set()
        if goes_on and not self.context.terminated.is_set():
            self._usual = None
            await self.send(Updated(idle=True))
        else:
            await self.send(Closed())

    def _crowded(self, data: bytes) -> bool:
        """Whether a head that still arrives has too many lines: counting is cheap, parsing 18,000 of them is not."""
        if self.connection.their_state is not h11.IDLE:
            return False
        end = _HEAD_END.search(data)
        self._head_lines += data.count(b"\n", 0, end.start() if end else len(data))
        if self._head_lines > MAX_HEADERS + 1:
            return True
        if end:
            self._head_lines = 0
        return False

    async def _check_protocol(self, event: h11.Request) -> None:
        """Hypercorn would change to HTTP/2 here, which has no back-pressure in it; an upgrade may be ignored."""

    async def _create_stream(self, request: h11.Request) -> None:
        self._method = request.method
        try:
            target, headers = _checked(request)
        except ClientFault as fault:
            await self._refuse(fault.status, fault.message, fault.way_out)
            return
        # Never a WSStream: an upgrade to WebSocket is a request like others, and App says no to it in words.
        if not self.may_begin:
            await self.turn()
        self.may_begin = False
        self.stream = HTTPStream(
            self.app,
            self.config,
            self.context,
            self.task_group,
            self.ssl,
            self.client,
            self.server,
            self.stream_send,
            STREAM_ID,
        )
        await self.stream.handle(
            Request(
                stream_id=STREAM_ID,
                headers=headers,
                http_version=request.http_version.decode(),
                method=request.method.decode("ascii").upper(),
                raw_path=target,
                state=self.connection_state,
            )
        )
        self.keep_alive_requests += 1

    async def _maybe_recycle(self) -> None:
        self._method = b""
        await super()._maybe_recycle()

    async def _send_error_response(self, status_code: int) -> None:
        """For what h11 cannot read: with words. An unknown transfer coding is the client's fault, too."""
        await self._refuse_with(*_told(status_code))

    async def _refuse(self, status: int, message: Message = NOTHING, way_out: Message = NOTHING) -> None:
        if self.connection.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            await self._refuse_with(status, message, way_out)
        await self.send(Closed())

    async def _refuse_with(self, status: int, message: Message = NOTHING, way_out: Message = NOTHING) -> None:
        headers, body = refusal(status, message, way_out)
        headers += self.config.response_headers("h11")
        if self._usual and self._usual.last:  # as h11 has it, where it knows of the request that was the last
            headers = [*(one for one in headers if one[0] != b"connection"), (b"Connection", b"close")]
        await self._send_h11_event(h11.Response(status_code=status, headers=headers))
        if self._method != b"HEAD":
            await self._send_h11_event(h11.Data(data=body))
        await self._send_h11_event(h11.EndOfMessage())


def _unasked(*_: object) -> None:
    """What WSGI apps would need; ours is none."""


def _told(status: int) -> tuple[int, Message, Message]:
    if status == 501:
        return 400, say("http.chunked"), say("http.length")
    return status, NOTHING, NOTHING


def _checked(request: h11.Request) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The target as a path with its query, and the headers. Raises ClientFault."""
    headers = list(request.headers)
    if len(headers) > MAX_HEADERS:
        raise ClientFault(say("http.too_many_headers"), status=431, way_out=say("http.most_headers", n=MAX_HEADERS))
    if request.http_version not in (b"1.0", b"1.1"):
        raise ClientFault(say("http.version"), way_out=_WAY_OUT)
    names = {name for name, _ in headers}
    if b"transfer-encoding" in names and (b"content-length" in names or request.http_version == b"1.0"):
        raise ClientFault(say("http.two_lengths"), way_out=say("http.no_coding"))
    target = request.target
    if not target.startswith(b"/"):
        target, host = _absolute(target)
        headers = [(b"host", host), *((name, value) for name, value in headers if name != b"host")]
    _check_path(target.partition(b"?")[0])
    return target, headers


def _absolute(target: bytes) -> tuple[bytes, bytes]:
    """`http://host/path?query`, as clients of proxies write it → path with query, and the host."""
    try:
        parts = urlsplit(target)
    except ValueError:
        raise _malformed() from None
    if parts.scheme not in (b"http", b"https") or not parts.netloc or b"@" in parts.netloc:
        raise _malformed()
    return (parts.path or b"/") + (b"?" + parts.query if parts.query else b""), parts.netloc


def _check_path(path: bytes) -> None:
    try:
        readable = not _BAD_ESCAPE.search(path) and not _CONTROL.search(unquote_to_bytes(path).decode())
    except UnicodeDecodeError:
        readable = False
    if not readable:
        raise _malformed()


def _malformed() -> ClientFault:
    return ClientFault(say("http.bad_address"), way_out=say("http.a_path"))
