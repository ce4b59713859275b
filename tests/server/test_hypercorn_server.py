"""The socket, its address in words, and an end that no client can put off."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest
from quart import Quart, Response

from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.server.hypercorn_server import bind, serve, url_of


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_one_line_with_a_way_out(taken: int) -> None:
    with pytest.raises(StartFault) as caught:
        bind("127.0.0.1", taken)
    assert caught.value.exit_code == 2
    assert caught.value.sentence == (
        f"Port {taken} on 127.0.0.1 is in use by another program. "
        "Stop that program, or choose another port with --port."
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "x" * 70, "2001:db8::1"])
def test_an_address_that_is_not_ours_names_the_other_way_out(host: str) -> None:
    with pytest.raises(StartFault) as caught:
        bind(host, 0)
    assert caught.value.exit_code == 2
    assert caught.value.way_out == "Choose another address with --host."
    assert host in caught.value.message


def test_port_0_takes_a_free_one() -> None:
    with bind("127.0.0.1", 0) as one, bind("127.0.0.1", 0) as other:
        assert url_of(one) != url_of(other) != "http://127.0.0.1:0"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_no_answer_waits_for_the_acknowledgement_of_its_head(host: str) -> None:
    """Head and body are two writes: with Nagle's algorithm the second one comes 40 ms late."""
    accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
    listener = bind(host, 0)
    async with await asyncio.start_server(lambda _, writer: accepted.set_result(writer), sock=listener):
        _, client = await asyncio.open_connection(host, listener.getsockname()[1])
        writer = await accepted
        assert writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
        client.close()


async def test_who_comes_between_bind_and_serve_waits_instead_of_being_refused(app: Quart) -> None:
    """run.json and "serves on …" are written in between."""
    stop = asyncio.Event()
    listener = bind("127.0.0.1", 0)
    reader, writer = await ask(url_of(listener), "/quick")
    serving = asyncio.ensure_future(serve(app, listener, stop.wait, lambda: 0.0))
    await asyncio.wait_for(reader.readuntil(b"done"), 5)
    writer.close()
    stop.set()
    await asyncio.wait_for(serving, 5)


class Bound:
    def __init__(self, *name: object) -> None:
        self.getsockname = lambda: name


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (("127.0.0.1", 7861), "http://127.0.0.1:7861"),
        (("0.0.0.0", 7861), "http://127.0.0.1:7861"),
        (("192.0.2.7", 80), "http://192.0.2.7:80"),
        (("::", 7861, 0, 0), "http://[::1]:7861"),
        (("::1", 7861, 0, 0), "http://[::1]:7861"),
        (("fe80::1", 7861, 0, 2), "http://[fe80::1]:7861"),
    ],
)
def test_the_address_is_one_that_a_client_on_this_machine_can_use(name: tuple, url: str) -> None:
    assert url_of(Bound(*name)) == url  # type: ignore[arg-type]


@pytest.fixture
def app() -> Quart:
    made = Quart(__name__)

    @made.get("/endless")
    async def endless() -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"first"
            await asyncio.Event().wait()

        response = Response(chunks())
        response.timeout = None
        return response

    @made.get("/quick")
    async def quick() -> str:
        return "done"

    return made


async def ask(url: str, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return reader, writer


async def closed(url: str) -> None:
    """Until nobody new is let in."""
    while True:
        try:
            _, writer = await ask(url, "/quick")
        except OSError:
            return
        writer.close()


@pytest.mark.parametrize(("path", "marker"), [("/endless", b"first"), ("/quick", b"done")])
async def test_serve_ends_in_time_although_a_client_stays(app: Quart, path: str, marker: bytes) -> None:
    """The client of `/quick` only keeps its connection; from Python 3.12 on that alone held the server up."""
    stop = asyncio.Event()
    listener = bind("127.0.0.1", 0)
    url = url_of(listener)
    serving = asyncio.ensure_future(serve(app, listener, stop.wait, lambda: 0.2))
    reader, writer = await ask(url, path)
    await asyncio.wait_for(reader.readuntil(marker), 5)
    began = time.monotonic()
    stop.set()
    await asyncio.wait_for(serving, 5)
    assert time.monotonic() - began < 0.2 + 0.5 + 1.0
    writer.close()
    with pytest.raises(OSError):
        await ask(url, path)


async def test_a_running_answer_may_end_while_it_drains(app: Quart) -> None:
    stop, go_on = asyncio.Event(), asyncio.Event()

    @app.get("/slow")
    async def slow() -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"first"
            await go_on.wait()
            yield b"last"

        return Response(chunks())

    listener = bind("127.0.0.1", 0)
    url = url_of(listener)
    serving = asyncio.ensure_future(serve(app, listener, stop.wait, lambda: 5.0))
    reader, writer = await ask(url, "/slow")
    await asyncio.wait_for(reader.readuntil(b"first"), 5)
    stop.set()
    await asyncio.wait_for(closed(url), 5)
    go_on.set()
    await asyncio.wait_for(reader.readuntil(b"last"), 5)
    writer.close()
    await asyncio.wait_for(serving, 5)


async def test_who_is_pointed_at_https_is_told_of(app: Quart) -> None:
    listener, heard, stop = bind("127.0.0.1", 0), asyncio.Queue[tuple[str, str]](), asyncio.Event()
    tell = lambda peer, why: heard.put_nowait((peer, why.key))  # noqa: E731
    serving = asyncio.ensure_future(serve(app, listener, stop.wait, lambda: 0.0, missed=tell))
    host, port = url_of(listener).removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 300)
    assert await asyncio.wait_for(heard.get(), 5) == ("127.0.0.1", "caller.https")
    await asyncio.wait_for(reader.read(), 5)
    writer.close()
    reader, writer = await ask(url_of(listener), "/quick")
    await asyncio.wait_for(reader.readuntil(b"done"), 5)
    writer.close()
    assert heard.empty()
    stop.set()
    await asyncio.wait_for(serving, 5)
