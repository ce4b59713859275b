"""One exchange's life, with every ending it can have."""

import asyncio

import pytest

from gcli2api_tui.events.records import AttemptFailed, ExchangeFailed, ExchangeFinished, ExchangeOpened, Usage
from gcli2api_tui.relay.limits import Limits


async def test_a_good_stream_is_encoded_and_settled(bench, say):
    it = bench([say.text("Hel"), say.text("lo"), say.end("STOP", promptTokenCount=3, candidatesTokenCount=2)])
    await it.play()
    assert it.got.ended and it.got.opened.status == 200
    assert it.got.body == b"role;Hello;done"
    assert [name for name in it.recorder.names if name != "Progress"] == [
        "ExchangeOpened", "LeasePicked", "AttemptStarted", "FirstByte", "ExchangeFinished",
    ]  # fmt: skip
    assert it.recorder.events[-1] == ExchangeFinished(1000.0, 7, Usage(prompt=3, output=2), "stop")
    opened = ExchangeOpened(1000.0, 7, "chat", "/v1/x", "m", True, "Tool/1 (y)", "127.0.0.1", "laptop")
    assert it.recorder.events[0] == opened
    assert it.recorder.texts == [("prompt", (("user", "hi"),)), ("answer", "Hel"), ("answer", "lo")]
    assert it.pool.log == [("ok", "a")] and it.pool.held == 0 and it.backend.open == 0
    assert it.relay.in_flight == 0


async def test_a_whole_answer(bench, say):
    it = bench([say.text("Hi", "STOP")], stream=False)
    await it.play()
    assert (it.got.opened.status, it.got.body) == (200, b"whole:Hi")
    assert it.recorder.names[-1] == "ExchangeFinished" and it.pool.held == 0


@pytest.mark.parametrize("kind", ["rate", "daily", "terms", "capacity", "network", "protocol", "model"])
async def test_a_failure_before_content_is_hidden_by_another_credential(bench, say, kind):
    it = bench(say.fault(kind), [say.text("ok", "STOP")])
    await it.play()
    assert it.got.body == b"role;ok;done"
    assert it.pool.log == [(kind, "a"), ("ok", "b")] and it.pool.held == 0
    assert it.recorder.names.count("AttemptFailed") == 1


async def test_the_clients_own_fault_is_not_retried(bench, say):
    it = bench(say.fault("client", 400), [say.text("no", "STOP")])
    await it.play()
    assert (it.got.opened.status, it.got.body) == (400, b"google says client")
    assert it.backend.asked == ["a"] and it.pool.held == 0
    failed = it.recorder.events[-1]
    assert isinstance(failed, ExchangeFailed) and (failed.status, failed.kind) == (400, "client")


async def test_when_all_rest_the_pools_waiting_time_is_told(bench, say):
    it = bench(say.fault("rate", 429), say.fault("daily", 429))
    await it.play()
    assert (it.got.opened.status, it.got.body) == (429, b"all rest")
    assert it.backend.asked == ["a", "b"]


async def test_an_empty_pool_never_asks_google(bench):
    it = bench(pool=())
    await it.play()
    assert it.got.opened.status == 429 and it.recorder.names == ["ExchangeOpened", "ExchangeFailed"]


async def test_without_a_waiting_time_googles_last_words_are_told(bench, say):
    it = bench(say.fault("terms", 403), pool=("a",))
    it.pool.none.retry_after_s = None
    await it.play()
    assert (it.got.opened.status, it.got.body) == (403, b"google says terms")


async def test_the_only_credential_is_tried_again_when_it_is_not_to_blame(bench, say):
    it = bench(say.fault("server"), say.fault("network"), [say.text("ok", "STOP")], pool=("a",))
    await it.play()
    assert it.got.body == b"role;ok;done" and it.backend.asked == ["a", "a", "a"]


async def test_attempts_are_limited(bench, say):
    it = bench(*[say.fault("server", 503)] * 9, limits=Limits(attempts=3))
    await it.play()
    assert len(it.backend.asked) == 3 and it.got.opened.status == 503


async def test_after_content_there_is_an_error_object_and_no_retry(bench, say):
    it = bench([say.text("par"), say.fault("network")], [say.text("never", "STOP")])
    await it.play()
    assert it.got.body == b"role;par;error:google says network"
    assert it.backend.asked == ["a"] and it.recorder.events[-1].status == 200
    assert it.recorder.names.count("AttemptFailed") == 1 and it.pool.held == 0
    assert it.pool.log == [("charged", "a"), ("network", "a")], "Google has counted it"


async def test_a_stream_cut_without_a_finish_reason_is_no_success(bench, say):
    it = bench([say.text("par")])
    await it.play()
    assert b"error" in it.got.body and b"done" not in it.got.body
    assert it.recorder.names[-1] == "ExchangeFailed" and ("ok", "a") not in it.pool.log


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "STOP"])
async def test_an_answer_without_content_is_asked_for_again(bench, say, stream, reason):
    it = bench([say.end(reason)], [say.text("ok", "STOP")], stream=stream)
    await it.play()
    assert b"ok" in it.got.body and it.backend.asked == ["a", "b"]
    assert len([e for e in it.encoder.kept if getattr(e, "reason", "") == reason]) <= 1


async def test_an_answer_empty_twice_is_meant(bench, say):
    it = bench([say.end("STOP")], [say.end("STOP")], stream=False)
    await it.play()
    assert (it.got.opened.status, it.got.body) == (200, b"whole:")


async def test_a_blocked_prompt_is_an_answer(bench):
    it = bench([{"promptFeedback": {"blockReason": "SAFETY"}}, {"candidates": [{"finishReason": "SAFETY"}]}])
    await it.play()
    assert it.backend.asked == ["a"] and it.got.body == b"role;;done"


async def test_a_refused_token_is_renewed_once_on_the_same_credential(bench, say):
    it = bench(say.fault("auth", 401), [say.text("ok", "STOP")])
    await it.play()
    assert it.backend.renewals == ["a"] and it.backend.asked == ["a", "a"] and it.pool.log == [("ok", "a")]


async def test_a_dead_sign_in_moves_on(bench, say):
    it = bench(say.fault("auth", 401), say.fault("needs-login", 400), [say.text("ok", "STOP")])
    await it.play()
    assert it.pool.log == [("needs-login", "a"), ("ok", "b")] and it.got.body == b"role;ok;done"


async def test_a_token_refused_twice_is_marked(bench, say):
    it = bench(say.fault("auth", 401), say.fault("auth", 401), [say.text("ok", "STOP")])
    await it.play()
    assert it.pool.log == [("auth", "a"), ("ok", "b")] and it.backend.renewals == ["a"]


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


async def test_a_slow_client_slows_google_down(bench, say):
    reads = [say.text("x" * 10) for _ in range(50)]
    it = bench([*reads, say.end("STOP")], limits=Limits(unread_bytes=40))
    items = it.run()
    await anext(items)
    await say.settle()
    assert len(it.encoder.kept) < 10
    rest = b"".join([item async for item in items])
    assert rest.endswith(b"x;done") and rest.count(b"x") == 500


async def test_progress_is_told_at_most_ten_times_a_second(bench, say):
    it = bench([*[say.text("word word ") for _ in range(50)], say.end("STOP")])
    await it.play()
    assert it.recorder.names.count("Progress") == 1


async def test_a_bug_in_an_encoder_still_ends_the_exchange(bench, say, caplog):
    it = bench([say.text("x", "STOP")])
    it.encoder.feed = lambda batch: {}["no"]
    await it.play()
    assert it.got.ended and b"proxy failed" in it.got.body and it.pool.held == 0
    assert it.recorder.names[-1] == "ExchangeFailed" and "crashed" in caplog.text


async def test_a_failed_attempt_names_its_credential(bench, say):
    it = bench(say.fault("rate", 429, hint_s=5.0), [say.text("ok", "STOP")])
    await it.play()
    failed = next(event for event in it.recorder.events if isinstance(event, AttemptFailed))
    assert (failed.credential, failed.status, failed.hint_s) == ("a", 429, 5.0)
