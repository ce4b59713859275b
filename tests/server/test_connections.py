"""Connections on a real socket: released at once, bounded in number and time, refused with words."""

import asyncio
import contextlib
import errno
import inspect
import json
import select
import socket
from collections.abc import AsyncIterator

import pytest
from quart import Quart, Response, request

from gcli2api_tui.server.connection_admission import Turns
from gcli2api_tui.server.connections import Bounds, Connections
from gcli2api_tui.server.http1 import MAX_HEADERS
from gcli2api_tui.server.hypercorn_server import bind, hypercorn_config

GET = b"GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LARGE = b"a" * 2**24
"""More than a socket takes of it while nobody reads."""
FOR_EVER = 1e6
PATIENT = Bounds(
    idle_s=FOR_EVER, head_s=FOR_EVER, linger_s=FOR_EVER, stuck_s=FOR_EVER, yielding_s=FOR_EVER, sweep_s=0.01
)


class Served:
    """A running listener; `lines` is what it logs."""

    def __init__(self, connections: Connections, port: int, lines: list[str]) -> None:
        self.connections, self.port, self.lines = connections, port, lines
        self.stop = asyncio.Event()
        self.drain_s = 5.0

    async def open(self, sent: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        return reader, writer

    async def answer(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the first answer on a connection of its own."""
        reader, writer = await self.open(sent)
        with contextlib.closing(writer):
            return await read_answer(reader)

    async def until(self, count: int) -> None:
        """So many connections are left."""
        while len(self.connections) != count:
            await asyncio.sleep(0)


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(head.split(" ")[1]), headers, await reader.readexactly(int(headers.get("content-length", 0)))


@contextlib.asynccontextmanager
async def served(
    places: int = 100, bounds: Bounds = PATIENT, listener: type[socket.socket] = socket.socket
) -> AsyncIterator[Served]:
    app = Quart(__name__)

    @app.get("/quick")
    async def quick() -> Response:
        return Response("done", headers={"X-Seen": ",".join(request.headers.getlist("Host"))})

    @app.post("/unread")
    async def unread() -> str:
        return "done"

    @app.post("/large")
    async def large() -> bytes:
        return LARGE

    @app.get("/held")
    async def held() -> str:
        await asyncio.Event().wait()
        return ""

    lines, sock = list[str](), listener(fileno=bind("127.0.0.1", 0).detach())
    sock.setblocking(False)
    connections = Connections(app, hypercorn_config(), places, lines.append, bounds)
    ours = Served(connections, sock.getsockname()[1], lines)
    async with asyncio.timeout(20):
        serving = asyncio.ensure_future(connections.serve(sock, ours.stop.wait, lambda: ours.drain_s))
        try:
            yield ours
        finally:
            ours.stop.set()
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving


async def test_a_connection_that_its_client_closes_is_released_at_once() -> None:
    """Hypercorn kept it for the rest of the keep-alive."""
    async with served() as ours:
        for sent in (GET, b"", GET[:20], GET * 3):
            reader, writer = await ours.open(sent)
            if sent.startswith(GET):
                await read_answer(reader)
            await ours.until(1)
            writer.close()
            await ours.until(0)


async def test_a_kept_connection_serves_one_request_after_another() -> None:
    async with served() as ours:
        reader, writer = await ours.open(GET)
        for _ in range(3):
            assert (await read_answer(reader))[0] == 200
            writer.write(GET)
        assert (await read_answer(reader))[2] == b"done"
        writer.write(GET + GET)
        assert [(await read_answer(reader))[0] for _ in range(2)] == [200, 200]
        writer.close()


async def test_as_many_requests_as_one_read_holds_are_answered_in_their_order() -> None:
    """A call within a call for each of them would come to Python's end."""
    usual = b"POST /quick HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}"
    count = 900
    async with served() as ours:
        for one, status in ((usual, 405), (GET, 200)):
            reader, writer = await ours.open(one * count)
            with contextlib.closing(writer):
                answers = [await read_answer(reader) for _ in range(count)]
            assert {answer[0] for answer in answers} == {status}


async def test_the_longest_waiting_connection_makes_room() -> None:
    async with served(places=3) as ours:
        kept = [await ours.open(GET) for _ in range(3)]
        for reader, _ in kept:
            await read_answer(reader)
        assert (await ours.answer(GET))[0] == 200
        assert await kept[0][0].read() == b"", "the first one waited longest"
        kept[2][1].write(GET)
        assert (await read_answer(kept[2][0]))[0] == 200
        for _, writer in kept:
            writer.close()
        assert ours.lines == []


async def test_half_a_request_makes_room_when_it_takes_long() -> None:
    bounds = Bounds(head_s=FOR_EVER, yielding_s=0.0, sweep_s=FOR_EVER)
    async with served(places=2, bounds=bounds) as ours:
        halves = [await ours.open(GET[:-2]) for _ in range(2)]
        await ours.until(2)
        assert (await ours.answer(GET))[0] == 200
        for _, writer in halves:
            writer.transport.abort()


async def test_who_still_takes_its_answer_makes_no_room() -> None:
    """It was as if it waited for its next request, and its large answer was cut off two seconds later."""
    async with served(places=1) as ours:
        reader, writer = await ours.open(b"POST /large HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
        await reader.readexactly(1)
        assert (await ours.answer(GET))[0] == 503
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(len(LARGE)) == LARGE
        writer.close()


async def test_without_room_a_caller_is_told_so_and_the_log_once() -> None:
    async with served(places=2) as ours:
        busy = [await ours.open(GET.replace(b"/quick", b"/held")) for _ in range(2)]
        await ours.until(2)
        for _ in range(5):
            status, headers, body = await ours.answer(GET)
            assert (status, headers["retry-after"], headers["connection"]) == (503, "1", "close")
            assert "no room" in json.loads(body)["error"]["message"]
        assert len(ours.lines) == 1 and "ulimit -n" in ours.lines[0]
        busy[0][1].close()
        await ours.until(1)
        assert (await ours.answer(GET))[0] == 200
        busy[1][1].close()


class Full(socket.socket):
    """A listener that the system gives no file, but for the accept that follows the giving up of the spare one."""

    full = True

    def accept(self) -> tuple[socket.socket, object]:
        if self.full and not inspect.stack()[1].function.startswith("_out_of_files"):
            select.select([self], [], [], 0)[0] or blocked()
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


def blocked() -> None:
    raise BlockingIOError


async def test_out_of_files_a_spare_one_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    """`accept` fails then; a loop that only tried again would let the callers hang."""
    async with served(listener=Full) as ours:
        assert [(await ours.answer(GET))[0] for _ in range(3)] == [503, 503, 503]
        assert len(ours.lines) == 1
        monkeypatch.setattr(Full, "full", False)
        assert (await ours.answer(GET))[0] == 200


async def test_half_a_request_ends_with_408() -> None:
    async with served(bounds=Bounds(head_s=0.0, sweep_s=0.01)) as ours:
        status, _, body = await ours.answer(GET[:-2])
        assert (status, "in time" in json.loads(body)["error"]["message"]) == (408, True)
        assert (await ours.answer(GET))[0] == 200


async def test_a_request_that_waits_for_its_turn_is_not_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its client has sent all of it; that a thousand others are served first is ours."""
    begins, waits = asyncio.Event(), asyncio.Event()

    async def take(turns: Turns, peer: str) -> None:
        waits.set()
        await begins.wait()

    monkeypatch.setattr(Turns, "begins_at_once", lambda turns: False)
    monkeypatch.setattr(Turns, "take", take)
    async with served(bounds=Bounds(head_s=0.0, sweep_s=0.01)) as ours:
        answering = asyncio.ensure_future(ours.answer(GET))
        await waits.wait()
        for connection in ours.connections._tasks:
            ours.connections._sweep(connection, 100.0, 100.0)
        begins.set()
        assert (await answering)[0] == 200


async def test_an_idle_connection_ends_silently() -> None:
    async with served(bounds=Bounds(idle_s=0.0, sweep_s=0.01)) as ours:
        reader, writer = await ours.open()
        assert await reader.read() == b""
        writer.close()


async def test_an_answer_before_the_end_of_a_body_arrives_whole() -> None:
    """Closing at once would reset the connection while the client still sends."""
    async with served() as ours:
        head = b"POST /unread HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n\r\n"
        reader, writer = await ours.open(head + b"x" * 100_000)
        assert (await read_answer(reader))[2] == b"done"
        for _ in range(50):
            writer.write(b"x" * 100_000)
            await writer.drain()
        assert await reader.read() == b""
        writer.close()
        await ours.until(0)


async def test_a_stop_does_not_wait_for_half_requests() -> None:
    async with served() as ours:
        post = b"POST /unread HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        open_ones = [await ours.open(sent) for sent in (b"", GET[:9], post + b"Content-Length: 9\r\n\r\n1")]
        await ours.until(3)
        ours.stop.set()
        await ours.until(0)
        for reader, writer in open_ones:
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()


LENGTHS = b"POST /quick HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
CHUNKED_1_0 = b"POST /quick HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
OTHER_CODING = GET.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: gzip\r\n\r\n")


@pytest.mark.parametrize(
    ("sent", "status", "word"),
    [
        (LENGTHS, 400, "two ways"),
        (CHUNKED_1_0, 400, "two ways"),
        (OTHER_CODING, 400, "chunked"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, "http://"),
        (GET.replace(b"\r\n\r\n", b"\r\n" + b"a:b\r\n" * MAX_HEADERS + b"\r\n"), 431, "headers"),
        (GET[:-2] + b"a:b\r\n" * 2 * MAX_HEADERS, 431, "headers"),
        (GET[:-2] + b"a: " + b"b" * 200_000, 431, "headers"),
        *(
            (GET.replace(b"/quick", target), 400, "address")
            for target in (
                b"?x=1",
                b"quick",
                b"*",
                b"http://[",
                b"http://",
                b"ftp://h/",
                b"h:443",
                b"/%",
                b"/%zz",
                b"/%ff",
            )
        ),
        (GET.replace(b"/quick", b"/%00"), 400, "address"),
    ],
)
async def test_what_is_no_request_is_refused_with_words(sent: bytes, status: int, word: str) -> None:
    async with served() as ours:
        told, headers, body = await ours.answer(sent)
        assert (told, headers["content-type"], headers["connection"]) == (status, "application/json", "close")
        assert word in json.loads(body)["error"]["message"]


async def test_the_head_of_a_refusal_has_no_body() -> None:
    async with served() as ours:
        reader, writer = await ours.open(GET.replace(b"GET /quick", b"HEAD /%zz"))
        assert (await reader.read()).endswith(b"\r\n\r\n")
        writer.close()


async def test_headers_up_to_the_bound_and_the_form_for_proxies_are_served() -> None:
    async with served() as ours:
        many = b"".join(b"a%d: b\r\n" % number for number in range(MAX_HEADERS - 1))
        body = b"POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: 4000\r\n\r\n" + b"\n" * 4000
        assert (await ours.answer(GET[:-2] + many + b"\r\n"))[0] == 200
        assert (await ours.answer(body))[0] == 200, "lines of a body are no headers"
        status, headers, _ = await ours.answer(GET.replace(b"/quick", b"http://other:1/quick?x"))
        assert (status, headers["x-seen"]) == (200, "other:1")


async def test_http_2_is_never_begun() -> None:
    upgrade = b"\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
    async with served() as ours:
        assert (await ours.answer(GET.replace(b"\r\n\r\n", upgrade)))[::2] == (200, b"done")
