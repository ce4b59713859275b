"""Long answers, hop by hop: what the client gets of each, what is counted, and from where an answer can be resumed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.gemini.finish_reasons import DIVERGED
from gcli2api_tui.gemini.stream_parts import TextPart, ThoughtPart, read
from gcli2api_tui.relay.answer_hops import Checkpoint, Hop, resumable

ASKED = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
CALL = {"functionCall": {"id": "one", "name": "f", "args": {"x": 1}}, "thoughtSignature": "s"}
OTHER_CALL = {"functionCall": {"name": "g", "args": {}}}


def response(*parts, token="", finish="", **usage):
    candidate = {
        "index": 0,
        "content": {"role": "model", "parts": [{"text": one} if isinstance(one, str) else one for one in parts]},
    }
    candidate |= {"continuationToken": token} if token else {}
    candidate |= {"finishReason": finish} if finish else {}
    return {"candidates": [candidate], **({"usageMetadata": usage} if usage else {})}


def said(responses):
    return "".join(part.text for part in read(responses).parts if isinstance(part, TextPart))


def thought(responses):
    return "".join(part.text for part in read(responses).parts if isinstance(part, ThoughtPart))


def parts_of(responses):
    return [part for one in responses for found in one["candidates"] for part in found["content"]["parts"]]


def resumed(*came):
    """The hop that follows a stream which brought these and then broke off, or ended."""
    hop = Hop(Checkpoint(), ASKED)
    hop.take(came)
    return Hop(hop.pause.checkpoint, {})


def test_an_answer_without_a_token_is_not_touched():
    hop, came = Hop(Checkpoint(), ASKED), [response("a"), response("b", finish="STOP", promptTokenCount=3)]
    assert hop.take(came) is came
    assert hop.pause is None


def test_the_end_of_a_hop_is_taken_out_and_the_same_request_goes_on():
    hop = Hop(Checkpoint(), ASKED)
    came = hop.take([response("a", token="t", finish="CONTINUATION", promptTokenCount=3, candidatesTokenCount=5)])
    assert said(came) == "a" and "finishReason" not in came[0]["candidates"][0] and hop.ended
    checkpoint = hop.pause.checkpoint
    assert (checkpoint.hop, checkpoint.made, checkpoint.ahead, checkpoint.shown) == (2, 5, (), True)
    assert checkpoint.asking() == {**ASKED, "continuationToken": "t"} and "continuationToken" not in ASKED


@pytest.mark.parametrize("token", ["", "t"])
def test_a_hop_that_brings_no_new_token_is_the_end(token):
    """It would be the same hop again, for ever."""
    hop = Hop(Checkpoint("t", ASKED), {})
    came = hop.take([response("a", token=token, finish="CONTINUATION")])
    assert came[0]["candidates"][0]["finishReason"] == "CONTINUATION" and not hop.ended and hop.pause is None


@pytest.mark.parametrize("finish", ["STOP", "MAX_TOKENS"])
def test_a_token_on_another_end_asks_for_nothing(finish):
    hop = Hop(Checkpoint(), ASKED)
    hop.take([response("a", token="t"), response("b", token="u", finish=finish)])
    assert hop.pause is None and not hop.ended


def test_a_prompt_that_is_refused_between_hops_is_not_asked_again():
    hop = Hop(Checkpoint("t", ASKED), {})
    hop.take([{"promptFeedback": {"blockReason": "SAFETY"}}])
    assert hop.pause is None


def test_usage_is_the_last_of_each_hop_and_the_sum_of_all():
    one = {"promptTokenCount": 10, "candidatesTokenCount": 50, "thoughtsTokenCount": 5, "cachedContentTokenCount": 4}
    first = Hop(Checkpoint(), ASKED)
    first.take([response("a", promptTokenCount=10, candidatesTokenCount=1)])
    first.take([response("b", token="t", finish="CONTINUATION", **one, promptTokensDetails=[{"tokenCount": 10}])])
    second = Hop(first.pause.checkpoint, {})
    (came,) = second.take([response("c", promptTokenCount=65, candidatesTokenCount=7)])
    assert came["usageMetadata"] == {
        "promptTokenCount": 75, "candidatesTokenCount": 57, "thoughtsTokenCount": 5, "cachedContentTokenCount": 4,
    }  # fmt: skip
    (came,) = second.take([response("d", finish="STOP", promptTokenCount=65, candidatesTokenCount=9)])
    assert came["usageMetadata"]["candidatesTokenCount"] == 59


def test_what_was_cut_behind_a_checkpoint_counts_once():
    second = resumed(
        response("a", candidatesTokenCount=20), response("b", token="t"), response("c", candidatesTokenCount=30)
    )
    (came,) = second.take([response("c", candidatesTokenCount=12)])
    assert came["usageMetadata"] == {"candidatesTokenCount": 32}


def test_an_answer_that_stands_where_it_broke_off_counts_all_that_came():
    hop = Hop(Checkpoint(), ASKED)
    hop.take([response("a", token="t", candidatesTokenCount=20), response("b", candidatesTokenCount=30)])
    assert hop.pause.end == {
        "candidates": [{"index": 0, "finishReason": "CONTINUATION"}], "usageMetadata": {"candidatesTokenCount": 30},
    }  # fmt: skip


def test_a_call_that_came_behind_the_checkpoint_comes_once():
    again = {**CALL, "functionCall": {**CALL["functionCall"], "id": "two"}, "thoughtSignature": "r"}
    second = resumed(response("a", token="t"), response("b", CALL, "c"))
    came = second.take([response("b"), response(again, "c", OTHER_CALL, finish="STOP")])
    assert parts_of(came) == [OTHER_CALL]


@pytest.mark.parametrize(
    "then",
    [
        [response("bX")],
        [response("b", OTHER_CALL)],
        [response(CALL)],
        [response("b", CALL, finish="STOP")],
        [response("b", {"inlineData": {"mimeType": "image/png", "data": "AA=="}})],
    ],
)
def test_going_on_differently_is_a_fault_and_never_a_guess(then):
    second = resumed(response("a", token="t"), response("b", CALL, "c"))
    with pytest.raises(UpstreamFault) as found:
        second.take(then)
    assert found.value.reason == DIVERGED


def test_thoughts_come_once_though_they_are_not_the_same():
    second = resumed(response({"text": "hm", "thought": True}, token="t"), response({"text": "well", "thought": True}))
    came = second.take([response({"text": "so", "thought": True}), response({"text": "that is", "thought": True}, "b")])
    assert thought(came) == "at is" and said(came) == "b"


def test_a_checkpoint_inside_what_the_client_has_leaves_the_rest_of_it_to_come():
    second = resumed(response("a", token="t"), response("bcdef"))
    assert said(second.take([response("bc"), response("d", token="u")])) == ""
    third = Hop(second.pause.checkpoint, {})
    assert third.pause.checkpoint.ahead == ({"text": "ef"},)
    assert said(third.take([response("efg")])) == "g"


def test_what_was_gathered_is_kept_up_to_the_last_token():
    came = [response("a"), response("b", token="t"), response("c"), response("d", token="u"), response("e")]
    assert resumable(came) == came[:4]
    assert resumable(came[:1]) == []


def test_a_token_of_another_type_is_none():
    hop, came = Hop(Checkpoint(), ASKED), [response("a", token=["t"], finish="CONTINUATION")]
    assert hop.take(came) is came


class Google:
    """Makes one text, in hops; it can be resumed from every place that it gave a token for."""

    def __init__(self, text, hops, marks):
        self.text, self.hops, self.marks = text, sorted({*hops, len(text)}), set(marks)

    def stream(self, start, sizes):
        """The rest of the hop, in pieces of these sizes."""
        end = next(one for one in self.hops if one > start)
        while start < end:
            place = min(end, start + next(sizes))
            mark = next((one for one in sorted(self.marks) if start < one <= place), 0)
            place = mark or place
            token = f"at {place}" if mark or place == end else ""
            finish = "" if place < end else "STOP" if end == len(self.text) else "CONTINUATION"
            yield response(self.text[start:place], token=token, finish=finish, candidatesTokenCount=place)
            start = place


@given(
    st.text(min_size=1, max_size=80),
    st.lists(st.integers(1, 79), max_size=4),
    st.lists(st.integers(1, 79), max_size=6),
    st.lists(st.integers(0, 9), max_size=9),
    st.integers(1, 9),
)
@settings(deadline=None)
def test_any_text_in_any_hops_with_any_cuts_arrives_once(text, hops, marks, cuts, size):
    google = Google(text, [hop for hop in hops if hop < len(text)], [mark for mark in marks if mark < len(text)])
    checkpoint, got, cuts = Checkpoint(), "", iter(cuts)
    sizes = iter(lambda: size, 0)
    while True:
        hop, place = Hop(checkpoint, ASKED), int(checkpoint.token.removeprefix("at ") or 0)
        left = next(cuts, None) if checkpoint.token else None
        for number, one in enumerate(google.stream(place, sizes)):
            if number == left:
                break
            got += said(hop.take([one]))
        if (pause := hop.pause) is None:
            break
        checkpoint = pause.checkpoint
    assert got == text


@pytest.mark.parametrize(
    ("parts", "said"), [(["a", "b"], "xab"), (["a", CALL], None), ([{"text": "t", "thought": True}, "b"], "xb")]
)
def test_an_answer_that_its_limit_ended_goes_on_from_there_with_the_words_that_the_client_has(parts, said):
    hop = Hop(Checkpoint("s", ASKED, said="x", earlier=9), {})
    hop.take([response(part) for part in parts])
    hop.take([response(token="t", finish="MAX_TOKENS", candidatesTokenCount=5)])
    assert (hop.rest.token, hop.rest.said, hop.rest.made, hop.rest.hop) == ("t", said, 14, 2) and hop.pause is None


@pytest.mark.parametrize(
    "end", [{"finish": "STOP", "token": "t"}, {"finish": "MAX_TOKENS"}, {"finish": "MAX_TOKENS", "token": "s"}]
)
def test_nothing_goes_on_from_another_end_or_without_a_new_token(end):
    hop = Hop(Checkpoint("s", ASKED, said=""), {})
    hop.take([response("a", **end)])
    assert hop.rest is None


def test_words_that_come_again_after_a_cut_are_counted_once_among_them():
    first = Hop(Checkpoint(said=""), ASKED)
    first.take([response("one ", token="s"), response("two ")])
    again = Hop(first.pause.checkpoint, {})
    again.take([response("two three"), response(token="t", finish="MAX_TOKENS")])
    assert again.rest.said == "one two three"
