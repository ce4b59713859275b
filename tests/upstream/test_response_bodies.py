"""Bodies within bounds, unzipped or not."""

import asyncio
import gzip
import ssl

import pytest
from loop_guard import LoopGuard
from stand_in import HELLO, pool

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.upstream import response_bodies
from gcli2api_tui.upstream.connection_pool import DirectTransport
from gcli2api_tui.upstream.response_bodies import PIECE, collected
from gcli2api_tui.upstream.sse_decoder import SseDecoder


async def reads(*sizes: int):
    for size in sizes:
        yield b"x" * size


async def test_a_body_beyond_the_bound_is_a_clear_error(monkeypatch) -> None:
    monkeypatch.setattr(response_bodies, "MOST_WHOLE", 2**20)
    with pytest.raises(UpstreamFault, match="answer is larger than 1 MiB") as caught:
        await collected(200, reads(2**20, 1))
    assert caught.value.kind is FaultKind.PROTOCOL
    assert len(await collected(200, reads(2**19, 2**19))) == 2**20


async def test_of_an_error_only_the_beginning_is_read() -> None:
    taken = []

    async def endless():
        while True:
            taken.append(1)
            yield b"x" * 2**20

    assert len(await collected(500, endless())) == response_bodies.MOST_ERROR + 2**20
    assert len(taken) == response_bodies.MOST_ERROR // 2**20 + 1


def fed(frames: SseDecoder, *received: bytes) -> list[object]:
    return [event for one in received for event in frames.feed(one)]


def test_an_event_beyond_the_bound_ends_the_stream_and_keeps_what_came_before() -> None:
    frames = SseDecoder(0.0, most_event=100)
    assert fed(frames, b'data: {"a": 1}\n\n', b"data: " + b"x" * 60, b"x" * 60) == [{"a": 1}]
    assert frames.fault
    assert "One event" in frames.fault.message


def test_lines_of_one_event_count_together() -> None:
    frames = SseDecoder(0.0, most_event=100)
    assert fed(frames, *(b"data: " + b"x" * 30 + b"\n" for _ in range(4))) == []
    assert frames.fault


def test_the_sum_of_a_stream_is_bounded_and_small_events_are_not() -> None:
    event = b'data: {"a": 1}\n\n'
    frames = SseDecoder(0.0, most_event=20, most_stream=len(event) * 10)
    assert len(fed(frames, *[event] * 10)) == 10
    assert frames.fault is None
    frames.feed(event)
    assert frames.fault
    assert "stream is larger" in frames.fault.message


def test_comments_without_end_are_bounded_too() -> None:
    frames = SseDecoder(0.0, most_event=100)
    fed(frames, *[b": still here\n" for _ in range(20)])
    assert frames.fault


@pytest.mark.parametrize("split", [0, 1, 2, 3, 5])
def test_a_byte_order_mark_before_the_first_event_loses_nothing(split: int) -> None:
    body = b'\xef\xbb\xbfdata: {"a": 1}\n\ndata: {"b": 2}\n\n'
    assert fed(SseDecoder(0.0), body[:split], body[split:]) == [{"a": 1}, {"b": 2}]


async def test_an_answer_without_end_is_asked_for_once_and_said_to_be_too_large(monkeypatch) -> None:
    monkeypatch.setattr(response_bodies, "MOST_WHOLE", 2**20)
    async with pool() as one:
        one.google.raw = lambda request: b" " * (2**20 + 1)
        answer = await one.native(HELLO)
        assert answer.status == 502
        assert "larger than 1 MiB" in answer.raw.decode()
        assert len(one.google.asked) == 1
        assert set(one.states) == {"ready"}


async def test_a_zip_bomb_is_seen_before_it_has_unfolded(loop_guard: LoopGuard) -> None:
    """A thousandth of it is on the wire; no more than a piece is unfolded at once, on the loop."""
    bomb = gzip.compress(b" " * (response_bodies.MOST_WHOLE + 2**20))
    sizes, writers = list[int](), list[asyncio.StreamWriter]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writers.append(writer)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(bomb) + bomb)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    transport = DirectTransport(ssl.create_default_context())
    try:
        answer = await transport.send("POST", url, {}, b"")

        async def unfolded():
            async for piece in answer:
                sizes.append(len(piece))
                yield piece

        with pytest.raises(UpstreamFault, match="larger than 64 MiB"):
            await collected(200, unfolded())
        await answer.aclose()
        assert 0 < max(sizes) <= PIECE
        loop_guard.found.clear()
    finally:
        await transport.aclose()
        for writer in writers:
            writer.transport.abort()
        server.close()
        await server.wait_closed()
