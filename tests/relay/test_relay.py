"""What ends a request from outside; and questions that are no generation, with what the pool learns from them."""

import asyncio
import gc
import itertools
import weakref

import pytest

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import NoCredential, Problem, UpstreamFault
from gcli2api_tui.events.records import NO_CLIENT_KEY
from gcli2api_tui.relay.ports import Limits

CALL = Call("gemini", "m", "m", False, {"contents": []})
COUNT = {"totalTokens": 3}


async def over(one, asking):
    """What a question came to, with the pauses it made."""
    task = asyncio.get_running_loop().create_task(asking)
    await one.time.advance(60.0)
    return await task


async def counted(one):
    return await over(one, one.relay.count_tokens(CALL, NO_CLIENT_KEY))


async def test_what_is_counted_is_what_the_client_sent(bench):
    one = bench(COUNT)
    await counted(one)
    assert one.backend.requests == [CALL.request]


@pytest.mark.parametrize("ask", ["counted", "embedded"])
async def test_all_that_runs_is_ended_with_the_server_questions_too(bench, ask):
    waits = asyncio.get_running_loop().create_future()
    one = bench(COUNT)
    one.backend.count_tokens = lambda *given: waits
    method = one.relay.count_tokens(CALL, NO_CLIENT_KEY)
    if ask == "embedded":
        method.close()
        method = one.relay.embed(CALL, "embedContent", NO_CLIENT_KEY)
        one.backend.embed = lambda *given: waits
    asking = asyncio.ensure_future(method)
    for _ in range(5):
        await asyncio.sleep(0)
    one.relay.cancel_all()
    with pytest.raises(Problem) as found:
        await asking
    assert (found.value.status, found.value.code) == (499, "cancelled")


async def test_an_answer_uses_up_nothing(bench):
    one = bench(COUNT)
    assert await counted(one) == COUNT
    assert one.pool.log == []
    assert one.pool.held == 0
    assert one.recorder.events == []


@pytest.mark.parametrize("kind", ["rate", "daily", "server", "network", "model"])
async def test_another_credential_answers_and_the_first_is_not_blamed(bench, say, kind):
    one = bench(say.fault(kind), COUNT)
    assert await counted(one) == COUNT
    assert one.backend.asked == ["a", "b"]
    assert one.pool.log == []
    assert one.pool.held == 0


async def test_the_pool_learns_that_a_credential_is_dead(bench, say):
    one = bench(say.fault("forbidden", 403), COUNT)
    assert await counted(one) == COUNT
    assert one.pool.log == [("forbidden", "a")]


async def test_a_stale_token_is_renewed_once(bench, say):
    one = bench(say.fault("auth", 401), COUNT)
    assert await counted(one) == COUNT
    assert (one.backend.asked, one.backend.renewals) == (["a", "a"], ["a"])


async def test_the_clients_own_fault_is_told_at_once(bench, say):
    one = bench(say.fault("client", 400), COUNT)
    with pytest.raises(UpstreamFault, match="client"):
        await counted(one)
    assert (one.backend.asked, one.pool.held) == (["a"], 0)


async def test_the_last_word_of_google_is_told_when_nobody_is_left(bench, say):
    one = bench(say.fault("daily", 429), say.fault("rate", 429), pool=("a", "b"))
    one.pool.none = NoCredential("all were just tried", retry_after_s=1.0)
    with pytest.raises(UpstreamFault, match="rate"):
        await counted(one)
    assert one.pool.held == 0


async def test_attempts_are_limited(bench, say):
    one = bench(*(say.fault("server") for _ in range(3)), pool=("a", "b", "c"), limits=Limits(attempts=2))
    with pytest.raises(UpstreamFault):
        await counted(one)
    assert one.backend.asked == ["a", "b"]


async def test_refused_credentials_are_passed_over_however_many(bench, say):
    refused = [say.fault("needs-login", 400), say.fault("forbidden", 403), say.fault("rate", 429)]
    one = bench(*refused, COUNT, pool=("a", "b", "c", "d"), limits=Limits(attempts=2))
    assert await counted(one) == COUNT
    assert one.backend.asked == ["a", "b", "c", "d"]


async def test_embeddings_are_counted_and_their_limits_are_kept(bench, say):
    one = bench(say.fault("rate", 429), COUNT)
    assert await over(one, one.relay.embed(CALL, "embedContent", NO_CLIENT_KEY)) == COUNT
    assert one.pool.log == [("rate", "a"), ("ok", "b")]
    assert one.pool.held == 0


@pytest.mark.parametrize("kind", ["network", "model"])
async def test_an_embedding_that_nobody_is_to_blame_for_is_not_reported(bench, say, kind):
    one = bench(say.fault(kind), COUNT)
    assert await over(one, one.relay.embed(CALL, "embedContent", NO_CLIENT_KEY)) == COUNT
    assert one.pool.log == [("ok", "b")]


async def test_trouble_is_asked_again_after_pauses_up_to_the_attempts(bench, say):
    one = bench(*(say.fault("capacity", 503) for _ in range(4)), pool=("a",))
    asking = asyncio.get_running_loop().create_task(one.relay.count_tokens(CALL, NO_CLIENT_KEY))
    moments = []
    for _ in range(100):
        before = len(one.backend.asked)
        await one.time.advance(0.05)
        moments += [one.time.moment] * (len(one.backend.asked) - before)
    with pytest.raises(UpstreamFault, match="capacity"):
        await asking
    assert len(moments) == 4
    assert all(later - earlier >= 0.2 for earlier, later in itertools.pairwise(moments))


async def test_a_429_is_final_once_every_credential_has_said_it(bench, say):
    one = bench(say.fault("rate", 429), say.fault("daily", 429), pool=("a", "b"))
    with pytest.raises(UpstreamFault, match="daily"):
        await counted(one)
    assert one.backend.asked == ["a", "b"]


async def test_the_deadline_ends_the_tries(bench, say):
    limits = Limits(attempts=9, request_deadline_s=0.6)
    one = bench(*(say.fault("server") for _ in range(9)), pool=("a",), limits=limits)
    with pytest.raises(UpstreamFault, match="No answer within") as found:
        await counted(one)
    assert (found.value.status, len(one.backend.asked), one.pool.held) == (504, 2, 0)


ENDS = {
    "answered": lambda say: [[say.text("all", "STOP")]],
    "refused": lambda say: [say.fault("client", 400)],
    "limited": lambda say: [say.fault("daily", 429)] * 2,
    "another": lambda say: [say.fault("server"), [say.text("ok", "STOP")]],
    "broken": lambda say: [[say.text("so far"), say.fault("server")], *[say.fault("client", 400)] * 5],
    "empty": lambda say: [[]] * 10,
    "left": lambda say: [[say.text("so far"), asyncio.get_running_loop().create_future()]],
    "stopped": lambda say: [[say.text("so far"), asyncio.get_running_loop().create_future()]],
}
"""How an exchange ends, by what Google does."""


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("end", ENDS)
async def test_what_a_request_held_goes_with_it_and_not_when_the_collector_comes(bench, say, stream, end):
    gc.collect()
    gc.disable()
    try:
        it = bench(*ENDS[end](say), stream=stream)
        reading = await it.play()
        if end == "left":
            reading.cancel()
        elif end == "stopped":
            it.relay.cancel_all()
        await it.time.advance(100)
        assert reading.cancelled() if end == "left" else it.got.ended
        held, it.encoder, it.backend.scripts = weakref.ref(it.encoder), None, []
        del reading
        it.gate.admitted.clear()  # as the real one does at the end
        await say.settle()
        assert held() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(("stream", "status"), [(True, 200), (False, 504)])
async def test_the_deadline_ends_a_request(bench, say, stream, status):
    it = bench([asyncio.get_running_loop().create_future()], stream=stream)
    await it.play(601)
    assert it.got.ended and it.got.opened.status == status and b"600 seconds" in it.got.body
    assert it.recorder.names[-1] == "ExchangeFailed" and it.backend.open == 0 and it.pool.held == 0


async def test_a_client_that_leaves_closes_the_upstream_call(bench, say):
    it = bench([say.text("par"), asyncio.get_running_loop().create_future()])
    items = it.run()
    await anext(items)
    await anext(items)
    assert it.backend.open == 1
    await items.aclose()
    await say.settle()
    assert it.backend.open == 0 and it.pool.held == 0 and it.relay.in_flight == 0
    assert it.recorder.names[-1] == "ExchangeCancelled"
    assert it.pool.log == [("charged", "a")], "Google has counted an answer that had begun"


async def test_a_client_that_leaves_at_once_is_settled_too(bench, say):
    it = bench([asyncio.get_running_loop().create_future()])
    waiting = asyncio.get_running_loop().create_task(it.read())
    await asyncio.sleep(0)
    waiting.cancel()
    await say.settle()
    assert it.recorder.names[-1] == "ExchangeCancelled" and it.pool.held == 0
    assert it.pool.log == [("charged", "a")], "the call to Google was open"


async def test_a_person_can_stop_an_exchange(bench, say):
    it = bench([say.text("par"), asyncio.get_running_loop().create_future()])
    await it.play(1)
    assert it.relay.cancel(7) is True
    await say.settle()
    assert it.got.ended and it.got.body == b"role;par;error:This request was stopped in the panel."
    assert it.recorder.names[-1] == "ExchangeCancelled" and it.backend.open == 0
    assert it.relay.cancel(7) is False
