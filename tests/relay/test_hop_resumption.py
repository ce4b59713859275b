"""Hops in the relay: who is asked for the next one and when, and how an answer ends that cannot go on."""

import asyncio

import pytest

from gcli2api_tui.events.records import AttemptStarted, ExchangeFinished, LogLine
from gcli2api_tui.relay.answer_hops import MOST_HOPS
from gcli2api_tui.relay.ports import Limits

ASKED = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}], "generationConfig": {"maxOutputTokens": 200_000}}


def hop(words, token="t", finish="CONTINUATION", **usage):
    candidate = {"index": 0, "content": {"role": "model", "parts": [{"text": words}] if words else []}}
    candidate |= {"continuationToken": token} if token else {}
    candidate |= {"finishReason": finish} if finish else {}
    return {"candidates": [candidate], "usageMetadata": usage or {"candidatesTokenCount": 65_536}}


def mark(words, token):
    return hop(words, token, "")


@pytest.fixture
def long(bench):
    return lambda *scripts, **more: bench(*scripts, **{"request": ASKED, **more})


def reasons(it):
    return [event.reason for event in it.recorder.events if isinstance(event, AttemptStarted)]


def tokens(it):
    return [request.get("continuationToken") for request in it.backend.requests]


def warnings(it):
    return [event.text for event in it.recorder.events if isinstance(event, LogLine)]


def answer(it, stream=True):
    body = it.got.body.decode()
    return body.removeprefix("role;").removesuffix(";done") if stream else body.removeprefix("whole:")


@pytest.mark.parametrize("stream", [True, False])
async def test_hops_are_one_answer_from_one_credential(long, say, stream):
    it = long([hop("One, ", "t")], [hop("two, ", "u")], [say.text("three.", "STOP")], stream=stream)
    await it.play()
    assert answer(it, stream) == "One, two, three." and it.encoder.finish_reason == "stop"
    assert it.backend.requests == [
        ASKED, {**ASKED, "continuationToken": "t"}, {**ASKED, "continuationToken": "u"},
    ]  # fmt: skip
    assert it.backend.asked == ["a", "a", "a"] and it.pool.log == [("ok", "a")] * 3 and it.pool.held == 0
    assert it.backend.ways == ["stream"] * 3, "so much is only given as a stream"
    assert reasons(it) == [
        "first free", "hop 2 of this answer, 65,536 tokens so far", "hop 3 of this answer, 131,072 tokens so far",
    ]  # fmt: skip


async def test_the_ledger_has_the_sum_of_the_hops(long):
    one, two = (
        {"promptTokenCount": 10, "candidatesTokenCount": 50, "thoughtsTokenCount": 5},
        {"promptTokenCount": 65, "candidatesTokenCount": 7, "cachedContentTokenCount": 60},
    )
    it = long([hop("a", **one)], [hop("b", "", "STOP", **two)])
    await it.play()
    (end,) = [event for event in it.recorder.events if isinstance(event, ExchangeFinished)]
    assert (end.usage.prompt, end.usage.cached, end.usage.output, end.usage.thoughts) == (75, 60, 57, 5)


async def test_a_hop_without_visible_text_is_no_end(long, say):
    it = long([hop("", "t")], [hop("", "u")], [say.text("At last.", "STOP")])
    await it.play()
    assert answer(it) == "At last." and tokens(it) == [None, "t", "u"]


@pytest.mark.parametrize("kind", ["server", "network", "capacity", "protocol"])
async def test_a_hop_that_fails_passingly_is_asked_for_again(long, say, kind):
    it = long([hop("a")], [say.fault(kind)], [say.fault(kind)], [say.text("b", "STOP")])
    await it.play()
    assert answer(it) == "ab" and tokens(it) == [None, "t", "t", "t"] and it.backend.asked == ["a"] * 4
    assert it.backend.ways == ["stream"] * 4


@pytest.mark.parametrize("stream", [True, False])
async def test_a_stream_that_broke_off_is_resumed_from_its_last_token(long, say, stream):
    """The client of a stream has what came behind it, and does not get it twice; a whole answer has not."""
    it = long(
        [hop("One, ", "t")],
        [say.text("two, "), mark("three, ", "u"), say.text("four, "), say.fault("network")],
        [say.text("fo"), say.text("ur, "), say.text("five.", "STOP")],
        stream=stream,
    )
    await it.play()
    assert answer(it, stream) == "One, two, three, four, five." and tokens(it) == [None, "t", "u"]
    assert reasons(it)[-1] == "hop 2 of this answer goes on where it broke off, 131,072 tokens so far"


async def test_a_later_hop_that_broke_off_before_a_token_begins_again(long, say):
    it = long([hop("a")], [say.text("b"), say.fault("network")], [say.text("bc", "STOP")])
    await it.play()
    assert answer(it) == "abc" and tokens(it) == [None, "t", "t"]


async def test_a_first_hop_that_broke_off_before_a_token_is_an_error(long, say):
    it = long([say.text("a"), say.fault("network")])
    await it.play()
    assert it.got.body == b"role;a;error:google says network"


async def test_what_cannot_be_resumed_is_kept_and_too_long(long, say):
    """Google went on in another way: the texts cannot be joined, and asking again would bring a third."""
    it = long([hop("a")], [say.text("b"), say.fault("network")], [say.text("X", "STOP")])
    await it.play()
    assert answer(it) == "ab" and it.encoder.finish_reason == "continuation"
    assert warnings(it) == [
        "#7: A long answer ends in hop 2, 65,536 tokens in, as one that was too long: Google resumed the answer, and "
        "did not say again what had been sent of it already."
    ]


@pytest.mark.parametrize("stream", [True, False])
async def test_a_credential_that_is_lost_between_hops_leaves_the_answer_so_far(long, say, stream):
    it = long([hop("a")], [say.fault("daily", 429)], stream=stream)
    await it.play()
    assert answer(it, stream) == "a" and it.encoder.finish_reason == "continuation"
    assert it.backend.asked == ["a", "a"], "the token is nothing to another"
    assert warnings(it) == ["#7: A long answer ends in hop 2, 65,536 tokens in, as one that was too long: all rest"]
    assert it.recorder.names[-1] == "ExchangeFinished" and it.pool.held == 0


async def test_a_token_that_google_refuses_is_not_repaired(long, say):
    it = long([hop("a")], [say.fault("client", 400)])
    await it.play()
    assert answer(it) == "a" and len(it.backend.asked) == 2
    assert warnings(it)[0].endswith("google says client")


async def test_before_anything_was_said_another_credential_begins_anew(long, say):
    it = long([hop("", "t")], [say.fault("daily", 429)], [say.text("b", "STOP")])
    await it.play()
    assert answer(it) == "b" and it.backend.asked == ["a", "a", "b"] and tokens(it) == [None, "t", None]


async def test_what_was_said_before_the_first_token_is_not_said_again(long, say):
    it = long([say.text("a"), hop("", "t")], [say.fault("daily", 429)], [say.text("X", "STOP")])
    await it.play()
    assert answer(it) == "a" and it.encoder.finish_reason == "continuation" and it.backend.asked == ["a", "a"]


async def test_where_nothing_was_said_at_all_the_error_is_one(long, say):
    it = long([hop("", "t")], [say.fault("daily", 429)], pool=("a",), stream=False)
    await it.play()
    assert it.got.opened.status == 429


async def test_no_progress_is_an_end(long, say):
    broken = [say.text("b"), say.fault("network")]
    it = long([hop("a")], broken, *[[say.text("b"), say.fault("network")] for _ in range(9)], limits=Limits(attempts=3))
    await it.play(30)
    assert answer(it) == "ab" and it.encoder.finish_reason == "continuation" and len(it.backend.asked) == 4


async def test_hops_without_end_are_ended(long, say):
    it = long(*[[hop("", f"t{number}")] for number in range(3 * MOST_HOPS)], [hop("x", "", "STOP")])
    it.backend.scripts.insert(1, [say.fault("server")])
    await it.play()
    assert len(it.backend.asked) == MOST_HOPS + 1 and it.got.ended
    assert warnings(it)[0].endswith("It has taken as many hops as one answer may.")


async def test_tokens_that_never_come_to_an_end_are_ended(long, say):
    it = long([hop("a")], *[[mark("b", f"t{number}"), say.fault("network")] for number in range(9 * MOST_HOPS)])
    await it.play(30)
    assert len(it.backend.asked) == 2 * MOST_HOPS and it.got.ended and it.pool.held == 0


async def test_a_new_access_token_is_no_end(long, say):
    it = long([hop("a")], [say.fault("auth", 401)], [say.text("b", "STOP")])
    await it.play()
    assert answer(it) == "ab" and it.backend.renewals == ["a"]


@pytest.mark.parametrize("how", ["client", "person"])
async def test_it_can_be_left_and_stopped_between_hops(long, say, how):
    it = long([hop("a")], [say.fault("server")], [say.text("b", "STOP")])
    client = await it.play(0.1)
    assert it.pool.held == 0 and len(it.backend.asked) == 2, "the pause before the hop is asked for again"
    if how == "client":
        client.cancel()
    else:
        assert it.relay.cancel(7)
    await it.time.advance(9)
    assert len(it.backend.asked) == 2 and it.recorder.names[-1] == "ExchangeCancelled" and it.relay.in_flight == 0


async def test_a_stream_that_falls_silent_is_resumed_once_and_then_ended(long, say):
    def silent():
        return [say.text("b"), asyncio.get_running_loop().create_future()]

    it = long([hop("a")], silent(), [say.text("bc"), say.text("d", "STOP")], limits=Limits(silence_s=5.0))
    await it.play(30)
    assert answer(it) == "abcd" and tokens(it) == [None, "t", "t"] and it.backend.open == 0
    it = long([hop("a")], silent(), silent(), limits=Limits(silence_s=5.0))
    await it.play(30)
    assert answer(it).replace(":beat;", "") == "ab" and it.encoder.finish_reason == "continuation"
    assert "silent for 5 s" in warnings(it)[0] and it.backend.open == 0 and it.pool.held == 0


async def test_each_hop_may_think_as_long_as_the_first(long, say):
    limits = Limits(request_deadline_s=60.0, silence_s=5.0)
    it = long(limits=limits, stream=False)
    slow = [it.pause(50.0)]
    it.backend.scripts = [
        [*slow, hop("", "t")],
        [it.pause(50.0), hop("a", "u")],
        [it.pause(50.0), say.text("b", "STOP")],
    ]
    await it.play(149)
    assert not it.got.ended
    await it.time.advance(3)
    assert answer(it, stream=False) == "ab"


async def test_a_hop_that_says_nothing_at_all_is_ended_by_the_deadline(long, say):
    limits = Limits(request_deadline_s=60.0, silence_s=5.0)
    it = long(limits=limits, stream=False)
    it.backend.scripts = [[hop("a", "t")], [it.pause(500.0)], [it.pause(500.0)]]
    await it.play(121)
    assert answer(it, stream=False) == "a" and it.backend.open == 0


async def test_a_full_answer_goes_on_by_its_text_where_the_hops_do_not(long, say):
    """A limit that was raised by `full/`: hops as far as they go, then the text is shown to whoever is ready."""
    it = long(
        [hop("One, ", "t")],
        [hop("two, ", "u")],
        [say.fault("daily", 429)],
        [say.text("three, ", "MAX_TOKENS")],
        [hop("four, ", "v")],
        [say.text("five.", "STOP")],
        full=True,
    )
    await it.play()
    assert answer(it) == "One, two, three, four, five." and it.backend.asked == ["a", "a", "a", "b", "b", "b"]
    shown = [request["contents"][1:2] for request in it.backend.requests]
    assert shown[:3] == [[], [], []] and tokens(it) == [None, "t", "u", None, None, "v"]
    assert [one[0]["parts"][0]["text"] for one in shown[3:]] == ["One, two, ", "One, two, three, ", "One, two, three, "]


async def test_a_full_answer_at_its_limit_after_hops_counts_all(long, say):
    it = long(
        [hop("a", "t", candidatesTokenCount=10)], [hop("b", "", "MAX_TOKENS", candidatesTokenCount=20)],
        [hop("c", "u", candidatesTokenCount=5)], [hop("d", "", "STOP", candidatesTokenCount=6)],
        full=True,
    )  # fmt: skip
    await it.play()
    (end,) = [event for event in it.recorder.events if isinstance(event, ExchangeFinished)]
    assert answer(it) == "abcd" and end.usage.output == 41


async def test_a_failed_hop_of_a_whole_answer_resumes_what_was_gathered(long, say):
    it = long(
        [say.text("a"), mark("b", "t"), say.text("c"), say.fault("network")],
        [say.text("C", "STOP")],
        stream=False,
    )
    await it.play()
    assert answer(it, stream=False) == "abC" and tokens(it) == [None, "t"]


async def test_the_client_of_googles_own_protocol_asks_for_its_hops_itself(long, say):
    it = long([hop("a")])
    it.own_hops = True
    await it.play()
    assert answer(it) == "a" and it.encoder.finish_reason == "continuation" and len(it.backend.asked) == 1
