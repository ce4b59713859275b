"""One exchange: failover, renewals and repairs, seen from the client, the pool and the ledger."""

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import ExchangeFailed, ExchangeFinished, ExchangeOpened, Usage
from gcli2api_tui.relay.ports import Limits

BYPASS = "skip_thought_signature_validator"
PLAIN = {"contents": [{"role": "user", "parts": [{"text": "go"}]}]}
CALLED = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "s"}]}
SIGNED = {"contents": [*PLAIN["contents"], CALLED]}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string", "x-odd": 1}}}
TOOLS = {"tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": SCHEMA}]}]}
KEYWORD = "Invalid JSON payload received. Unknown name \"x-odd\" at 'request.tools[0].function_declarations[0]'"


def refused(message):
    return UpstreamFault(FaultKind.CLIENT, message, status=400)


async def test_a_good_stream_is_encoded_and_settled(bench, say):
    it = bench([say.text("Hel"), say.text("lo"), say.end("STOP", promptTokenCount=3, candidatesTokenCount=2)])
    await it.play()
    assert it.got.ended and it.got.opened.status == 200
    assert it.got.body == b"role;Hello;done"
    assert [name for name in it.recorder.names if name != "Progress"] == [
        "ExchangeOpened", "AttemptStarted", "FirstByte", "AttemptEnded", "ExchangeFinished",
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
    assert len(it.recorder.failures) == 1


async def test_an_answer_that_ends_in_a_limit_on_the_account_counts_for_the_client_and_casts_doubt(bench, say):
    it = bench([say.text("as far as it goes", "PUP_LIMITED_DISABLED")])
    await it.play()
    assert it.pool.log == [("ok", "a"), ("doubted", "a")], "in this order: a success ends every doubt"
    assert "LogLine" in it.recorder.names and it.got.body.endswith(b"done")


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
    assert len(it.recorder.failures) == 1 and it.pool.held == 0
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
    assert it.got.body == (b"role;ok;done" if stream else b"whole:ok") and it.backend.asked == ["a", "b"]
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


async def test_progress_is_told_at_most_ten_times_a_second(bench, say):
    it = bench([*[say.text("word word ") for _ in range(50)], say.end("STOP")])
    await it.play()
    assert it.recorder.names.count("Progress") == 1


@pytest.mark.parametrize("stream", [True, False])
async def test_a_bug_in_an_encoder_still_ends_the_exchange(bench, say, caplog, stream):
    it = bench([say.text("x", "STOP")], stream=stream)
    it.encoder.feed = lambda batch: {}["no"]
    await it.play()
    assert it.got.ended and b"proxy failed" in it.got.body and it.pool.held == 0
    assert it.recorder.names[-1] == "ExchangeFailed" and "crashed" in caplog.text


@pytest.mark.parametrize("stream", [True, False])
async def test_a_bug_in_an_encoders_errors_too_ends_the_response_and_the_exchange(bench, say, caplog, stream):
    it = bench([say.text("x", "STOP")], stream=stream)
    it.encoder.feed = it.encoder.error = it.encoder.refuse = lambda value: {}["no"]
    await it.play()
    assert it.got.ended and it.pool.held == 0 and it.relay.in_flight == 0
    assert it.recorder.names[-1] == "ExchangeFailed" and "crashed" in caplog.text


async def test_a_pause_comes_before_another_try_in_trouble(bench, say):
    it = bench(say.fault("capacity", 503), [say.text("ok", "STOP")])
    await it.play(0.24)
    assert it.backend.asked == ["a"] and it.pool.held == 0, "nobody is kept from serving meanwhile"
    await it.time.advance(0.02)
    assert it.backend.asked == ["a", "b"]


async def test_a_failed_attempt_names_its_credential(bench, say):
    it = bench(say.fault("rate", 429, hint_s=5.0), [say.text("ok", "STOP")])
    await it.play()
    (failed,) = it.recorder.failures
    assert (failed.credential, failed.status, failed.hint_s) == ("a", 429, 5.0)


@pytest.mark.parametrize("more", [{}, {"stream": False}, {"fake": True}])
async def test_a_repaired_request_goes_out_again_on_the_same_credential(bench, say, more):
    bad = refused("Corrupted thought signature.")
    it = bench(bad, [say.text("ok", "STOP")], request=SIGNED, **more)
    await it.play()
    assert it.got.opened.status == 200 and b"ok" in it.got.body
    sent = [request["contents"][1]["parts"][0]["thoughtSignature"] for request in it.backend.requests]
    assert (it.backend.asked, sent) == (["a", "a"], ["s", BYPASS])
    assert it.pool.log == [("ok", "a")]
    assert [event.message for event in it.recorder.failures] == [bad.message]


async def test_two_refusals_are_repaired_one_after_the_other(bench, say):
    faults = [refused("Corrupted thought signature."), refused(KEYWORD)]
    it = bench(*faults, [say.text("ok", "STOP")], request=SIGNED | TOOLS)
    await it.play()
    last = it.backend.requests[-1]
    assert it.got.body == b"role;ok;done" and it.backend.asked == ["a"] * 3
    assert last["contents"][1]["parts"][0]["thoughtSignature"] == BYPASS
    assert "parameters" in last["tools"][0]["functionDeclarations"][0]


async def test_what_a_repair_does_not_mend_is_the_clients_to_hear(bench):
    bad = refused("Corrupted thought signature.")
    it = bench(bad, bad, request=SIGNED)
    await it.play()
    assert (it.got.opened.status, it.got.body) == (400, b"Corrupted thought signature.")
    assert it.backend.asked == ["a", "a"]


async def test_the_next_credential_gets_the_repaired_request(bench, say):
    it = bench(refused(KEYWORD), say.fault("rate", 429), [say.text("ok", "STOP")], request=PLAIN | TOOLS)
    await it.play()
    assert it.backend.asked == ["a", "a", "b"]
    assert "parameters" in it.backend.requests[-1]["tools"][0]["functionDeclarations"][0]


async def test_an_answer_that_goes_on_is_not_ended_by_the_deadline(bench, say):
    it = bench([say.text("a")], limits=Limits(request_deadline_s=10.0, silence_s=6.0))
    it.backend.scripts = [[*[step for _ in range(5) for step in (it.pause(5.0), say.text("a"))], say.end("STOP")]]
    await it.play(60)
    assert it.got.body.replace(b":beat;", b"") == b"role;aaaaa;done"


@pytest.mark.parametrize("stream", [True, False])
async def test_without_content_the_deadline_ends_it(bench, say, stream):
    it = bench(limits=Limits(request_deadline_s=10.0, silence_s=3.0), stream=stream)
    it.backend.scripts = [[it.pause(50.0), say.text("late", "STOP")]]
    await it.play(9.9)
    assert not it.got.ended
    await it.time.advance(0.2)
    assert b"No answer within 10 seconds." in it.got.body and it.pool.held == 0 and it.backend.open == 0


async def test_a_silence_in_the_middle_ends_it_with_an_error_and_no_finish(bench, say):
    it = bench(limits=Limits(request_deadline_s=10.0, silence_s=20.0))
    it.backend.scripts = [[say.text("par"), it.pause(500.0), say.end("STOP")]]
    await it.play(19)
    assert not it.got.ended
    await it.time.advance(2)
    assert it.got.body == b"role;par:beat;;error:Google has been silent for 20 s, in the middle of its answer."
    assert it.recorder.events[-1].kind == "timeout" and it.pool.held == 0 and it.backend.open == 0
