"""The direct transport against a server of a few lines, which does what real ones do on bad days."""

import asyncio
import contextlib
import datetime
import gc
import gzip
import ipaddress
import json
import socket
import ssl
import struct
import warnings
from dataclasses import replace

import httpx
import pytest
from mock_google import mocked

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.connection_pool import DirectTransport
from gcli2api_tui.upstream.gemini_api import GeminiApi
from gcli2api_tui.upstream.http1_connection import MOST_UNREAD
from gcli2api_tui.upstream.http_client import open_client
from gcli2api_tui.upstream.request_bodies import wire_json
from gcli2api_tui.upstream.transport_errors import (
    ConnectError,
    DecodingError,
    InvalidURL,
    LocalProtocolError,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    UnsupportedProtocol,
)
from gcli2api_tui.upstream.way import Spans

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SPANS = Spans(seat_s=5, connect_s=5, write_s=5, read_s=5)


class Server:
    """Runs `script(reader, writer)` for each request; counts connections, requests and hang-ups."""

    def __init__(self, script):
        self.script, self.connections, self.requests, self.left = script, 0, [], asyncio.Event()
        self.writers = []

    async def serve(self, reader, writer):
        self.connections += 1
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(next((x.split(b":")[1] for x in head.lower().split(b"\r\n") if b"content-length" in x), 0))
                self.requests.append(head + await reader.readexactly(length))
                await self.script(reader, writer)
        self.left.set()
        writer.close()


@pytest.fixture
async def start():
    """`await start(script)` → (server, url, send, transport); `send` makes one POST."""
    async with contextlib.AsyncExitStack() as stack:

        async def begin(script, *, server_tls=None, client_tls=None, **options):
            server = Server(script)
            listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=server_tls)
            stack.callback(listener.close)
            stack.callback(lambda: [writer.transport.abort() for writer in server.writers])
            transport = DirectTransport(client_tls or ssl.create_default_context(), **options)
            stack.push_async_callback(transport.aclose)
            port = listener.sockets[0].getsockname()[1]
            url = f"{'https' if server_tls else 'http'}://127.0.0.1:{port}/a?b=c"

            async def send(content=b"hello", *, headers=None, to=url, whole=False, **spans):
                return await transport.send(
                    "POST", to, headers or {}, content, whole=whole, spans=replace(SPANS, **spans)
                )

            return server, url, send, transport

        yield begin


async def read(answer):
    return b"".join([received async for received in answer])


async def says(_, writer, *parts, close=False):
    for part in parts or (OK,):
        writer.write(part)
        await writer.drain()
    if close:
        writer.close()


def saying(*parts, close=False):
    return lambda reader, writer: says(reader, writer, *parts, close=close)


async def idle(wanted):
    """Let the loop run until `wanted()`."""
    async with asyncio.timeout(5):
        while not wanted():
            await asyncio.sleep(0)


async def test_request_goes_out_whole_and_connection_is_used_again(start):
    server, _, send, _ = await start(saying())
    for _ in range(3):
        answer = await send()
        assert (answer.status, await read(answer)) == (200, b"ok")
    assert server.connections == 1
    assert server.requests[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert server.requests[0].endswith(b"\r\n\r\nhello")
    assert b"host: 127.0.0.1:" in server.requests[0].lower()


async def test_requests_at_the_same_time_have_connections_of_their_own(start):
    both = asyncio.Barrier(2)

    async def meet(_, writer):
        await both.wait()
        await says(_, writer)

    server, _, send, _ = await start(meet)
    answers = await asyncio.gather(send(), send())
    assert [await read(answer) for answer in answers] == [b"ok", b"ok"]
    assert server.connections == 2


async def test_chunks_of_one_read_come_together(start):
    _, _, send, _ = await start(saying(CHUNKED + b"3\r\nabc\r\n" * 50 + b"0\r\n\r\n"))
    pieces = [piece async for piece in await send()]
    assert b"".join(pieces) == b"abc" * 50
    assert len(pieces) <= 2


async def test_chunks_in_any_split(start):
    wire = CHUNKED + b"3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n"
    server, _, send, _ = await start(saying(*(wire[i : i + 1] for i in range(len(wire)))))
    for _ in range(2):
        assert await read(await send()) == b"abcd"
    assert server.connections == 1


async def test_answer_without_length_ends_with_the_connection(start):
    server, _, send, _ = await start(saying(b"HTTP/1.0 200 OK\r\n\r\nto the end", close=True))
    for _ in range(2):
        assert await read(await send()) == b"to the end"
    assert server.connections == 2


async def test_early_hints_are_no_answer(start):
    _, _, send, _ = await start(saying(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK))
    assert (await send()).status == 200


async def test_connection_closed_while_it_rested_is_not_used(start):
    server, _, send, _ = await start(saying(OK, close=True))
    for _ in range(3):
        assert await read(await send()) == b"ok"
        await asyncio.wait_for(server.left.wait(), 5)
    assert len(server.requests) == 3


async def test_resting_connection_that_closes_on_the_request_costs_one_more_try(start):
    async def once_per_connection(_, writer):
        if len(server.requests) == 2:
            writer.close()
        else:
            await says(_, writer)

    server, _, send, _ = await start(once_per_connection)
    assert await read(await send()) == b"ok"
    assert await read(await send()) == b"ok"
    assert (server.connections, len(server.requests)) == (2, 3)


async def test_second_try_is_the_last(start):
    async def only_the_first(_, writer):
        if len(server.requests) > 1:
            writer.close()
        else:
            await says(_, writer)

    server, _, send, _ = await start(only_the_first)
    await read(await send())
    with pytest.raises(RemoteProtocolError):
        await send()
    assert len(server.requests) == 3


async def test_fresh_connection_that_closes_is_not_tried_again(start):
    server, _, send, _ = await start(saying(b"", close=True))
    with pytest.raises(RemoteProtocolError):
        await send()
    assert len(server.requests) == 1


async def test_no_second_try_after_a_byte_of_the_answer(start):
    async def half_a_head(_, writer):
        await (says(_, writer, b"HTTP/1.1 2", close=True) if len(server.requests) > 1 else says(_, writer))

    server, _, send, _ = await start(half_a_head)
    await read(await send())
    with pytest.raises(RemoteProtocolError):
        await send()
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "wire", [CHUNKED + b"3\r\nabc\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"], ids=["chunked", "length"]
)
async def test_cut_gives_what_came_and_then_says_so(start, wire):
    server, _, send, _ = await start(saying(wire, close=True))
    answer, received = await send(), []
    await asyncio.wait_for(server.left.wait(), 5)
    for _ in range(50):  # the end comes before anybody reads
        await asyncio.sleep(0)
    with pytest.raises(RemoteProtocolError):
        async for piece in answer:
            received.append(piece)
    assert b"".join(received) == b"abc"


async def test_reset_in_the_body_is_an_httpx_error(start):
    async def reset(_, writer):
        await says(_, writer, CHUNKED + b"3\r\nabc\r\n")
        await go.wait()
        reset_on_close = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset_on_close)
        writer.transport.abort()

    go = asyncio.Event()
    _, _, send, _ = await start(reset)
    answer = await send()
    pieces = answer
    assert await anext(pieces) == b"abc"
    go.set()
    with pytest.raises(ReadError):
        await anext(pieces)


async def test_no_http_at_all(start):
    _, _, send, _ = await start(saying(b"SSH-2.0-OpenSSH\r\n\r\n"))
    with pytest.raises(RemoteProtocolError):
        await send()


async def test_leaving_early_closes_at_once(start):
    async def endless(reader, writer):
        await says(reader, writer, CHUNKED + b"3\r\nabc\r\n")
        await reader.read()

    server, _, send, _ = await start(endless)
    answer = await send()
    assert await anext(answer) == b"abc"
    await answer.aclose()
    await asyncio.wait_for(server.left.wait(), 5)
    await (await send()).aclose()
    assert server.connections == 2


async def test_cancelled_while_waiting_closes_and_gives_the_place_back(start):
    async def silent(reader, writer):
        await reader.read()

    server, _, send, _ = await start(silent, at_once=1)
    for _ in range(2):
        server.left.clear()
        waiting = asyncio.ensure_future(send())
        known = len(server.requests)
        await idle(lambda known=known: len(server.requests) > known)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(server.left.wait(), 5)


async def test_cancelled_at_any_step_leaves_no_socket(start):
    """asyncio's race between addresses loses a socket that connects as it is cancelled; an address has none to race."""
    _, _, send, _ = await start(saying())
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        for steps in range(12):
            sent = asyncio.ensure_future(send())
            for _ in range(steps):
                await asyncio.sleep(0)
            sent.cancel()
            answer = (await asyncio.gather(sent, return_exceptions=True))[0]
            if not isinstance(answer, BaseException):
                await answer.aclose()
            gc.collect()
    assert not [str(warning.message) for warning in seen]


async def test_places_come_back_after_answers_cuts_and_early_leaves(start):
    _, _, send, _ = await start(saying(OK), at_once=1)
    for _ in range(2):
        await read(await send(seat_s=1))
        await (await send(seat_s=1)).aclose()


async def test_no_place_in_time(start):
    _, _, send, _ = await start(saying(OK), at_once=1)
    held = await send()
    with pytest.raises(PoolTimeout):
        await send(seat_s=0.01)
    await held.aclose()
    assert await read(await send()) == b"ok"


async def test_unasked_bytes_are_not_the_next_answer(start):
    server, _, send, _ = await start(saying(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"))
    for _ in range(2):
        assert await read(await send()) == b"ok"
    assert server.connections == 2


async def test_bytes_while_resting_close_the_connection(start):
    server, _, send, _ = await start(saying())
    await read(await send())
    server.writers[0].write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
    await asyncio.wait_for(server.left.wait(), 5)
    assert await read(await send()) == b"ok"
    assert server.connections == 2


async def test_connection_that_rested_too_long_is_closed(start):
    server, _, send, _ = await start(saying(), idle_s=0)
    for _ in range(2):
        assert await read(await send()) == b"ok"
    assert server.connections == 2
    await asyncio.wait_for(server.left.wait(), 5)


async def test_silence_before_and_inside_the_answer(start):
    async def stalls(reader, writer):
        if len(server.requests) > 1:
            await says(reader, writer, CHUNKED + b"1\r\na\r\n")
        await reader.read()

    server, _, send, _ = await start(stalls)
    with pytest.raises(ReadTimeout):
        await send(read_s=0.01)
    with pytest.raises(ReadTimeout):
        await read(await send(read_s=0.2))


async def test_nobody_listens(start):
    _, _, send, _ = await start(saying())
    with pytest.raises(ConnectError):
        await send(to="http://127.0.0.1:1/")


async def test_only_http_and_https(start):
    _, _, send, _ = await start(saying())
    with pytest.raises(UnsupportedProtocol):
        await send(to="ftp://127.0.0.1/")


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", " a", "a\x00", "\xe4"])
async def test_header_that_http_forbids_is_refused_before_it_is_sent(start, value):
    server, _, send, _ = await start(saying(), at_once=1)
    for _ in range(2):
        with pytest.raises(LocalProtocolError):
            await send(headers={"x": value})
    assert server.requests == []


async def test_an_address_with_what_no_request_line_may_hold(start):
    server, url, send, _ = await start(saying())
    with pytest.raises(InvalidURL):
        await send(to=url + "\r\n")
    await read(await send(to=url + " d"))
    await read(await send(to=url.removesuffix("/a?b=c")))
    assert [request.splitlines()[0] for request in server.requests] == [
        b"POST /a?b=c%20d HTTP/1.1",
        b"POST / HTTP/1.1",
    ]


async def test_large_bodies_both_ways(start):
    size = 3 * 2**20
    server, _, send, _ = await start(saying(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"y" * size))
    answer = await send(b"x" * size)
    assert await read(answer) == b"y" * size
    assert server.requests[0].count(b"x") >= size


LONG = {"contents": [{"parts": [{"text": "Words\n" * 2**20}]}]}
"""So much that it is written while it is sent."""


async def test_what_is_written_while_it_is_sent_arrives_whole_and_others_have_their_turn(start):
    server, _, send, _ = await start(saying())
    turns, long = 0, await wire_json(LONG)

    async def others():
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    running = asyncio.ensure_future(others())
    for _ in range(2):
        assert await read(await send(long)) == b"ok"
    running.cancel()
    assert server.connections == 1
    for request in server.requests:
        head, _, body = request.partition(b"\r\n\r\n")
        assert json.loads(body) == LONG
        assert b"content-length: %d\r\n" % len(body) in head + b"\r\n"
    assert turns > 2 * len(list(long.pieces()))


async def test_what_is_written_while_it_is_sent_is_written_again_for_the_second_try(start):
    async def once_per_connection(_, writer):
        if len(server.requests) == 2:
            writer.close()
        else:
            await says(_, writer)

    server, _, send, _ = await start(once_per_connection)
    assert await read(await send()) == b"ok"
    assert await read(await send(await wire_json(LONG))) == b"ok"
    first, second = (request.partition(b"\r\n\r\n")[2] for request in server.requests[1:])
    assert first == second
    assert json.loads(first) == LONG


async def test_cancelled_in_the_middle_of_what_it_sends_it_closes(start):
    server, _, send, _ = await start(saying(), at_once=1)
    long = await wire_json(LONG)
    for steps in (5, 10, 20):
        server.left.clear()
        sending = asyncio.ensure_future(send(long))
        await idle(lambda: server.writers)
        for _ in range(steps):
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await asyncio.wait_for(server.left.wait(), 5)
        server.writers.clear()
    assert not server.requests
    assert await read(await send(long)) == b"ok"


async def test_slow_reader_stops_the_sender(start):
    sent, total = [0], 400

    async def much(_, writer):
        writer.transport.set_write_buffer_limits(0)
        await says(_, writer, CHUNKED)
        for _ in range(total):
            await says(_, writer, b"10000\r\n" + b"z" * 65536 + b"\r\n")
            sent[0] += 1
        await says(_, writer, b"0\r\n\r\n")

    _, _, send, _ = await start(much)
    answer, before = await send(), -1
    while before != sent[0]:
        before = sent[0]
        for _ in range(200):
            await asyncio.sleep(0)
    assert sent[0] < total
    assert len(await read(answer)) == total * 65536


def certificate(tmp_path, ip="127.0.0.1"):
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    day, now = datetime.timedelta(days=1), datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ip))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    signed = made.add_extension(address, critical=False).sign(key, hashes.SHA256())
    path = tmp_path / "pair.pem"
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(text + signed.public_bytes(serialization.Encoding.PEM))
    return path


def trusting(pair):
    return ssl.create_default_context(cadata=pair.read_text().split("KEY-----\n")[-1])


def serving(pair):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pair)
    return tls


async def test_tls(start, tmp_path):
    pair = certificate(tmp_path)
    server, _, send, _ = await start(saying(), server_tls=serving(pair), client_tls=trusting(pair))
    for _ in range(2):
        assert await read(await send()) == b"ok"
    assert server.connections == 1


async def test_certificate_of_nobody_we_know(start, tmp_path):
    server, _, send, _ = await start(saying(), server_tls=serving(certificate(tmp_path)))
    with pytest.raises(ConnectError):
        await send()
    assert server.requests == []


async def test_certificate_for_another_address(start, tmp_path):
    pair = certificate(tmp_path, "127.0.0.2")
    server, _, send, _ = await start(saying(), server_tls=serving(pair), client_tls=trusting(pair))
    with pytest.raises(ConnectError):
        await send()
    assert server.requests == []


async def test_generations_go_the_short_way_and_follow_nobody(start):
    moved = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok"
    server, url, _, transport = await start(saying(moved))
    async with mocked(lambda _: httpx.Response(204)) as client:
        client.usual = transport
        key = Credential(CredentialId("k"), Kind.API_KEY, "key", ApiKey(Secret("AIzaTest")))
        backend = GeminiApi(client, url.removesuffix("/a?b=c"), Clock(), lambda backend, model: model)
        for _ in range(2):
            with pytest.raises(UpstreamFault) as raised:
                await backend.generate(key, "m", {})
            assert raised.value.status == 302
        assert (await client.by_httpx.send("GET", url, {})).status == 204
    assert [b"cookie" in request.lower() for request in server.requests] == [False, False]


async def test_in_the_demo_no_way_leads_anywhere_else():
    async with open_client(loopback_only=True) as client:
        for way in (client.usual, client.by_httpx):
            with pytest.raises(UpstreamFault, match="this machine only"):
                await way.send("POST", "http://192.0.2.1/", {}, b"")


@pytest.mark.parametrize("bad", ["a" * 64 + ".invalid", "a..invalid"])
async def test_name_that_is_none(start, bad):
    _, _, send, _ = await start(saying())
    with pytest.raises(ConnectError):
        await send(to=f"http://{bad}/")


@pytest.mark.parametrize(
    ("name", "value", "short"),
    [("HTTPS_PROXY", "http://127.0.0.1:9", False), ("ALL_PROXY", "http://127.0.0.1:9", False), ("NO_PROXY", "x", True)],
)
async def test_behind_an_outbound_proxy_httpx_finds_the_way(monkeypatch, name, value, short):
    for known in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(known, raising=False)
        monkeypatch.delenv(known.upper(), raising=False)
    monkeypatch.setenv(name, value)
    async with open_client() as client:
        assert isinstance(client.usual, DirectTransport) is short


async def together(start, count, **options):
    """So many requests at the same time, all of which are over; the transport, and the server."""
    all_asked = asyncio.Barrier(count)

    async def meet(_, writer):
        await all_asked.wait()
        await says(_, writer)

    server, _, send, transport = await start(meet, **options)
    for answer in await asyncio.gather(*(send() for _ in range(count))):
        await read(answer)
    assert server.connections == count
    return server, transport


async def test_no_more_connections_are_kept_than_may_be_and_the_others_are_closed(start, monkeypatch):
    monkeypatch.setattr("gcli2api_tui.upstream.connection_pool.MOST_IDLE", 3)
    server, transport = await together(start, 8)
    assert sum(map(len, transport._idle.values())) == 3
    await idle(lambda: sum(writer.is_closing() for writer in server.writers) == 5)


async def test_a_connection_that_has_been_idle_too_long_goes_when_another_comes_back(start, monkeypatch):
    """The one used last is used again and again; those behind it must not stay open for ever."""
    now = [0.0]
    for place in ("connection_pool", "http1_connection"):
        monkeypatch.setattr(f"gcli2api_tui.upstream.{place}.moment", lambda: now[0])
    server, _, send, transport = await start(saying(), idle_s=60)
    first, second = await asyncio.gather(send(), send())
    for answer in (first, second):
        await read(answer)
    for now[0] in (40.0, 70.0):  # the other one is 70 seconds old by the end
        await read(await send())
    assert sum(map(len, transport._idle.values())) == 1
    await idle(lambda: sum(writer.is_closing() for writer in server.writers) == 1)


async def test_a_whole_answer_wakes_nobody_before_it_is_there(start):
    """Its head, and what comes of its body piece by piece."""
    _, _, send, _ = await start(saying(CHUNKED, *(b"3\r\nabc\r\n" for _ in range(20)), b"0\r\n\r\n"))
    assert [received async for received in await send(whole=True)] == [b"abc" * 20]


async def test_a_whole_answer_that_is_large_comes_as_it_comes(start):
    size = 60 * MOST_UNREAD
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
    server, _, send, _ = await start(saying(head + b"y" * size))
    for _ in range(2):
        received = [one async for one in await send(whole=True)]
        assert sum(map(len, received)) == size
        assert len(received) > 1
    assert server.connections == 1


async def test_who_reads_as_it_comes_gets_no_more_at_once_than_can_be_bounded(start):
    """The kernel gives a quarter of a megabyte in one read; what a slow client has unread grows by that much."""
    size = 20 * MOST_UNREAD + 1
    _, _, send, _ = await start(saying(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"y" * size))
    for _ in range(2):
        sizes = [len(received) async for received in await send()]
        assert (sum(sizes), max(sizes)) == (size, MOST_UNREAD)


@pytest.mark.parametrize("long", [False, True])
async def test_an_answer_before_the_whole_request_was_taken(long):
    """Google refuses a body by its length and reads no more of it; its words count, and the connection is closed."""

    async def early(reader, writer):
        writers.append(writer)
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")

    writers = []
    text = {"contents": [{"parts": [{"text": "x" * (64 * 2**20)}]}]}
    content = await wire_json(text) if long else b"x" * (64 * 2**20)
    listener = await asyncio.start_server(early, "127.0.0.1", 0, limit=1024)
    transport = DirectTransport(ssl.create_default_context(), at_once=1)
    url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
    try:
        for _ in range(2):
            answer = await transport.send("POST", url, {}, content, spans=SPANS)
            assert (answer.status, await read(answer)) == (413, b"no")
        assert not any(transport._idle.values())
    finally:
        await transport.aclose()
        for writer in writers:
            writer.transport.abort()
        listener.close()
        await listener.wait_closed()


@pytest.mark.parametrize(("coding", "packed"), [("gzip", True), ("X-GZIP", True), ("identity", False)])
async def test_a_compressed_answer_is_unfolded_in_any_split(start, coding, packed):
    said = b"data: {}\n\n" * 1000
    wire = gzip.compress(said) if packed else said
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(wire)}\r\n\r\n".encode()
    server, _, send, _ = await start(saying(head, *(wire[at : at + 7] for at in range(0, len(wire), 7))))
    for _ in range(2):
        assert await read(await send()) == said
    assert server.connections == 1


@pytest.mark.parametrize("coding", ["gzip", "br"])
async def test_what_cannot_be_unfolded(start, coding):
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 5\r\n\r\nhello".encode()
    _, _, send, _ = await start(saying(head), at_once=1)
    for _ in range(2):
        answer = await send()
        with pytest.raises(DecodingError):
            await read(answer)
        await answer.aclose()
