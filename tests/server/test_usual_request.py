"""Usual requests read by us beside the same read by h11: what the app sees and what the client gets is alike.

Each case goes over a raw socket twice, once each way, whole and in pieces, with another request behind it.
"""

import asyncio
import contextlib
import json
import re
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from gcli2api_tui.server import usual_request
from gcli2api_tui.server.bodies import BoundedBody
from gcli2api_tui.server.connections import Connections
from gcli2api_tui.server.hypercorn_server import bind, hypercorn_config
from gcli2api_tui.server.usual_exchange import ARRIVES, MOST_UNREAD, Arriving, UsualExchange

HEAD = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
DATE = re.compile(rb"date: [^\r]+")
ANSWERS: dict[str, list[tuple[int, list[tuple[bytes, bytes]], list[bytes]]]] = {
    "/length": [(200, [(b"Content-Length", b"6"), (b"x-a", b" spaced ")], [b"abc", b"", b"def"])],
    "/chunks": [(200, [(b"content-type", b"text/event-stream")], [b"data: 1\n\n", b"", b"data: 2\n\n"])],
    "/coded": [(200, [(b"transfer-encoding", b"chunked"), (b"x-a", b"1")], [b"abc"])],
    "/nothing": [(204, [(b"x-a", b"1")], [b""])],
    "/unchanged": [(304, [(b"content-length", b"3")], [b""])],
    "/empty": [(200, [], [b""])],
    "/closes": [(200, [(b"connection", b"close"), (b"content-length", b"1")], [b"a"])],
    "/upgrade": [(426, [(b"connection", b"Upgrade"), (b"content-length", b"1")], [b"a"])],
    "/long": [(200, [(b"content-length", b"2")], [b"abc"])],
    "/short": [(200, [(b"content-length", b"4")], [b"abc"])],
    "/two": [(200, [(b"x-a", b"1\r\nx-b: 2")], [b"abc"])],
    "/bare": [(200, [(b"x-a", b"1\nx-b: 2")], [b"abc"])],
    "/zero": [(200, [(b"x-a", b"1\0")], [b"abc"])],
    "/named": [(200, [(b"x a", b"1")], [b"abc"])],
}
REQUESTS = (
    HEAD + b"\r\nhello",
    HEAD + b"Connection: keep-alive\r\n\r\nhello",
    HEAD + b"Connection: Keep-Alive\r\n\r\nhello",
    HEAD + b"Connection: close\r\n\r\nhello",
    HEAD + b"Connection: keep-alive, close\r\n\r\nhello",
    HEAD + b"X-A: \t spaced \t out \t\r\nx-a:again\r\nX-B:\r\n\r\nhello",
    HEAD + b"X-A: \xe9\r\n\r\nhello",
    HEAD + b"X-A : 1\r\n\r\nhello",
    HEAD + b"X-A: 1\r\n folded\r\n\r\nhello",
    HEAD + b"X-A: 1\x00\r\n\r\nhello",
    HEAD + b"X-A: 1\x0b2\r\n\r\nhello",
    HEAD + b"X-A: 1\rX-B: 2\r\n\r\nhello",
    HEAD + b"X-A: 1\nX-B: 2\r\n\r\nhello",
    HEAD + b": 1\r\n\r\nhello",
    HEAD + b"X-A\r\n\r\nhello",
    HEAD + b"Host: b\r\n\r\nhello",
    HEAD + b"Content-Length: 5\r\n\r\nhello",
    HEAD + b"Content-Length: 6\r\n\r\nhello!",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    HEAD + b"Expect: 100-continue\r\n\r\nhello",
    HEAD + b"Upgrade: h2c\r\nConnection: upgrade\r\n\r\nhello",
    HEAD + b"Accept-Encoding: gzip\r\nAuthorization: Bearer a-b_c.d~e+f/g==\r\n\r\nhello",
    HEAD + b"".join(b"x-%d: 1\r\n" % number for number in range(60)) + b"\r\nhello",
    HEAD + b"".join(b"x-%d: 1\r\n" % number for number in range(120)) + b"\r\nhello",
    HEAD.replace(b"/echo", b"/echo?a=b%20c&d=%zz&e") + b"\r\nhello",
    HEAD.replace(b"/echo", b"/echo?") + b"\r\nhello",
    HEAD.replace(b"/echo", b"/echo?a?b#c") + b"\r\nhello",
    HEAD.replace(b"/echo", b"/e%63ho") + b"\r\nhello",
    HEAD.replace(b"/echo", b"/echo%0a") + b"\r\nhello",
    HEAD.replace(b"/echo", b"/echo#a") + b"\r\nhello",
    HEAD.replace(b"/echo", b'/echo;{}|\\^`<>"~:@') + b"\r\nhello",
    HEAD.replace(b"/echo", b"//echo/../x") + b"\r\nhello",
    HEAD.replace(b"/echo", b"http://b/echo") + b"\r\nhello",
    HEAD.replace(b"/echo", b"/\xe9") + b"\r\nhello",
    HEAD.replace(b"/echo", b"/a b") + b"\r\nhello",
    HEAD.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\nhello",
    HEAD.replace(b"HTTP/1.1", b"HTTP/2.0") + b"\r\nhello",
    HEAD.replace(b"POST", b"PUT") + b"\r\nhello",
    HEAD.replace(b"POST", b"post") + b"\r\nhello",
    HEAD.replace(b"Host: a\r\n", b"") + b"\r\nhello",
    HEAD.replace(b"Host: a", b"Host:") + b"\r\nhello",
    HEAD.replace(b"Length: 5", b"Length: 0") + b"\r\n",
    HEAD.replace(b"Length: 5", b"Length: 005") + b"\r\nhello",
    HEAD.replace(b"Length: 5", b"Length: +5") + b"\r\nhello",
    HEAD.replace(b"Length: 5", b"Length: 5, 5") + b"\r\nhello",
    HEAD.replace(b"Length: 5", b"Length:") + b"\r\nhello",
    HEAD.replace(b"Length: 5", b"Length: " + b"9" * 30) + b"\r\nhello",
    HEAD.replace(b"\r\n", b"\n") + b"\nhello",
    b"\r\n" + HEAD + b"\r\nhello",
    b"POST /echo HTTP/1.1\r\nHost: a\r\n\r\n",
    *(HEAD.replace(b"/echo", path.encode()) + b"\r\nhello" for path in (*ANSWERS, "/raises", "/silent", "/half")),
    HEAD.replace(b"/echo", b"/early").replace(b"Length: 5", b"Length: 9") + b"\r\nhello",
    *(
        HEAD.replace(b"/echo", path.encode()) + b"Connection: Close\r\n\r\nhello"
        for path in (*ANSWERS, "/raises", "/silent", "/half")
    ),
    HEAD.replace(b"/echo", b"/early").replace(b"Length: 5", b"Length: 9") + b"Connection: close\r\n\r\nhello",
    HEAD + b"X-A: 1\r\n" + b"Connection: close\r\nConnection: close\r\n\r\nhello",
    HEAD + b"ju nk: 1\r\nX-A: 2\r\n\r\nhello",
)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Tells what it saw, or answers as ANSWERS say."""
    path = scope["path"]
    body, more = b"", path != "/early"
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    told = {name: repr(value) for name, value in scope.items() if name not in ("extensions", "client", "server")}
    said = json.dumps({**told, "body": repr(body)}).encode()
    for status, headers, pieces in ANSWERS.get(path, [(200, [(b"content-length", b"%d" % len(said))], [said])]):
        if path in ("/raises", "/silent"):
            break
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for number, piece in enumerate(pieces, 1):
            more = path == "/half" or number < len(pieces)
            await send(
                {"type": "http.response.body", "body": piece[:7] if path == "/half" else piece, "more_body": more}
            )
    if path == "/raises":
        raise RuntimeError("Ours.")


async def said_to(port: int, pieces: list[bytes], *, ends: bool) -> bytes:
    """All that the server says to it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        for _ in range(10):  # so that it is most likely read by itself; it need not be
            await asyncio.sleep(0)
    if ends and writer.can_write_eof():
        writer.write_eof()
    said = b""
    with contextlib.closing(writer), contextlib.suppress(ConnectionError):
        while piece := await reader.read(2**16):
            said += piece
    return DATE.sub(b"date", said)


def cuts(request: bytes) -> Iterator[tuple[str, list[bytes], bool]]:
    head = request.find(b"\r\n\r\n") + 4
    yield "whole", [request, LAST], False
    yield "with the next behind it", [request + LAST], False
    yield "head and body", [request[:head], request[head:], LAST], False
    yield "in the body", [request[: head + 2], request[head + 2 :] + LAST], False
    yield "in the head", [request[:20], request[20:], LAST], False
    yield "twice", [request, request, LAST], False
    yield "broken off", [request[: head + 2]], True


@pytest.mark.parametrize("request_", REQUESTS, ids=range(len(REQUESTS)))
async def test_app_and_client_see_what_they_see_through_h11(request_: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    listener, stop = bind("127.0.0.1", 0), asyncio.Event()
    listener.setblocking(False)
    serving = asyncio.ensure_future(Connections(app, hypercorn_config(), 100).serve(listener, stop.wait, lambda: 0.0))
    port = listener.getsockname()[1]
    for name, pieces, ends in cuts(request_):
        ours = await said_to(port, pieces, ends=ends)
        with monkeypatch.context() as patched:
            patched.setattr(usual_request, "read", lambda data: None)
            assert ours == await said_to(port, pieces, ends=ends), name
    stop.set()
    await serving


VALUES = [
    "1",
    "",
    " spaced ",
    "a  b",
    "a: b",
    "caf\u00e9",
    "a\u00a0b",
    "1\r\nx-b: 2",
    "1\nx-b: 2",
    "1\0",
    "1\x0b2",
    "1\x7f",
]
SAYS: list[tuple[int, list[tuple[str, str]]]] = [
    *((200, [("X-A", value), ("Content-Type", "text/plain")]) for value in VALUES),
    (426, [("Upgrade", "HTTP/1.1"), ("Connection", "Upgrade")]),
    (200, [("Connection", "close")]),
    (204, []),
    (304, [("X-A", "1")]),
]


@pytest.mark.parametrize("ends", [b"", b"Connection: close\r\n"])
@pytest.mark.parametrize(("body", "at_once"), [(None, False), (None, True), (b"", False), (b"abc", False)])
async def test_an_answer_in_one_reads_like_what_is_sent_in_turn(
    ends: bytes, body: bytes | None, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the way back that the connection offers, and by what every ASGI app says, through h11."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        status, pairs = SAYS[int(scope["query_string"] or b"0")]
        if body is not None and status not in (204, 304):
            pairs = [*pairs, ("Content-Length", str(len(body)))]
        content = b"" if status in (204, 304) else body
        way: Arriving | None = scope["extensions"].get(ARRIVES)
        ways.add((scope["query_string"], way is not None))
        if way:
            way.follow(BoundedBody(5), lambda: None)
            if body is None and at_once and way.begin(status, pairs):
                assert content is None and way.pass_on(b"one") and way.pass_on(b"two") and way.end_at_once()
                await way.answer(500, [], b"what broke behind the head")
                await way.end()
                return
            await way.answer(status, pairs, content)
            if content is None:
                assert way.pass_on(b"one")
                await way.piece(b"two")
                await way.end()
            return
        headers = [(name.lower().encode(), value.encode()) for name, value in pairs]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for piece in (b"one", b"two") if content is None else ():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": content or b"", "more_body": False})

    listener, stop, ways = bind("127.0.0.1", 0), asyncio.Event(), set[tuple[bytes, bool]]()
    listener.setblocking(False)
    serving = asyncio.ensure_future(Connections(app, hypercorn_config(), 100).serve(listener, stop.wait, lambda: 5.0))
    port = listener.getsockname()[1]
    for number in range(len(SAYS)):
        asked = HEAD.replace(b"/echo", b"/echo?%d" % number) + ends + b"\r\nhello"
        ours = await said_to(port, [asked, LAST], ends=False)
        assert (b"%d" % number, True) in ways
        with monkeypatch.context() as patched:
            patched.setattr(usual_request, "read", lambda data: None)
            assert ours == await said_to(port, [asked, LAST], ends=False), SAYS[number]
    stop.set()
    await serving


def test_what_clients_send_all_day_is_read_here() -> None:
    asked = usual_request.read(HEAD + b"Connection: keep-alive\r\nAuthorization: Bearer k\r\n\r\nhel")
    assert asked and (asked.path, asked.length, asked.body) == (b"/echo", 5, b"hel")
    assert asked.headers == [
        (b"host", b"a"), (b"content-length", b"5"), (b"connection", b"keep-alive"), (b"authorization", b"Bearer k")
    ]  # fmt: skip


async def test_no_more_is_read_than_the_app_asks_for() -> None:
    """An upload that Google takes slowly does not gather here."""
    asked = usual_request.UsualRequest(b"/", b"", [], 1000, b"")
    usual = UsualExchange(hypercorn_config(), asked, Wire(full=True))
    for _ in range(MOST_UNREAD - 1):
        await usual.arrive(b"a")
    waiting = asyncio.ensure_future(usual.arrive(b"b"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    assert (await usual.receive())["body"] == b"a"
    await asyncio.wait_for(waiting, 5)


@pytest.mark.parametrize("how", ["answered", "left", "followed"])
async def test_nobody_waits_for_an_app_that_reads_no_more(how: str) -> None:
    asked = usual_request.UsualRequest(b"/", b"", [], 1000, b"")
    usual = UsualExchange(hypercorn_config(), asked, Wire(full=True))
    for _ in range(MOST_UNREAD - 1):
        await usual.arrive(b"a")
    waiting = asyncio.ensure_future(usual.arrive(b"b"))
    await asyncio.sleep(0)
    body = BoundedBody(None)
    if how == "answered":
        await usual.send(None)
        usual.leave()
    elif how == "left":
        usual.leave()
    else:
        usual.follow(body, lambda: None)
    await asyncio.wait_for(waiting, 5)
    assert body.received == (MOST_UNREAD if how == "followed" else 0)


@pytest.mark.parametrize("leaves_first", [False, True])
async def test_a_client_that_has_left_leaves_no_body(leaves_first: bool) -> None:
    """Its connection keeps the exchange, and is itself left to the collector, which seldom comes."""
    asked = usual_request.UsualRequest(b"/", b"", [], 10, b"half")
    usual, body, heard = UsualExchange(hypercorn_config(), asked, Wire()), BoundedBody(10), list[str]()
    if leaves_first:
        usual.leave()
    usual.follow(body, lambda: heard.append("gone"))
    usual.leave()
    await usual.arrive(b"late")
    assert heard == ["gone"] and body.received == 4
    gone = weakref.ref(body)
    del body
    assert gone() is None


async def test_a_head_and_an_end_that_find_no_room_are_for_who_waits() -> None:
    """Nothing is said then, and the same is said by whoever can wait."""
    asked, full = usual_request.UsualRequest(b"/", b"", [], 0, b""), Wire(full=True)
    usual = UsualExchange(hypercorn_config(), asked, full)
    assert not usual.end_at_once() and not usual.begin(200, []) and not usual.begin(204, [])
    await usual.answer(200, [], None)
    assert not usual.end_at_once() and not full.ends
    await usual.end()
    assert full.wrote[0].startswith(b"HTTP/1.1 200 ") and full.wrote[1:] == [b"0\r\n\r\n"] and full.ends == [True]
    assert usual.end_at_once() and not usual.begin(200, []) and len(full.wrote) == 2


async def test_what_goes_out_at_once_reads_like_what_was_sent() -> None:
    """A stream's chunks have their frame; an answer with a length has none, and before the head nothing goes out."""
    asked, line = usual_request.UsualRequest(b"/", b"", [], 0, b""), Wire()
    for headers, goes in (((), True), (((b"content-length", b"3"),), False)):
        usual = UsualExchange(hypercorn_config(), asked, line)
        assert not usual.pass_on(b"abc")
        await usual.send({"type": "http.response.start", "status": 200, "headers": headers})
        line.wrote.clear()
        assert usual.pass_on(b"abc") == goes
        assert usual.pass_on(b""), "which would be the end of the answer"
        assert line.wrote == [b"3\r\nabc\r\n"] * goes
    usual.leave()
    assert usual.pass_on(b"abc"), "nobody is there who could wait for it"
    assert not line.wrote


class Wire:
    """A connection that takes all, or nothing at once."""

    def __init__(self, full: bool = False) -> None:
        self.full, self.wrote, self.ends = full, list[bytes](), list[bool]()

    def write_at_once(self, data: bytes) -> bool:
        if not self.full:
            self.wrote.append(data)
        return not self.full

    def end_at_once(self, data: bytes, goes_on: bool) -> bool:
        if self.write_at_once(data):
            self.over(goes_on)
        return not self.full

    async def write(self, data: bytes) -> None:
        self.wrote.append(data)

    def over(self, goes_on: bool) -> None:
        self.ends.append(goes_on)
