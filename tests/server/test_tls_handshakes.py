"""TLS on real sockets: answers, words for who speaks http, handshakes that never end, and what we use of asyncio."""

import asyncio
import inspect
import socket
import ssl
from asyncio.sslproto import SSLProtocol
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import certificates
import pytest
from quart import Quart, request

from gcli2api_tui.control.server_certificate import trusting
from gcli2api_tui.messages.message import Message
from gcli2api_tui.server.certificate import Certificate
from gcli2api_tui.server.connections import Bounds, Connections
from gcli2api_tui.server.hypercorn_server import bind, hypercorn_config, url_of

GET = b"GET /scheme HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@dataclass
class Served:
    connections: Connections
    certificate: Certificate
    port: int
    missed: list[tuple[str, Message]] = field(default_factory=list)

    async def open(self, certificate: str | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        trusted = trusting(self.certificate.text if certificate is None else certificate)
        return await asyncio.open_connection("127.0.0.1", self.port, ssl=trusted)

    async def ask(self) -> bytes:
        reader, writer = await self.open()
        writer.write(GET)
        answer = await reader.read()
        writer.close()
        return answer.partition(b"\r\n\r\n")[2]

    async def until(self, count: int) -> None:
        while len(self.connections) != count:
            await asyncio.sleep(0.001)


@asynccontextmanager
async def served(folder: Path, places: int = 100, bounds: Bounds | None = None) -> AsyncIterator[Served]:
    app = Quart(__name__)

    @app.get("/scheme")
    async def scheme() -> str:
        return request.scheme

    @app.post("/echo")
    async def echo() -> bytes:
        return bytes(await request.get_data(as_text=False))

    certificate, stop, listener = (
        Certificate(*map(Path, certificates.make(folder))),
        asyncio.Event(),
        bind("127.0.0.1", 0),
    )
    assert url_of(listener, tls=True).startswith("https://127.0.0.1:")
    missed: list[tuple[str, Message]] = []
    connections = Connections(
        app, hypercorn_config(), places, bounds=bounds,
        missed=lambda peer, why: missed.append((peer, why)), tls=lambda: certificate.context,
    )  # fmt: skip
    async with asyncio.timeout(20):
        serving = asyncio.ensure_future(connections.serve(listener, stop.wait, lambda: 0.0))
        yield Served(connections, certificate, listener.getsockname()[1], missed)
        stop.set()
        await serving
    assert len(connections) == 0


async def test_requests_are_answered_and_the_app_knows_that_it_is_https(tmp_path: Path) -> None:
    async with served(tmp_path) as ours:
        assert await ours.ask() == b"https"
        reader, writer = await ours.open()
        body = b"x" * 3_000_000
        writer.write(b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"200" in head and await reader.readexactly(len(body)) == body
        writer.close()
        await ours.until(0)


async def test_who_speaks_http_is_told_so_in_words(tmp_path: Path) -> None:
    async with served(tmp_path) as ours:
        reader, writer = await asyncio.open_connection("127.0.0.1", ours.port)
        writer.write(GET)
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 400") and b"https://" in answer
        assert [(peer, why.key) for peer, why in ours.missed] == [("127.0.0.1", "caller.http")]


async def test_a_client_that_does_not_trust_us_is_told_of(tmp_path: Path) -> None:
    other = Certificate(*map(Path, certificates.make(tmp_path / "other"))).text
    async with served(tmp_path / "ours") as ours:
        await asyncio.to_thread(_greet, ours.port, trusting(other))
        await ours.until(0)
        while not ours.missed:
            await asyncio.sleep(0.001)
        assert [why.key for _, why in ours.missed] == ["caller.no_trust"]


def _greet(port: int, trusted: ssl.SSLContext | None) -> None:
    """As most clients do it: asyncio's own leaves without saying why."""
    assert trusted
    with socket.create_connection(("127.0.0.1", port)) as sock, pytest.raises(ssl.SSLError):
        trusted.wrap_socket(sock)


async def test_handshakes_that_never_end_keep_nobody_waiting_and_yield_their_places(tmp_path: Path) -> None:
    async with served(tmp_path, places=5, bounds=Bounds(yielding_s=0.0)) as ours:
        silent = [await asyncio.open_connection("127.0.0.1", ours.port) for _ in range(5)]
        half = [await asyncio.open_connection("127.0.0.1", ours.port) for _ in range(5)]
        for _, writer in half:
            writer.write(b"\x16\x03\x01\x02\x00\x01")
        assert await ours.ask() == b"https"
        assert len(ours.connections) <= 5 and ours.missed == []
        for _, writer in (*silent, *half):
            writer.close()
        await ours.until(0)


async def test_a_stop_does_not_wait_for_handshakes(tmp_path: Path) -> None:
    async with served(tmp_path) as ours:
        reader, writer = await asyncio.open_connection("127.0.0.1", ours.port)
        await ours.until(1)
    assert await reader.read() == b""
    writer.close()


async def test_a_new_certificate_is_for_new_connections(tmp_path: Path) -> None:
    async with served(tmp_path / "one") as ours:
        reader, writer = await ours.open()
        before = ours.certificate.text
        ours.certificate._now = Certificate(*map(Path, certificates.make(tmp_path / "two")))._now
        with pytest.raises(ssl.SSLError):
            await ours.open(before)
        assert await ours.ask() == b"https"
        writer.write(GET)
        assert (await reader.read()).endswith(b"https"), "this one goes on"
        writer.close()


def test_what_is_used_of_asyncio_is_still_there() -> None:
    wanted = ["loop", "app_protocol", "sslcontext", "waiter", "server_side"]
    assert list(inspect.signature(SSLProtocol).parameters)[:5] == wanted
    assert SSLProtocol.max_size == 256 * 1024, "asyncio keeps less by itself: the seam may go"
    assert "self._ssl_buffer = bytearray(self.max_size)" in inspect.getsource(SSLProtocol.__init__)
    assert hasattr(SSLProtocol, "_get_app_transport")
