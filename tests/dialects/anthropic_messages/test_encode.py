"""The way back: every event and every message held to the types of Anthropic's own SDK, strictly."""

import itertools
import json

import pytest
from anthropic.types import Message, RawMessageStreamEvent
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from gcli2api_tui.events.problems import ClientFault, UpstreamFault
from gcli2api_tui.gemini.signatures import SignatureEnvelope, decode_signature
from gcli2api_tui.gemini.stream_parts import read

EVENT = TypeAdapter(RawMessageStreamEvent)
CALL = {"functionCall": {"name": "f", "args": {"city": "Zürich"}, "id": "g1"}, "thoughtSignature": "SIG"}
USAGE = {"promptTokenCount": 10, "cachedContentTokenCount": 4, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}
THINKING = {"model": "gemini-3-pro-preview", "thinking": {"type": "adaptive"}}


def said(*parts, finish=None, index=0, **more):
    candidate = {"index": index, "content": {"role": "model", "parts": list(parts)}}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], **more}


def events(raw):
    """Each by its name; the name is the value's type."""
    *found, rest = raw.decode().split("\n\n")
    assert rest == ""
    pairs = [one.split("\n") for one in found]
    for name, data in pairs:
        value = json.loads(data.removeprefix("data: "))
        assert name == f"event: {value['type']}"
        if value["type"] not in ("ping", "error"):
            EVENT.validate_json(data.removeprefix("data: "), strict=True)
    return [json.loads(data.removeprefix("data: ")) for _, data in pairs]


def streamed(encoder, *batches):
    fed = b"".join(encoder.feed(read([one])) for one in batches)
    return events(encoder.opening() + fed + encoder.finish())


def whole(encoder, *batches):
    for one in batches:
        assert encoder.feed(read([one])) == b""
    raw = encoder.whole()
    Message.model_validate_json(raw, strict=True)
    return json.loads(raw)


def built(found):
    """The message that a client puts together from the events, by Anthropic's rules."""
    message = found[0]["message"]
    assert [one["type"] for one in found].count("message_start") == 1 and found[-1] == {"type": "message_stop"}
    opened = None
    for one in found[1:-1]:
        match one["type"]:
            case "content_block_start":
                assert opened is None and one["index"] == len(message["content"])
                opened, arguments = one["content_block"], ""
                message["content"].append(opened)
            case "content_block_delta":
                assert opened is not None and one["index"] == len(message["content"]) - 1
                delta = one["delta"]
                match delta["type"]:
                    case "input_json_delta":
                        arguments += delta["partial_json"]
                    case "signature_delta":
                        opened["signature"] = delta["signature"]
                    case kind:
                        opened[kind.removesuffix("_delta")] += delta[kind.removesuffix("_delta")]
            case "content_block_stop":
                assert one["index"] == len(message["content"]) - 1
                if arguments:
                    opened["input"] = json.loads(arguments)
                opened = None
            case "message_delta":
                assert opened is None
                message |= {**one["delta"], "usage": one["usage"]}
    return message


ANSWERS = {
    "text": [said({"text": "a"}), said({"text": "b"}, finish="STOP", usageMetadata=USAGE)],
    "thoughts": [
        said({"text": "hm", "thought": True}),
        said({"text": "so", "thought": True}, {"text": "yes"}),
        said(CALL, {"functionCall": {"name": "g"}}, finish="STOP"),
    ],
    "calls": [said(CALL), said({"functionCall": {"name": "g"}}, {"text": "after"}, finish="STOP")],
    "picture": [said({"inlineData": {"mimeType": "image/png", "data": "AA=="}}, finish="STOP")],
    "cut": [said({"text": "a"}, finish="MAX_TOKENS")],
    "filtered": [said({"text": "a"}, finish="SAFETY")],
    "blocked": [{"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "no"}}],
    "nothing": [said(finish="STOP")],
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("thinking", [None, {"type": "adaptive"}])
def test_a_stream_builds_the_message_that_a_whole_answer_is(encoder, name, thinking):
    asked = {"model": "gemini-3-pro-preview", "thinking": thinking}
    found = built(streamed(encoder(stream=True, **asked), *ANSWERS[name]))
    assert found == whole(encoder(**asked), *ANSWERS[name])


def test_the_order_of_events(encoder):
    found = streamed(encoder(stream=True, **THINKING), said({"text": "hm", "thought": True}), said(CALL, finish="STOP"))
    assert [one["type"].removeprefix("content_block_") for one in found] == [
        "message_start",
        *("start", "delta", "delta", "stop"),
        *("start", "delta", "stop"),
        "message_delta",
        "message_stop",
    ]
    deltas = [one["delta"]["type"] for one in found if one["type"] == "content_block_delta"]
    assert deltas == ["thinking_delta", "signature_delta", "input_json_delta"]


def test_usage_is_told_at_the_start_and_the_end_and_counts_the_cache_apart(encoder):
    before = {"promptTokenCount": 10, "cachedContentTokenCount": 4}
    first, *_, delta, _ = streamed(
        encoder(stream=True),
        said({"text": "a"}, usageMetadata=before),
        said({"text": "b"}, finish="STOP", usageMetadata=USAGE),
    )
    counted = {"input_tokens": 6, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 0}
    assert first["message"]["usage"] == {**counted, "output_tokens": 0, "output_tokens_details": {"thinking_tokens": 0}}
    assert delta["usage"] == {**counted, "output_tokens": 5, "output_tokens_details": {"thinking_tokens": 2}}


def test_without_googles_figures_usage_is_an_estimate(encoder):
    usage = whole(encoder(messages=[{"role": "user", "content": "12345"}]), said({"text": "123"}, finish="STOP"))[
        "usage"
    ]
    assert (usage["input_tokens"], usage["output_tokens"]) == (2, 1)


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("STOP", "end_turn"),
        ("MAX_TOKENS", "max_tokens"),
        ("SAFETY", "refusal"),
        ("PROHIBITED_CONTENT", "refusal"),
        ("OTHER", "end_turn"),
        ("CONTINUATION", "max_tokens"),
        ("SOMETHING_NEW", "refusal"),
    ],
)
def test_stop_reasons(encoder, reason, stop):
    assert whole(encoder(), said({"text": "a"}, finish=reason))["stop_reason"] == stop
    with_call = {"STOP": "tool_use", "OTHER": "tool_use"}.get(reason, stop)
    assert whole(encoder(), said(CALL, finish=reason))["stop_reason"] == with_call


def test_a_refused_prompt_says_why(encoder):
    message = whole(encoder(), *ANSWERS["blocked"])
    assert (message["content"], message["stop_reason"]) == ([], "refusal")
    assert message["stop_details"]["explanation"] == "Google refused this prompt (SAFETY): no"


@pytest.mark.parametrize("reason", [None, "MALFORMED_RESPONSE", "MALFORMED_FUNCTION_CALL"])
@pytest.mark.parametrize("stream", [True, False])
def test_no_stop_reason_is_made_up(encoder, reason, stream):
    wanted = encoder(stream=stream)
    wanted.feed(read([said({"text": "a"}, finish=reason)]))
    with pytest.raises(UpstreamFault):
        wanted.finish() if stream else wanted.whole()
    assert wanted.finish_reason == ""


def test_an_attempt_that_failed_leaves_nothing_behind(encoder):
    wanted = encoder()
    wanted.feed(read([said({"text": "a"}, finish="MALFORMED_FUNCTION_CALL")]))
    with pytest.raises(UpstreamFault):
        wanted.whole()
    assert whole(wanted, said({"text": "b"}, finish="STOP"))["content"] == [{"type": "text", "text": "b"}]


# Signatures.


def kept(message):
    return [block.get("signature") or block.get("data") for block in message["content"] if "thinking" in block["type"]]


def test_a_signature_ends_the_thinking_before_its_call(encoder):
    message = whole(encoder(**THINKING), said({"text": "hm", "thought": True}, CALL, finish="STOP"))
    assert [block["type"] for block in message["content"]] == ["thinking", "tool_use"]
    (found,) = (decode_signature(one) for one in kept(message))
    assert (
        found
        == SignatureEnvelope("gemini-3", "SIG", message["content"][1]["id"])
        == SignatureEnvelope("gemini-3", "SIG", "g1")
    )


def test_behind_text_it_gets_a_block_of_its_own(encoder):
    second = {**CALL, "functionCall": {"name": "g", "id": "g2"}}
    parts = [{"text": "hm", "thought": True}, {"text": "so"}, CALL, second]
    message = whole(encoder(**THINKING), said(*parts, finish="STOP"))
    assert [block["type"] for block in message["content"]] == [
        *("thinking", "text"),
        *("redacted_thinking", "tool_use"),
        *("redacted_thinking", "tool_use"),
    ]
    unsigned, *signed = kept(message)
    assert unsigned and decode_signature(unsigned) is None
    assert [decode_signature(one) for one in signed] == [
        SignatureEnvelope("gemini-3", "SIG", one) for one in ("g1", "g2")
    ]


def test_whoever_asked_for_no_thinking_sees_none(encoder):
    message = whole(encoder(), said({"text": "hm", "thought": True}, CALL, finish="STOP"))
    assert [block["type"] for block in message["content"]] == ["tool_use"]


def test_omitted_thoughts_are_still_signed(encoder):
    asked = {**THINKING, "thinking": {"type": "adaptive", "display": "omitted"}}
    assert len(kept(whole(encoder(**asked), said(CALL, finish="STOP")))) == 1


# Calls.


def test_ids_are_googles_where_anthropic_could_have_made_them(encoder):
    named = [{"functionCall": {"name": "f", "id": identity}} for identity in ("g-1", "no good", "")]
    signed = {**CALL, "functionCall": {"name": "f"}}
    blocks = whole(encoder(), said(*named, signed, finish="STOP"))["content"]
    assert [block["id"] for block in blocks[:3]] == ["g-1", "toolu_0", "toolu_1"]
    assert blocks[3]["id"] == whole(encoder(), said(signed, finish="STOP"))["content"][0]["id"]


def test_names_come_back_as_the_client_knows_them(encoder):
    name = "mcp__a/b c"
    wanted = encoder(tools=[{"name": name, "input_schema": {}}])
    wire = wanted._call.request["tools"][0]["functionDeclarations"][0]["name"]
    assert whole(wanted, said({"functionCall": {"name": wire}}, finish="STOP"))["content"][0]["name"] == name


def test_one_call_at_a_time_keeps_the_first(encoder):
    wanted = encoder(tools=[{"name": "f"}], tool_choice={"type": "any", "disable_parallel_tool_use": True})
    assert len(whole(wanted, said(CALL, {"functionCall": {"name": "g"}}, finish="STOP"))["content"]) == 1


# Stop sequences.


def test_a_stop_sequence_cuts_and_is_told(encoder):
    wanted = encoder(stream=True, stop_sequences=["END", "###"])
    message = built(streamed(wanted, said({"text": "one E"}), said({"text": "ND two ###"}, CALL, finish="STOP")))
    assert message["content"] == [{"type": "text", "text": "one "}]
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "END")


def test_what_only_looked_like_one_is_said_before_what_follows(encoder):
    message = whole(encoder(stop_sequences=["END"]), said({"text": "one EN"}, CALL, finish="STOP"))
    assert message["content"][0] == {"type": "text", "text": "one EN"}
    assert (message["stop_reason"], message["stop_sequence"]) == ("tool_use", None)


def test_in_thoughts_it_means_nothing(encoder):
    parts = [{"text": "END", "thought": True}, {"text": "a"}]
    assert whole(encoder(stop_sequences=["END"], **THINKING), said(*parts, finish="STOP"))["stop_reason"] == "end_turn"


# Events beside the answer.


def test_pings_and_errors(encoder):
    wanted = encoder(stream=True)
    assert wanted.opening() == b"" and events(wanted.heartbeat) == [{"type": "ping"}]
    (error,) = events(wanted.error(UpstreamFault("protocol", "Cut.", way_out="Try again.")))
    assert error == {
        "type": "error",
        "error": {"type": "api_error", "message": "Cut. Try again."},
        "request_id": "req_1",
    }
    assert json.loads(wanted.refuse(ClientFault("no")).body)["request_id"] == "req_1"


def test_other_candidates_are_not_this_message(encoder):
    message = whole(encoder(), said({"text": "other"}, finish="SAFETY", index=1), said({"text": "a"}, finish="STOP"))
    assert (message["content"], message["stop_reason"]) == ([{"type": "text", "text": "a"}], "end_turn")


WORDS = st.text(alphabet="abEND#\u4f60\U0001f389", max_size=12)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, cuts=st.lists(st.integers(0, 24), max_size=5), stops=st.sampled_from([[], ["END", "ND#"], ["#"]]))
def test_any_split_gives_the_same_text(encoder, words, cuts, stops):
    """Google's pieces may end in the middle of an emoji, and of a stop sequence."""
    units = words.encode("utf-16-be")
    places = sorted({0, *(min(cut * 2, len(units)) for cut in cuts), len(units)})
    pieces = [units[start:end].decode("utf-16-be", "surrogatepass") for start, end in itertools.pairwise(places)]
    asked = {"stop_sequences": stops, "stream": True}
    split = built(streamed(encoder(**asked), *(said({"text": one}) for one in pieces), said(finish="STOP")))
    at_once = built(streamed(encoder(**asked), said({"text": words}, finish="STOP")))
    del split["usage"], at_once["usage"]
    assert split == at_once
