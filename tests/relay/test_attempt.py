"""Fake streaming: opens at once, lives by heartbeats, and follows the same rules of failover as a true stream."""

import asyncio

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import AttemptStarted
from gcli2api_tui.relay.ports import Limits


def fault(kind):
    return UpstreamFault(FaultKind(kind), f"google says {kind}", status=500)


async def test_it_opens_at_once_and_beats_until_the_whole_answer_is_there(bench, say):
    slow = asyncio.get_running_loop().create_future()
    it = bench([slow, say.text("all of it", "STOP")], fake=True)
    await it.play(0)
    assert it.got.opened.status == 200 and it.got.body == b"role;"
    await it.time.advance(21)
    assert it.got.body == b"role;:beat;:beat;"
    slow.set_result(None)
    await say.settle()
    assert it.got.body == b"role;:beat;:beat;all of it;done" and it.got.ended


async def test_another_credential_serves_after_the_opening(bench, say):
    it = bench([say.fault("rate", 429)], [say.text("ok", "STOP")], fake=True)
    await it.play()
    assert it.got.body == b"role;ok;done"
    assert it.backend.asked == ["a", "b"]


async def test_a_failure_for_good_is_an_error_object_and_no_end(bench, say):
    it = bench([say.fault("client", 400)], fake=True)
    await it.play()
    assert it.got.opened.status == 200 and it.got.body == b"role;;error:google says client"


async def test_a_client_that_leaves_ends_the_question(bench, say):
    never = asyncio.get_running_loop().create_future()
    it = bench([never], fake=True)
    client = await it.play(1)
    assert it.backend.open == 1
    client.cancel()
    await say.settle()
    assert it.backend.open == 0 and it.pool.held == 0


async def test_a_stream_that_breaks_off_before_content_becomes_a_whole_answer(bench, say):
    it = bench([say.fault("protocol")], [say.text("not the end"), say.text("ok", "STOP")])
    await it.play()
    assert it.backend.ways == ["stream", "whole"] and it.got.body == b"role;ok;done"
    assert [event.reason for event in it.recorder.events if isinstance(event, AttemptStarted)] == [
        "first free", "asked for a whole answer, because a stream broke off",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scripts", "ways"),
    [
        ([[{"usageMetadata": {}}]], ["stream", "whole"]),  # the stream ends and has not said how
        ([[{"candidates": [{"finishReason": "STOP"}]}]], ["stream", "whole"]),  # empty
        ([[{"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL"}]}]], ["stream", "stream"]),
        ([fault("network")], ["stream", "stream"]),
        ([fault("network"), fault("network")], ["stream", "stream", "whole"]),
        ([fault("protocol"), fault("server")], ["stream", "whole", "whole"]),
        *(
            ([fault(kind)], ["stream", "stream"])
            for kind in ("rate", "daily", "terms", "capacity", "server", "timeout")
        ),
    ],
)
async def test_only_what_is_the_streams_own_fault_changes_the_way(bench, say, scripts, ways):
    it = bench(*scripts, [say.text("ok", "STOP")])
    await it.play()
    assert it.backend.ways == ways and it.got.body == b"role;ok;done"


async def test_the_whole_answer_instead_holds_the_status_back_and_then_beats(bench, say):
    slow = asyncio.get_running_loop().create_future()
    it = bench([say.fault("protocol")], [slow, say.text("ok", "STOP")])
    await it.play(7.9)
    assert it.got.opened is None
    await it.time.advance(21)
    assert it.got.body == b"role;:beat;:beat;"
    slow.set_result(None)
    await say.settle()
    assert it.got.body == b"role;:beat;:beat;ok;done"


async def test_attempts_are_limited_and_the_last_failure_is_a_real_status(bench, say):
    it = bench(*[say.fault("protocol", 502)] * 9, limits=Limits(attempts=3))
    await it.play()
    assert it.backend.ways == ["stream", "whole", "whole"] and it.got.opened.status == 502
