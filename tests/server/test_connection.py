"""What leaves on one connection: an answer in one packet, and no more than a client takes."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gcli2api_tui.server.connections import Connections
from gcli2api_tui.server.hypercorn_server import bind, hypercorn_config

GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
PIECE = b"x" * 16_384
SMALL = 8_192
"""Buffers of the system, so that they hide nothing."""


@contextlib.asynccontextmanager
async def served(app: Any) -> AsyncIterator[tuple[Connections, int]]:
    stop, listener = asyncio.Event(), bind("127.0.0.1", 0)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    connections = Connections(app, hypercorn_config(), 10)
    async with asyncio.timeout(20):
        serving = asyncio.ensure_future(connections.serve(listener, stop.wait, lambda: 0.0))
        try:
            yield connections, listener.getsockname()[1]
        finally:
            stop.set()
            await serving


async def test_head_body_and_end_leave_together_and_pieces_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each packet costs us and the client a call of the system; a piece must not wait for the next one."""
    written, going_on = list[bytes](), asyncio.Event()
    write = asyncio.StreamWriter.write

    def watched(self: asyncio.StreamWriter, data: bytes) -> None:
        if data != GET:
            written.append(bytes(data))
        write(self, data)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        if scope["path"] == "/":
            await going_on.wait()
        await send({"type": "http.response.body", "body": b"two", "more_body": False})

    monkeypatch.setattr(asyncio.StreamWriter, "write", watched)
    async with served(app) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET)
        assert (await reader.readuntil(b"one\r\n")).startswith(b"HTTP/1.1 200")
        going_on.set()
        assert await reader.readuntil(b"0\r\n\r\n") == b"3\r\ntwo\r\n0\r\n\r\n"
        assert len(written) == 2
        writer.close()


async def test_an_answer_that_the_client_does_not_take_is_not_over() -> None:
    """Also one in a single piece: the next request waits for its turn, and who takes nothing is found."""
    said = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 5_000_000, "more_body": False})
        said.set()

    async with served(app) as (connections, port):
        for request in (GET, b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"):
            said.clear()
            with socket.socket() as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
                client.setblocking(False)
                await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
                client.send(request)
                while not any(one.stuck_since for one in connections._tasks):
                    await asyncio.sleep(0)
                assert not said.is_set()
            while len(connections):
                await asyncio.sleep(0)


async def test_a_client_that_takes_nothing_stops_what_is_made_for_it() -> None:
    made, left = 0, asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal made
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while made < 1_000:
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
            made += 1
            await asyncio.sleep(0)
        left.set()

    async with served(app) as (connections, port):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
            client.setblocking(False)
            await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
            client.send(GET)
            while not any(one.stuck_since for one in connections._tasks):
                await asyncio.sleep(0)
            held = made
            for _ in range(20):
                await asyncio.sleep(0)
            assert held == made
            assert made * len(PIECE) < 400_000
            assert not left.is_set()
        while len(connections):
            await asyncio.sleep(0)
