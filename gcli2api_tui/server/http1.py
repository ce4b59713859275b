"""HTTP/1 as Hypercorn reads it, with what it lets through and we do not.

In: bytes of a connection. Out: ASGI requests, or a refusal with words in JSON. Invariants: what reaches the app has
a bounded number of headers, one way of framing and a readable path; HTTP/2 and WebSocket never begin.
A seam: it overrides parts of Hypercorn 0.18's H11Protocol, and a pattern of h11's; tests/server/test_seam.py names the
versions tested.
"""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes, urlsplit

import h11
import h11._abnf
import h11._readers
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol.events import Request
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol
from hypercorn.protocol.http_stream import HTTPStream

from gcli2api_tui.dialects import openai_chat
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import NOTHING, Message, say

MAX_HEADERS = 100
MAX_HEAD_BYTES = 64 * 1024

_HEAD_END = re.compile(rb"\n\r?\n")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
h11._readers.header_field_re = re.compile(h11._abnf.header_field.replace(":[ \\t]*", ":[ \\t]*+", 1).encode())
"""The same lines, but blanks are looked at once: in 60,000 of them h11 looked for a value as often, for 8 seconds."""
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
    """One connection's requests, but for the usual ones: h11 never hears of those, and still waits for its first."""

    _head_lines = 0
    _method = b""
    turn: Callable[[], Awaitable[None]]
    """Returns when a request may begin."""
    may_begin = False
    """The turn was waited for before its head was read; a request that was sent behind another waits for its own."""
    was_last = False
    """A request that h11 has not read was to be the last."""
    has_heard = False

    @property
    def receiving(self) -> bool:
        """The body of a request is on its way."""
        return self.connection.their_state is h11.SEND_BODY

    @property
    def at_rest(self) -> bool:
        """Nothing of a request has come."""
        idle = self.stream is None and self.connection.their_state is h11.IDLE
        return idle and self.connection.trailing_data[0] == b""

    async def handle(self, event: Event) -> None:
        if isinstance(event, RawData):
            self.has_heard = True
            if self._crowded(event.data):
                await self._refuse(431)
                return
        await super().handle(event)

    async def refuse_behind(self, *, last: bool) -> None:
        """What came behind a request that h11 has not read, or did not come, is no request."""
        self.was_last = last
        await self._send_error_response(400)

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
        if self.was_last:  # as h11 has it, where it knows of the request
            headers = [*(one for one in headers if one[0] != b"connection"), (b"Connection", b"close")]
        await self._send_h11_event(h11.Response(status_code=status, headers=headers))
        if self._method != b"HEAD":
            await self._send_h11_event(h11.Data(data=body))
        await self._send_h11_event(h11.EndOfMessage())


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
