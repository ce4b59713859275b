"""Full answers: what is continued, what is not, and how an answer ends whose continuation fails."""

import asyncio
import copy
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.events.records import AttemptStarted, Usage
from gcli2api_tui.gemini.stream_parts import TextPart, read
from gcli2api_tui.relay.cut_off_answers import ASKED, MOST, Continuation, SoFar, joinable
from gcli2api_tui.relay.ports import Limits

HI = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
CALL = {"functionCall": {"name": "f", "args": {}}}


def picked(it):
    return [event.reason for event in it.recorder.events if isinstance(event, AttemptStarted)]


@pytest.fixture
def full(bench):
    return lambda *scripts, **more: bench(*scripts, full=True, **{"request": HI, **more})


@pytest.mark.parametrize("stream", [True, False])
async def test_an_answer_at_its_limit_is_continued(full, say, stream):
    it = full([say.text("One, two,", "MAX_TOKENS")], [say.text(" three.", "STOP")], stream=stream)
    await it.play()
    assert it.got.body == (b"role;One, two, three.;done" if stream else b"whole:One, two, three.")
    assert it.encoder.finish_reason == "stop"
    assert it.backend.requests == [
        HI,
        {"contents": [
            *HI["contents"], {"role": "model", "parts": [{"text": "One, two,"}]},
            {"role": "user", "parts": [{"text": ASKED}]},
        ]},
    ]  # fmt: skip


async def test_each_continuation_is_an_attempt_with_its_reason(full, say):
    it = full([say.text("a", "MAX_TOKENS")], [say.text("b", "MAX_TOKENS")], [say.text("c", "STOP")])
    await it.play()
    assert picked(it) == [
        "first free", "continues the answer that was cut (1 of 4)", "continues the answer that was cut (2 of 4)",
    ]  # fmt: skip
    assert it.pool.log == [("ok", "a")] * 3 and it.pool.held == 0
    assert it.recorder.texts[1:] == [("answer", "a"), ("answer", "b"), ("answer", "c")]


async def test_a_stream_that_breaks_off_is_continued(full, say):
    it = full([say.text("One, "), say.fault("network")], [say.text("two.", "STOP")])
    await it.play()
    assert it.got.body == b"role;One, two.;done" and len(it.recorder.failures) == 1
    assert it.recorder.names[-1] == "ExchangeFinished"


async def test_a_stream_without_an_end_is_continued(full, say):
    it = full([say.text("One, ")], [say.text("two.", "STOP")])
    await it.play()
    assert it.got.body == b"role;One, two.;done"


async def test_a_cut_in_the_thinking_asks_again_and_shows_no_thoughts_twice(full, say):
    thought = {"candidates": [{"content": {"parts": [{"text": "hm", "thought": True}]}, "index": 0}]}
    it = full([thought, say.fault("network")], [thought, say.text("so", "STOP")])
    await it.play()
    assert it.got.body == b"role;so;done" and it.backend.requests == [HI, HI]
    assert [words for kind, words in it.recorder.texts if kind == "thought"] == ["hm"]


async def test_repeated_words_are_said_once(full, say):
    it = full(
        [say.text("It was the best of times, it was", "MAX_TOKENS")],
        [say.text("times, it "), say.text("was the worst"), say.text(" of times.", "STOP")],
    )
    await it.play()
    # "times, it was" is shorter than what may be no chance; a whole clause is not.
    assert it.got.body == b"role;It was the best of times, it wastimes, it was the worst of times.;done"
    it = full(
        [say.text("It was the best of times, it was", "MAX_TOKENS")],
        [say.text("the best of times, it "), say.text("was the worst"), say.text(" of times.", "STOP")],
    )
    await it.play()
    assert it.got.body == b"role;It was the best of times, it was the worst of times.;done"


async def test_usage_is_summed(full, say):
    it = full(
        [say.text("a"), say.end("MAX_TOKENS", promptTokenCount=3, candidatesTokenCount=9, thoughtsTokenCount=1)],
        [say.text("b"), say.end("STOP", promptTokenCount=13, candidatesTokenCount=2, promptTokensDetails=[1])],
    )
    await it.play()
    assert it.recorder.events[-1].usage == Usage(prompt=16, output=11, thoughts=1)


async def test_another_credential_may_continue(full, say):
    it = full([say.text("a", "MAX_TOKENS")], say.fault("rate", 429), [say.text("b", "STOP")])
    await it.play()
    assert it.backend.asked == ["a", "a", "b"] and it.got.body == b"role;ab;done"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("kind", ["rate", "client", "server"])
async def test_a_continuation_that_fails_leaves_googles_own_end(full, say, stream, kind):
    it = full([say.text("a", "MAX_TOKENS")], *[say.fault(kind)] * 9, stream=stream, limits=Limits(attempts=3))
    await it.play()
    assert it.got.body == (b"role;a;done" if stream else b"whole:a") and it.encoder.finish_reason == "max_tokens"
    assert it.got.opened.status == 200 and it.recorder.names[-1] == "ExchangeFinished" and it.pool.held == 0


async def test_text_that_is_held_when_a_continuation_breaks_is_not_lost(full, say):
    """It may still be a repetition then; what breaks off shows that it is all there is."""
    signature = {"candidates": [{"content": {"parts": [{"text": "", "thoughtSignature": "s"}]}, "index": 0}]}
    it = full(
        [say.text("It was the best of times, it was", "MAX_TOKENS")],
        [signature, say.text(" the be"), say.fault("network")],
        [say.text("tter.", "STOP")],
    )
    await it.play()
    assert it.got.body == b"role;It was the best of times, it was the better.;done"
    assert it.backend.requests[2]["contents"][1]["parts"] == [{"text": "It was the best of times, it was the be"}]


async def test_a_cut_that_nobody_continues_stays_an_error(full, say):
    it = full([say.text("a"), say.fault("network")], *[say.fault("capacity")] * 4, limits=Limits(attempts=2))
    await it.play()
    assert it.got.body == b"role;a;error:google says network" and len(it.backend.asked) == 3


async def test_there_is_a_bound(full, say):
    it = full(*[[say.text(f"{number} ", "MAX_TOKENS")] for number in range(9)])
    await it.play()
    assert it.got.body == b"role;0 1 2 3 4 ;done" and len(it.backend.asked) == 1 + MOST
    assert it.encoder.finish_reason == "max_tokens"


async def test_a_stream_cut_again_and_again_has_the_same_bound(full, say):
    it = full(*[[say.text(letter), say.fault("network")] for letter in "abcdefghi"])
    await it.play()
    assert it.got.body == b"role;abcde;error:google says network"


async def test_nothing_new_is_the_end(full, say):
    it = full([say.text("a", "MAX_TOKENS")], [say.end("MAX_TOKENS")])
    await it.play()
    assert it.got.body == b"role;a;done" and it.encoder.finish_reason == "max_tokens" and len(it.backend.asked) == 2
    it = full([say.text("a", "MAX_TOKENS")], [say.end("STOP")])
    await it.play()
    assert it.got.body == b"role;a;done" and it.encoder.finish_reason == "stop" and len(it.backend.asked) == 2


async def test_all_tokens_spent_on_thoughts_are_not_continued(full, say):
    it = full([say.end("MAX_TOKENS")])
    await it.play()
    assert it.encoder.finish_reason == "max_tokens" and len(it.backend.asked) == 1


@pytest.mark.parametrize("after", ["end", "cut"])
async def test_a_call_is_never_continued(full, say, after):
    called = {"candidates": [{"content": {"parts": [{"text": "I look."}, CALL]}, "index": 0}]}
    it = full([called, say.end("MAX_TOKENS") if after == "end" else say.fault("network")])
    await it.play()
    assert len(it.backend.asked) == 1


def turn(*parts, role="user"):
    return {"contents": [{"role": role, "parts": list(parts)}]}


@pytest.mark.parametrize(
    "request_",
    [
        turn({"functionResponse": {"name": "f", "response": {}}}), turn(CALL, role="model"), turn(), {"contents": []},
        {}, turn("odd"),
        *({**HI, "generationConfig": config} for config in (
            {"candidateCount": 2}, {"responseMimeType": "application/json"}, {"responseLogprobs": True},
            {"responseModalities": ["TEXT", "IMAGE"]},
        )),
    ],
)  # fmt: skip
async def test_what_cannot_be_joined_is_not_continued(full, say, request_):
    it = full([say.text("a", "MAX_TOKENS")], request=request_)
    await it.play()
    assert it.got.body == b"role;a;done" and len(it.backend.asked) == 1


async def test_without_the_wish_nothing_is_continued(bench, say):
    it = bench([say.text("a", "MAX_TOKENS")], request=HI)
    await it.play()
    assert it.got.body == b"role;a;done" and len(it.backend.asked) == 1


async def test_a_prefill_goes_on_in_its_own_turn(full, say):
    prefilled = {"contents": [*HI["contents"], {"role": "model", "parts": [{"text": "Dear "}]}]}
    it = full([say.text("Sir", "MAX_TOKENS")], [say.text("!", "STOP")], request=copy.deepcopy(prefilled))
    await it.play()
    asked = it.backend.requests[1]["contents"]
    assert asked[1] == {"role": "model", "parts": [{"text": "Dear "}, {"text": "Sir"}]} and len(asked) == 3
    assert it.backend.requests[0] == prefilled, "what the client sent is not changed"


@pytest.mark.parametrize(
    "config", [{"responseMimeType": "text/plain"}, {"responseMimeType": ""}, {"responseModalities": ["TEXT"]}]
)
def test_plain_text_is_joinable_in_every_spelling(config):
    assert joinable({**HI, "generationConfig": config})


def test_the_last_turn_goes_on_whatever_it_lacks():
    talk = [*HI["contents"], {"role": "model", "parts": [{"text": "x"}]}, *HI["contents"], {"role": "model"}]
    asked = SoFar("so far", 1).asking({"contents": talk})["contents"]
    assert asked[:3] == talk[:3]
    assert asked[3:] == [
        {"role": "model", "parts": [{"text": "so far"}]}, {"role": "user", "parts": [{"text": ASKED}]},
    ]  # fmt: skip


def test_what_waits_to_be_compared_comes_out_when_the_connection_ends():
    joint = Continuation(SoFar("It was the best of times", 1))
    assert said(joint.take([{"candidates": [{"content": {"parts": [{"text": "It was"}]}}]}])) == ""
    assert joint.rest() == [{"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": "It was"}]}}]}]
    assert (joint.said, joint.rest()) == ("It was", [])


def test_what_waits_comes_out_before_a_part_that_is_no_text():
    joint = Continuation(SoFar("It was the best of times", 1))
    taken = joint.take([{"candidates": [{"content": {"parts": [{"text": "It was"}, CALL]}}]}])
    assert taken[0]["candidates"][0]["content"]["parts"] == [{"text": "It was"}, CALL]
    assert not joint.extensible


def test_a_signature_arrives_with_text_and_without():
    signed = [{"text": "a", "thoughtSignature": "s"}, {"text": "", "thoughtSignature": "t"}, {"thoughtSignature": "u"}]
    joint = Continuation(SoFar())
    taken = joint.take([{"candidates": [{"content": {"parts": signed}}]}])
    assert taken[0]["candidates"][0]["content"]["parts"] == [*signed[:2], {"text": "", "thoughtSignature": "u"}]
    assert joint.extensible


def test_a_block_is_an_end_to_which_nothing_is_joined():
    joint = Continuation(SoFar())
    assert joint.extensible
    joint.take([{"promptFeedback": {"blockReason": "SAFETY"}}])
    assert joint.ended
    assert not joint.extensible


@pytest.mark.parametrize(("given_", "kept"), [({"index": 1}, 1), ({}, 0)])
def test_the_end_that_is_held_is_of_its_candidate(given_, kept):
    joint = Continuation(SoFar())
    first = {"content": {"parts": [{"text": "a"}]}, "finishReason": "MAX_TOKENS", **given_}
    counts = {"candidatesTokenCount": 1, "promptTokensDetails": [1]}
    joint.take([{"candidates": [first], "usageMetadata": counts}])
    assert joint.end == {"candidates": [{"index": kept, "finishReason": "MAX_TOKENS"}], "usageMetadata": counts}


async def test_leaving_during_a_continuation_counts_what_had_begun(full, say):
    it = full([say.text("a", "MAX_TOKENS")], [asyncio.get_running_loop().create_future()])
    client = await it.play(1)
    client.cancel()
    await say.settle()
    assert it.pool.log == [("ok", "a"), ("charged", "a")], "Google had begun to answer the second as well"
    assert it.backend.open == 0 and it.recorder.names[-1] == "ExchangeCancelled"


WORDS = st.lists(st.characters(exclude_categories=["Cs"]) | st.sampled_from("续答😀"), unique=True, min_size=20)


@given(WORDS, st.lists(st.integers(1, 60), max_size=MOST), st.lists(st.integers(0, 20), min_size=MOST), st.data())
@settings(deadline=None)
def test_any_answer_in_any_rounds_arrives_once(letters, cuts, repeats, data):
    """Cut anywhere, with or without repetition, in any pieces: the client has the text, once."""
    text = "".join(letters)
    places = [0, *sorted({cut for cut in cuts if cut < len(text)}), len(text)]
    so_far, got = SoFar(), ""
    for number, (start, end) in enumerate(itertools.pairwise(places)):
        again = min(repeats[number - 1], start) if number else 0
        again = again if again >= 16 else 0
        rest = text[start - again : end]
        joint = Continuation(so_far)
        while rest:
            size = data.draw(st.integers(1, len(rest)))
            got += said(joint.take([{"candidates": [{"content": {"parts": [{"text": rest[:size]}]}}]}]))
            rest = rest[size:]
        last = end == len(text)
        got += said(joint.take([{"candidates": [{"finishReason": "STOP" if last else "MAX_TOKENS"}]}]))
        assert (joint.end is None) is last
        so_far = so_far.after(joint.said, joint.usage)
    assert got == text


def said(responses):
    return "".join(part.text for part in read(responses).parts if isinstance(part, TextPart))


@pytest.mark.parametrize("stream", [True, False])
async def test_a_silence_before_the_continuation_leaves_the_answer_so_far(full, say, stream):
    never = asyncio.get_running_loop().create_future()
    it = full([say.text("a", "MAX_TOKENS")], [never], stream=stream, limits=Limits(silence_s=5.0))
    await it.play(6)
    assert it.got.ended and it.got.body == (b"role;a;done" if stream else b"whole:a")
    assert it.recorder.names[-1] == "ExchangeFinished" and it.pool.held == 0 and it.backend.open == 0


async def test_a_silence_inside_a_continuation_is_an_error(full, say):
    never = asyncio.get_running_loop().create_future()
    it = full([say.text("a", "MAX_TOKENS")], [say.text("b"), never], limits=Limits(silence_s=5.0))
    await it.play(6)
    assert it.got.body == b"role;ab;error:Google has been silent for 5 s, in the middle of its answer."
