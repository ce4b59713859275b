"""How a whole answer ends in the task of whoever asks."""

import asyncio

import pytest

from gcli2api_tui.clients.admission import Admission
from gcli2api_tui.relay.ports import Limits


@pytest.fixture
def whole(bench, say):
    """A whole answer that comes after 50 seconds; whoever reads it goes on with something else then."""

    async def reading(it):
        await it.read()
        it.cancelling = asyncio.current_task().cancelling()
        await it.time.clock.sleep(1)
        it.went_on = True

    def begun(**more):
        it = bench(stream=False, **more)
        it.went_on, it.backend.scripts = False, [[it.pause(50.0), say.text("late", "STOP")]]
        it.task = asyncio.ensure_future(reading(it))
        return it

    return begun


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("person", b"This request was stopped in the panel."),
        ("key", b"key"),
        ("deadline", b"No answer within 10 seconds."),
        ("client's", b"late"),
    ],
)
async def test_whoever_asks_for_a_whole_answer_goes_on_after_its_end_however_that_came(whole, how, said):
    it = whole(limits=Limits(request_deadline_s=10.0 if how == "deadline" else 600.0))
    await it.time.advance(9)
    if how == "person":
        assert it.relay.cancel(7)
    elif how == "key":
        it.gate.admitted[0][-1].stop()
    await it.time.advance(60)
    assert said in it.got.body
    assert it.went_on and it.cancelling == 0 and it.pool.held == 0 and it.backend.open == 0 and it.relay.in_flight == 0


async def test_a_client_that_leaves_a_whole_answer_ends_it(whole):
    it = whole()
    await it.time.advance(9)
    it.task.cancel()
    await it.time.advance(1)
    assert it.task.cancelled() and not it.went_on
    assert it.recorder.names[-1] == "ExchangeCancelled" and it.recorder.names.count("ExchangeCancelled") == 1
    assert it.pool.held == 0 and it.backend.open == 0 and it.relay.in_flight == 0


@pytest.mark.parametrize("first", ["client", "person"])
async def test_a_client_that_leaves_while_it_is_stopped_is_not_held(whole, first):
    it = whole()
    await it.time.advance(9)
    for who in (first, "person" if first == "client" else "client"):
        it.task.cancel() if who == "client" else it.relay.cancel(7)
    await it.time.advance(1)
    assert it.task.cancelled() and not it.went_on and it.got.opened is None
    assert it.recorder.names[-1] == "ExchangeCancelled" and it.pool.held == 0 and it.relay.in_flight == 0


async def test_a_client_that_leaves_while_it_is_silent_is_not_held(bench, say):
    """The silence takes its own cancellation back, and not the client's."""
    it = bench(stream=False, limits=Limits(silence_s=5.0), request={"generationConfig": {"maxOutputTokens": 99_999}})
    it.backend.scripts = [[say.text("par"), it.pause(500.0), say.end("STOP")]] * 2
    task = asyncio.ensure_future(it.read())
    await it.time.advance(4)
    running = it.relay._live[7]
    running.break_off()
    task.cancel()
    await it.time.advance(1)
    assert task.cancelled() and it.pool.held == 0 and it.backend.open == 0 and it.relay.in_flight == 0


async def test_a_key_that_is_shut_before_a_whole_answer_has_begun_is_told(whole):
    it = whole()
    it.gate.admission = lambda: Admission(stopped=True)
    await it.time.advance(1)
    assert it.got.opened.status == 401 and it.backend.asked == [] and it.relay.in_flight == 0


async def test_no_time_is_kept_once_an_answer_is_over_and_read(bench, say):
    """Also where its client was slow to read what was there."""
    before = asyncio.all_tasks()
    it = bench([say.text("a"), say.text("b", "STOP")], limits=Limits(first_byte_hold_s=1.0, heartbeat_s=2.0))
    items = it.run()
    await anext(items)
    await it.time.advance(30)
    assert [item async for item in items]
    await it.time.advance(3)
    assert asyncio.all_tasks() == before
