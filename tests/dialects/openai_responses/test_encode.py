"""Events in OpenAI's order and of its types, bodies that are what the streams add up to, and honest ends."""

import json

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.responses import Response

from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.gemini.signatures import decode_signature
from gcli2api_tui.gemini.stream_parts import read

ENCRYPTED = ["reasoning.encrypted_content"]
THOUGHT = {"text": "**Look**\nhm", "thought": True}
CALL = {"functionCall": {"name": "f", "args": {"city": "Zürich"}}, "thoughtSignature": "U0lH"}
USAGE = {"promptTokenCount": 10, "cachedContentTokenCount": 4, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}
F = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}


def types(events):
    return [event["type"].removeprefix("response.") for event in events]


def outputs(response):
    return [item["type"] for item in response["output"]]


def test_a_text_comes_in_the_official_order(answers, said):
    events = answers(stream=True).stream([said({"text": "Hel"})], [said({"text": "lo"}, finish="STOP")])
    assert types(events) == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    first, last = events[0]["response"], events[-1]["response"]
    assert (first["status"], first["output"], first["usage"]) == ("in_progress", [], None)
    assert (last["status"], last["completed_at"], last["created_at"]) == ("completed", 9, 7)
    assert last["output"][0]["content"][0]["text"] == "Hello"
    assert {event["item_id"] for event in events if "item_id" in event} == {last["output"][0]["id"]}


def test_thoughts_a_text_and_calls_are_items_one_after_the_other(answers, said):
    events = answers(stream=True, tools=[F]).stream(
        [said(THOUGHT)], [said({"text": "I ask."})], [said(CALL, {"functionCall": {"name": "f"}}, finish="STOP")]
    )
    assert types(events)[2:] == [
        *("output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta"),
        *("reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done"),
        *("output_item.added", "content_part.added", "output_text.delta"),
        *("output_text.done", "content_part.done", "output_item.done"),
        *("output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done"),
        *("output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done"),
        "completed",
    ]
    last = events[-1]["response"]
    assert outputs(last) == ["reasoning", "message", "function_call", "function_call"]
    assert [item["arguments"] for item in last["output"][2:]] == ['{"city":"Zürich"}', "{}"]
    assert len({item["call_id"] for item in last["output"][2:]}) == 2
    ends = [event for event in events if event["type"] == "response.function_call_arguments.done"]
    assert [(end["name"], end["arguments"]) for end in ends] == [("f", '{"city":"Zürich"}'), ("f", "{}")]
    assert all("encrypted_content" not in item for item in last["output"])


def test_a_body_is_what_the_stream_adds_up_to(answers, said):
    parts = [THOUGHT, {"text": "I ask."}, CALL]
    body = {"tools": [F], "include": ENCRYPTED}
    whole = answers(**body).whole(said(*parts, finish="STOP", usageMetadata=USAGE))
    batches = [[said(part)] for part in parts] + [[said(finish="STOP", usageMetadata=USAGE)]]
    assert answers(stream=True, **body).stream(*batches)[-1]["response"] == whole
    assert whole["usage"] == {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 15,
    }


def sealed_in(response):
    return [found for item in response["output"] if (found := decode_signature(item.get("encrypted_content")))]


def test_a_signature_travels_in_the_thoughts_before_its_call(answers, said):
    asked = answers(tools=[F], include=ENCRYPTED, model="gemini-3-pro-preview")
    body = asked.whole(said(THOUGHT, CALL, {"functionCall": {"name": "f"}}, finish="STOP"))
    assert outputs(body) == ["reasoning", "function_call", "function_call"]
    (envelope,) = sealed_in(body)
    assert (envelope.family, envelope.signature, envelope.call_id) == ("gemini-3", "U0lH", body["output"][1]["call_id"])


def test_without_thoughts_it_has_an_item_of_its_own(answers, said):
    body = answers(tools=[F], include=ENCRYPTED).whole(said({"text": "I ask."}, CALL, finish="STOP"))
    assert outputs(body) == ["message", "reasoning", "function_call"]
    assert body["output"][1]["summary"] == []
    assert sealed_in(body)[0].call_id == body["output"][2]["call_id"]


def test_the_signature_of_a_text_follows_it(answers, said):
    events = answers(stream=True, include=ENCRYPTED).stream(
        [said({"text": "Hello"})], [said({"text": "", "thoughtSignature": "U0lH"}, finish="STOP")]
    )
    body = events[-1]["response"]
    assert outputs(body) == ["message", "reasoning"]
    assert (sealed_in(body)[0].signature, sealed_in(body)[0].call_id) == ("U0lH", "")


def test_who_asks_for_no_signatures_gets_none(answers, said):
    body = answers(tools=[F]).whole(said({"text": "a", "thoughtSignature": "U0lH"}, CALL, finish="STOP"))
    assert outputs(body) == ["message", "function_call"]


def test_each_kind_of_tool_is_called_in_its_own_shape(answers, said):
    tools = [
        {"type": "custom", "name": "patch"},
        {"type": "local_shell"},
        {"type": "namespace", "name": "mcp__files__", "description": "", "tools": [{**F, "name": "read"}]},
    ]
    calls = [
        {"functionCall": {"name": "patch", "args": {"input": "*** Begin"}}},
        {"functionCall": {"name": "local_shell", "args": {"command": ["ls", "-l"], "timeout_ms": 5}}},
        {"functionCall": {"name": "mcp__files__read", "args": {"path": "a"}, "id": "google-1"}},
    ]
    events = answers(stream=True, tools=tools).stream([said(*calls, finish="STOP")])
    custom, shell, read_file = events[-1]["response"]["output"]
    assert (custom["type"], custom["name"], custom["input"]) == ("custom_tool_call", "patch", "*** Begin")
    assert (shell["type"], shell["action"]["command"], shell["action"]["timeout_ms"]) == (
        "local_shell_call",
        ["ls", "-l"],
        5,
    )
    assert (read_file["namespace"], read_file["name"], read_file["call_id"]) == ("mcp__files__", "read", "google-1")
    assert "custom_tool_call_input.delta" in types(events)


def test_one_call_at_a_time_where_the_client_wants_it_so(answers, said):
    body = answers(tools=[F], parallel_tool_calls=False).whole(said(CALL, CALL, finish="STOP"))
    assert outputs(body) == ["function_call"]
    assert body["parallel_tool_calls"] is False


def test_an_image_is_an_item(answers, said):
    body = answers().whole(said({"inlineData": {"mimeType": "image/webp", "data": "QUJD"}}, finish="STOP"))
    (image,) = body["output"]
    assert (image["type"], image["result"], image["output_format"]) == ("image_generation_call", "QUJD", "webp")


def test_log_probabilities_stand_in_the_part_that_is_done(answers, said):
    chosen = {"chosenCandidates": [{"token": "Hi", "logProbability": -0.5}]}
    response = {
        "candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP", "logprobsResult": chosen}]
    }
    asked = answers(stream=True, include=["message.output_text.logprobs"])
    assert asked.understood.call.request["generationConfig"]["responseLogprobs"] is True
    done = next(event for event in asked.stream([response]) if event["type"] == "response.output_text.done")
    assert [entry["token"] for entry in done["logprobs"]] == ["Hi"]


@pytest.mark.parametrize(
    ("reason", "why"), [("MAX_TOKENS", "max_output_tokens"), ("SAFETY", "content_filter"), ("SPII", "content_filter")]
)
def test_an_answer_that_stops_early_is_incomplete(answers, said, reason, why):
    *_, last = answers(stream=True).stream([said({"text": "Once"})], [said(finish=reason)])
    assert last["type"] == "response.incomplete"
    assert (last["response"]["status"], last["response"]["incomplete_details"]) == ("incomplete", {"reason": why})
    assert last["response"]["output"][0]["status"] == "incomplete"
    assert last["response"]["completed_at"] is None


def test_a_refused_prompt_is_a_refusal_in_words(answers):
    blocked = {"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "no"}}
    events = answers(stream=True).stream([blocked])
    assert types(events)[2:] == [
        *("output_item.added", "content_part.added", "refusal.delta", "refusal.done"),
        *("content_part.done", "output_item.done", "incomplete"),
    ]
    body = answers().whole(blocked)
    assert body["incomplete_details"] == {"reason": "content_filter"}
    assert "SAFETY" in body["output"][0]["content"][0]["refusal"]


@pytest.mark.parametrize("batches", [[], [[{}]], [["cut"]], [["malformed"]]])
def test_what_was_no_answer_is_never_completed(answers, said, events, batches):
    asked = answers(stream=True)
    encoder = asked.encoder()
    raw = encoder.opening()
    for (kind,) in batches:
        made = {"cut": said({"text": "Once upon"}), "malformed": said(finish="MALFORMED_FUNCTION_CALL")}
        raw += encoder.feed(read([made.get(kind, {}) if isinstance(kind, str) else kind]))
    with pytest.raises(UpstreamFault) as fault:
        encoder.finish()
    *_, last = events(raw + encoder.error(fault.value))
    assert (last["type"], last["response"]["error"]["code"]) == ("response.failed", "server_error")
    assert asked.kept == []


def test_a_failed_attempt_leaves_nothing_behind(answers, said):
    encoder = answers().encoder()
    encoder.feed(read([said({"text": "lost"})]))
    with pytest.raises(UpstreamFault):
        encoder.whole()
    encoder.feed(read([said({"text": "found"}, finish="STOP")]))
    assert json.loads(encoder.whole())["output"][0]["content"][0]["text"] == "found"


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (NoCredential("All rest.", retry_after_s=9), "rate_limit_exceeded"),
        (UpstreamFault(FaultKind.CAPACITY, "Busy."), "server_error"),
        (ClientFault("Wrong."), "invalid_prompt"),
    ],
)
def test_a_failure_after_the_first_byte_names_what_an_agent_can_act_on(answers, said, events, problem, code):
    encoder = answers(stream=True).encoder()
    raw = encoder.opening() + encoder.feed(read([said({"text": "Once"})])) + encoder.error(problem)
    error, last = events(raw)[-2:]
    assert (error["code"], error["error"]["code"], error["error"]["message"]) == (code, code, problem.sentence)
    assert last["response"]["status"] == "failed"
    assert last["response"]["error"] == {"code": code, "message": problem.sentence}


def test_a_failure_before_anything_still_begins_the_response(answers, events):
    encoder = answers(stream=True).encoder()
    assert types(events(encoder.error(ClientFault("Wrong.")))) == ["created", "in_progress", "error", "failed"]


def test_errors_before_the_first_byte_are_openais(answers):
    refusal = answers().encoder().refuse(NoCredential("All rest.", retry_after_s=9))
    assert refusal.status == 429
    assert set(json.loads(refusal.body)["error"]) == {"message", "type", "param", "code"}


def test_no_usage_of_googles_is_an_estimate(answers, said):
    usage = answers(input="x" * 40).whole(said({"text": "y" * 8}, finish="STOP"))["usage"]
    assert (usage["input_tokens"], usage["output_tokens"]) == (10, 2)


PARTS = st.lists(
    st.one_of(
        st.text(max_size=5).map(lambda words: {"text": words}),
        st.text(max_size=5).map(lambda words: {"text": words, "thought": True}),
        st.just(CALL),
        st.just({"text": "", "thoughtSignature": "U0lH"}),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60))
@given(PARTS, st.data())
def test_any_split_of_googles_stream_says_the_same(answers, said, parts, data):
    """Texts are cut in pieces, even between the halves of a character; the items and their texts stay the same."""
    reads = []
    for part in parts:
        words = part.get("text", "")
        if not words or "thoughtSignature" in part:
            reads.append([said(part)])
            continue
        units = words.encode("utf-16-le", "surrogatepass")
        cut = data.draw(st.integers(0, len(units) // 2)) * 2
        halves = [units[:cut].decode("utf-16-le", "surrogatepass"), units[cut:].decode("utf-16-le", "surrogatepass")]
        reads += [[said({**part, "text": half})] for half in halves]
    body = {"tools": [F], "include": ENCRYPTED}
    split = answers(stream=True, **body).stream(*reads, [said(finish="STOP")])
    if not any("functionCall" in part or (part.get("text") and not part.get("thought")) for part in parts):
        return
    whole = answers(**body).whole(said(*parts, finish="STOP"))
    assert split[-1]["response"]["output"] == whole["output"]
    Response.model_validate(split[-1]["response"], strict=True)
    told = dict.fromkeys(range(len(whole["output"])), "")
    for event in split:
        if event["type"] == "response.output_text.delta":
            told[event["output_index"]] += event["delta"]
    for index, item in enumerate(whole["output"]):
        assert item["type"] != "message" or told[index] == item["content"][0]["text"]
