"""A whole usual request is begun as it comes; all else is read, and nothing overtakes what came before it."""

import asyncio
import time
from collections.abc import Callable

import pytest

from gcli2api_tui.server.http1 import MAX_HEAD_BYTES
from gcli2api_tui.server.usual_request import ClientReader, UsualRequest

ASKED = b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}"
Begun = list[tuple[UsualRequest, int]]


def reader(*, may: Callable[[], bool] = lambda: True) -> tuple[ClientReader, Begun]:
    made, begun = ClientReader(), Begun()

    def begin(asked: UsualRequest, size: int) -> bool:
        if may():
            begun.append((asked, size))
        return may()

    made.begin = begin
    return made, begun


async def waiting(made: ClientReader) -> "asyncio.Task[bytes]":
    reading = asyncio.create_task(made.next())
    await asyncio.sleep(0)
    return reading


async def test_a_whole_request_is_begun_where_it_comes_and_the_reader_sleeps_on() -> None:
    made, begun = reader()
    reading = await waiting(made)
    made.feed_data(ASKED)
    made.feed_data(ASKED)
    assert [(asked.body, size) for asked, size in begun] == [(b"{}", len(ASKED))] * 2
    made.feed_eof()
    assert await reading == b""


@pytest.mark.parametrize(
    "data",
    [
        *(ASKED[:-1], ASKED + b"P", ASKED + ASKED, ASKED.replace(b"POST", b"GET"), b"\x16\x03\x01", b"\r\n"),
        ASKED.replace(b"host: a", b"host: a\r\nx: " + b"a" * MAX_HEAD_BYTES),  # h11 refuses it
    ],
)
async def test_all_else_is_read(data: bytes) -> None:
    made, begun = reader()
    reading = await waiting(made)
    made.feed_data(data)
    assert not begun and data.startswith(await reading)


async def test_nothing_overtakes_what_came_before_it() -> None:
    made, begun = reader()
    reading = await waiting(made)
    made.feed_data(ASKED[:10])
    made.feed_data(ASKED)
    assert await reading == ASKED[:10] + ASKED and not begun
    made.feed_data(ASKED)  # nobody waits: what was read may still be looked at
    assert await made.next() == ASKED and not begun


async def test_what_may_not_begin_now_is_read() -> None:
    made, begun = reader(may=lambda: False)
    reading = await waiting(made)
    made.feed_data(ASKED)
    assert await reading == ASKED and not begun


async def test_who_gave_up_waiting_gets_nothing_begun() -> None:
    made, begun = reader()
    reading = await waiting(made)
    reading.cancel()
    await asyncio.wait([reading])
    made.feed_data(ASKED)
    assert not begun and await made.next() == ASKED


async def test_a_head_of_blanks_is_looked_at_once() -> None:
    made, begun = reader()
    reading = await waiting(made)
    before = time.thread_time()
    made.feed_data(ASKED.replace(b"\r\n\r\n", b"\r\nx:" + b" " * 60_000 + b"\x00\r\n\r\n"))
    assert time.thread_time() - before < 0.5  # it was 2 s, with the loop standing still
    assert await reading and not begun
