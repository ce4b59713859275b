"""Fake streaming: opens at once, lives by heartbeats, and follows the same rules of failover as a true stream."""

import asyncio


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
