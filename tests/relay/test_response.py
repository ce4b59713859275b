"""What a client gets and when: the hold, heartbeats, a slow client, an error before and after the status."""

import asyncio
import gc
import math
import weakref

import pytest

from gcli2api_tui.pool.ports import RemainingQuota
from gcli2api_tui.relay.ports import Limits, Opened
from gcli2api_tui.relay.response import ResponseBuffer, rate_limit_headers, span


def test_what_is_unknown_is_left_out():
    assert rate_limit_headers(None) == ()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.2, "1s"), (59.5, "1m0s"), (360, "6m0s"), (3600, "1h0m0s"), (31452, "8h44m12s")],
)
def test_spans(seconds, text):
    assert span(seconds) == text


@pytest.mark.parametrize("stream", [True, False])
async def test_figures_go_out_with_every_answer(bench, say, stream):
    for script in ([say.text("x", "STOP")], say.fault("client", 400)):
        it = bench(script, stream=stream)
        it.pool.left = RemainingQuota(5, 3, 60.0)
        await it.play()
        told = dict(it.got.opened.headers)
        assert {name: told[name] for name in told if name.startswith("x-ratelimit-")} == {
            "x-ratelimit-limit-requests": "5",
            "x-ratelimit-remaining-requests": "3",
            "x-ratelimit-reset-requests": "1m0s",
        }


async def test_nothing_is_committed_before_the_hold(bench, say):
    slow = asyncio.get_running_loop().create_future()
    it = bench([slow, say.fault("client", 400)])
    await it.play(7.9)
    assert it.got.opened is None
    slow.set_result(None)
    await say.settle()
    assert it.got.opened.status == 400


async def test_after_the_hold_heartbeats_flow_and_failover_goes_on(bench, say):
    slow = asyncio.get_running_loop().create_future()
    it = bench([slow, say.fault("server")], [say.text("ok", "STOP")])
    await it.play(8.1)
    assert it.got.opened.status == 200 and it.got.body == b"role;"
    await it.time.advance(20)
    assert it.got.body == b"role;:beat;:beat;"
    slow.set_result(None)
    await it.time.advance(2)
    assert it.got.body == b"role;:beat;:beat;ok;done" and it.got.ended


async def test_after_the_commit_a_final_failure_is_an_error_object(bench, say):
    slow = asyncio.get_running_loop().create_future()
    it = bench([slow, say.fault("client", 400)])
    await it.play(9)
    slow.set_result(None)
    await say.settle()
    assert it.got.opened.status == 200 and it.got.body == b"role;;error:google says client"


async def test_a_slow_client_slows_google_down(bench, say):
    reads = [say.text("x" * 10) for _ in range(50)]
    it = bench([*reads, say.end("STOP")], limits=Limits(unread_bytes=40))
    items = it.run()
    await anext(items)
    await say.settle()
    assert len(it.encoder.kept) < 10
    rest = b"".join([item async for item in items])
    assert rest.endswith(b"x;done") and rest.count(b"x") == 500


async def test_a_client_that_takes_its_time_is_no_silence_of_googles(bench, say):
    reads = [say.text("x" * 10) for _ in range(50)]
    it = bench([*reads, say.end("STOP")], limits=Limits(unread_bytes=40, silence_s=5.0))
    items = it.run()
    await anext(items)
    await it.time.advance(60)
    rest = b"".join([item async for item in items])
    assert rest.endswith(b";done") and rest.count(b"x") == 500


async def items_of(buffer):
    """As a client reads them."""
    while await buffer.more():
        yield buffer.taken()


async def test_only_what_the_client_waits_for_is_timed():
    """A client that is slow to read says nothing of how long we take; nor do heartbeats and openings."""
    passed: list[float] = []
    buffer = ResponseBuffer(1000, passed.append)
    items = items_of(buffer)
    buffer.open(Opened(200, ()))
    await anext(items)
    buffer.put(b"early", 1.0)
    assert await anext(items) == b"early" and passed == [], "it was there before the client asked for it"
    for data, came_at in ((b"awaited", 2.0), (b"heartbeat", math.inf), (b"again", 3.0)):
        reading = asyncio.ensure_future(anext(items))
        await asyncio.sleep(0)
        buffer.put(data, came_at)
        buffer.put(b"!", came_at + 1)
        assert await reading == data + b"!"
    assert passed == [2.0, 3.0]


async def test_what_comes_while_the_client_waits_goes_straight_and_in_order():
    """Nobody is woken for it; what the writer has no room for, and all behind that, is for who reads the items."""
    passed: list[float] = []
    writer = Straight()
    buffer = ResponseBuffer(1000, passed.append, writer)
    items = items_of(buffer)
    reading = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)
    buffer.open(Opened(200, ()))
    buffer.put(b"a", 2.0)
    buffer.put(b"b", 3.0)
    await asyncio.sleep(0)
    assert writer.went == [200, b"a", b"b"] and passed == [2.0, 3.0] and not reading.done()
    buffer.put(b"full", 4.0)
    buffer.put(b"behind", 5.0)
    buffer.end()
    assert await reading == b"fullbehind" and writer.went == [200, b"a", b"b"] and passed == [2.0, 3.0, 4.0]
    buffer.put(b"busy", 6.0)
    assert await anext(items) == b"busy" and passed == [2.0, 3.0, 4.0], "the reader was not waiting yet"


async def test_the_end_goes_straight_too_where_nothing_is_unread():
    writer = Straight()
    buffer = ResponseBuffer(1000, writer=writer)
    reading = asyncio.ensure_future(anext(items_of(buffer), None))
    await asyncio.sleep(0)
    buffer.open(Opened(200, ()))
    buffer.put(b"all")
    buffer.end()
    assert writer.went == [200, b"all", "end"]
    buffer.close()
    assert await reading is None


@pytest.mark.parametrize(("status", "waits"), [(429, True), (200, False)])
async def test_nothing_goes_straight_where_the_head_does_not(status, waits):
    writer = Straight()
    buffer = ResponseBuffer(1000, writer=writer)
    items = items_of(buffer)
    if waits:
        reading = asyncio.ensure_future(anext(items))
        await asyncio.sleep(0)
    buffer.open(Opened(status, ()))
    assert await (reading if waits else anext(items)) == Opened(status, ())
    reading = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)
    buffer.put(b"said")
    buffer.end()
    assert await reading == b"said" and not writer.went


async def test_where_a_head_cannot_be_made_the_error_has_one_of_its_own():
    writer = Faulty()
    buffer = ResponseBuffer(1000, writer=writer)
    items = items_of(buffer)
    reading = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError):
        buffer.open(Opened(200, ()))
    buffer.open(Opened(500, ()))
    buffer.put(b"error")
    assert [await reading, await anext(items)] == [Opened(500, ()), b"error"] and not writer.went


async def test_a_streams_client_has_all_of_it_before_the_ledger_has_its_end(bench, say):
    writer, it = Straight(), bench([say.text("all", "STOP")])
    writer.end = lambda: writer.went.append(tuple(it.recorder.names))
    it.writer = writer
    await it.play()
    assert it.got.ended and it.got.items == 0 and writer.went[:-1] == [200, b"role;", b"all", b";done"]
    assert it.recorder.names[-1] == "ExchangeFinished" and "ExchangeFinished" not in writer.went[-1]


class Straight:
    """A writer for all but refusals, and what is full."""

    def __init__(self):
        self.went = []

    def begin(self, opened):
        return opened.status == 200 and not self.went.append(opened.status)

    def pass_on(self, data):
        return data != b"full" and not self.went.append(data)

    def end(self):
        return not self.went.append("end")


class Faulty(Straight):
    """Whatever makes the head of an answer has a fault of its own; that of an error goes the other way."""

    def begin(self, opened):
        if opened.status == 200:
            raise RuntimeError("a fault of ours")
        return False


async def test_an_answer_that_was_read_is_left_to_no_collector():
    buffer = ResponseBuffer(1000)
    buffer.open(Opened(200, ()))
    buffer.close()
    gone = weakref.ref(buffer)
    gc.disable()
    try:
        assert [one async for one in items_of(buffer)] == [Opened(200, ())]
        del buffer
        assert gone() is None
    finally:
        gc.enable()


async def test_nothing_goes_straight_once_the_reader_has_left():
    writer = Straight()
    buffer = ResponseBuffer(1000, writer=writer)
    reading = asyncio.ensure_future(anext(items_of(buffer)))
    await asyncio.sleep(0)
    buffer.open(Opened(200, ()))
    reading.cancel()
    await asyncio.wait([reading])
    buffer.put(b"error")
    buffer.end()
    assert writer.went == [200]


async def test_each_read_of_googles_is_timed_on_its_way_out(bench, say):
    first, later = (asyncio.get_running_loop().create_future() for _ in range(2))
    it = bench([first, say.text("a"), later, say.text("b", "STOP")])
    await it.play(1)
    for moment in (first, later):
        moment.set_result(None)
        await it.time.advance(1)
    assert it.got.body.startswith(b"role;ab") and len(it.passed) == 2 and it.passed == sorted(it.passed)
