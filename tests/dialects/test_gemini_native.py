"""Google's own API in and out: nothing of the caller's is changed, nothing of Google's re-told."""

import copy
import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.dialects.gemini_native import NativeEncoder, error_body, page, parse, parse_count, refusal
from gcli2api_tui.dialects.gemini_native.request import normalised
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, Problem, UpstreamFault
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.gemini.stream_parts import read

CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))
MODEL = "gemini-2.5-pro"

SNAKE = {
    "system_instruction": {"parts": {"text": "short"}},
    "contents": [
        {"parts": [{"text": "hi"}, {"inline_data": {"mime_type": "image/png", "data": "aGk_"}}]},
        {"role": "model", "parts": [
            {"function_call": {"name": "get_it", "args": {"the_city": {"top_k": 1}}}, "thought_signature": "c2ln"}]},
        {"role": "user", "parts": [
            {"function_response": {"name": "get_it", "response": {"top_p": {"inline_data": 1}}}}]},
    ],
    "generation_config": {
        "top_p": 0.5,
        "thinking_config": {"thinking_budget": 128, "include_thoughts": True},
        "response_json_schema": {"type": "object", "properties": {"any_of": {"enum": ["top_k"]}}},
        "response_schema": {"any_of": [{"type": "STRING", "min_length": 2}], "property_ordering": ["any_of"]},
        "speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}},
    },
    "tools": [
        {"function_declarations": [{
            "name": "get_it",
            "parameters": {"type": "OBJECT", "properties": {
                "min_items": {"type": "ARRAY", "min_items": 1, "items": {"any_of": [], "default": {"min_items": 3}}}}},
            "parameters_json_schema": {"min_items": 1},
            "response": {"type": "OBJECT", "properties": {"any_of": {"max_items": 1}}},
        }]},
        {"google_search": {}},
    ],
    "tool_config": {"function_calling_config": {"mode": "ANY", "allowed_function_names": ["get_it"]}},
    "labels": {"cost_center": "x_y"},
    "future_field": {"some_thing": [1, None]},
}  # fmt: skip
CAMEL = {
    "systemInstruction": {"parts": [{"text": "short"}]},
    "contents": [
        {"role": "user", "parts": [{"text": "hi"}, {"inlineData": {"mimeType": "image/png", "data": "aGk_"}}]},
        {"role": "model", "parts": [
            {"functionCall": {"name": "get_it", "args": {"the_city": {"top_k": 1}}}, "thoughtSignature": "c2ln"}]},
        {"role": "user", "parts": [
            {"functionResponse": {"name": "get_it", "response": {"top_p": {"inline_data": 1}}}}]},
    ],
    "generationConfig": {
        "topP": 0.5,
        "thinkingConfig": {"thinkingBudget": 128, "includeThoughts": True},
        "responseJsonSchema": {"type": "object", "properties": {"any_of": {"enum": ["top_k"]}}},
        "responseSchema": {"anyOf": [{"type": "STRING", "minLength": 2}], "propertyOrdering": ["any_of"]},
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    },
    "tools": [
        {"functionDeclarations": [{
            "name": "get_it",
            "parameters": {"type": "OBJECT", "properties": {
                "min_items": {"type": "ARRAY", "minItems": 1, "items": {"anyOf": [], "default": {"min_items": 3}}}}},
            "parametersJsonSchema": {"min_items": 1},
            "response": {"type": "OBJECT", "properties": {"any_of": {"maxItems": 1}}},
        }]},
        {"googleSearch": {}},
    ],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["get_it"]}},
    "labels": {"cost_center": "x_y"},
    "future_field": {"some_thing": [1, None]},
}  # fmt: skip


def understood(body, model=MODEL, stream=False, **headers):
    return parse(body, model, headers, CATALOGUE, stream=stream)


def test_snake_case_becomes_camel_case_except_what_is_the_callers():
    assert understood(copy.deepcopy(SNAKE)).request == CAMEL


def test_camel_case_stays_as_it_is():
    assert understood(copy.deepcopy(CAMEL)).request == CAMEL


def test_the_call_says_what_was_asked():
    call = understood({**CAMEL, "model": "models/other"}, "models/gemini-2.5-pro", stream=True)
    assert (call.model, call.requested, call.stream) == ("gemini-2.5-pro", "models/gemini-2.5-pro", True)
    assert "model" not in call.request
    assert "code-assist" in call.backends
    assert call.prompt == (
        ("system", "short"),
        ("user", "hi\n[image/png]"),
        ("model", 'get_it({"the_city":{"top_k":1}})'),
        ("user", 'get_it → {"top_p":{"inline_data":1}}'),
    )


def test_unknown_model_is_404():
    with pytest.raises(ClientFault) as raised:
        understood(CAMEL, "gemini-2.5-por")
    assert raised.value.status == 404


def test_count_takes_contents_or_a_whole_request():
    contents = {"contents": [{"parts": [{"text": "hi"}]}]}
    wanted = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    assert parse_count(contents, MODEL, {}, CATALOGUE).request == wanted
    whole = {"generate_content_request": {"model": f"models/{MODEL}", **copy.deepcopy(SNAKE)}}
    assert parse_count(whole, MODEL, {}, CATALOGUE).request == CAMEL
    with pytest.raises(ClientFault):
        parse_count({**contents, **whole}, MODEL, {}, CATALOGUE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["contents", "parts", "text", "x_y"]), inner),
)


@given(JSON)
def test_any_json_is_understood_or_refused(body):
    try:
        understood(body)
    except ClientFault as fault:
        assert not isinstance(body, dict) or fault.param.startswith("contents")


@pytest.mark.parametrize(
    ("contents", "param"),
    [
        (5, "contents"),
        ("hi", "contents"),
        (["hi"], "contents[0]"),
        ([None], "contents[0]"),
        ([{}, {"parts": 5}], "contents[1].parts"),
    ],
)
def test_contents_are_messages(contents, param):
    with pytest.raises(ClientFault) as raised:
        understood({"contents": contents})
    assert raised.value.param == param


@given(st.dictionaries(st.text(), JSON))
def test_arguments_are_never_touched(args):
    part = {"functionCall": {"name": "f", "args": args}}
    assert normalised({"contents": [{"parts": [part]}]})["contents"][0]["parts"] == [part]


FIRST = {
    "candidates": [{"index": 0, "content": {"role": "model", "parts": [
        {"text": "thinking", "thought": True}, {"text": "é\u2028", "thoughtSignature": "c2ln"}]}}],
    "modelVersion": "gemini-2.5-pro-001", "usageMetadata": {"promptTokenCount": 1}, "future": [1],
}  # fmt: skip
LAST = {
    "candidates": [{"index": 0, "content": {"role": "model"}, "finishReason": "STOP", "groundingMetadata": {"q": 1}}],
    "responseId": "r",
}


def events(raw):
    return [json.loads(event.removeprefix(b"data: ")) for event in raw.split(b"\r\n\r\n") if event.strip()]


def test_events_are_googles_own():
    encoder = NativeEncoder(stream=True)
    raw = encoder.opening() + encoder.feed(read([FIRST])) + encoder.heartbeat + encoder.feed(read([LAST]))
    raw += encoder.finish()
    assert encoder.content_type.startswith("text/event-stream")
    assert events(raw.replace(b"\n\ndata", b"\ndata")) == [FIRST, LAST]
    assert len(raw.decode().splitlines()) == 5  # two events, two blank lines, a heartbeat
    assert encoder.finish_reason == "STOP"


def test_an_array_grows_and_is_json_at_the_end():
    encoder = NativeEncoder(stream=True, events=False)
    raw = [encoder.opening(), encoder.heartbeat, encoder.feed(read([FIRST, LAST])), encoder.heartbeat]
    assert json.loads(b"".join([*raw, encoder.finish()])) == [FIRST, LAST]
    assert encoder.content_type == "application/json"


def test_an_array_that_fails_is_json_too():
    for fed in ([], [FIRST]):
        encoder = NativeEncoder(stream=True, events=False)
        raw = encoder.opening() + encoder.feed(read(fed)) + encoder.error(UpstreamFault(FaultKind.SERVER, "no"))
        *before, last = json.loads(raw)
        assert before == fed
        assert last["error"]["code"] == 502


def test_one_body_is_the_response_itself():
    encoder = NativeEncoder(stream=False)
    whole = {**FIRST, "candidates": [{**FIRST["candidates"][0], "finishReason": "MAX_TOKENS"}]}
    assert encoder.feed(read([whole])) == b""
    assert json.loads(encoder.whole()) == whole
    assert encoder.finish_reason == "MAX_TOKENS"


def test_several_responses_become_one_body():
    encoder = NativeEncoder(stream=False)
    encoder.feed(read([FIRST]))
    encoder.feed(read([LAST]))
    said = json.loads(encoder.whole())
    assert said["candidates"][0]["content"]["parts"] == FIRST["candidates"][0]["content"]["parts"]
    assert said["candidates"][0]["finishReason"] == "STOP"
    assert (said["responseId"], said["modelVersion"]) == ("r", "gemini-2.5-pro-001")


def test_a_cut_answer_is_not_given_an_end():
    for stream in (True, False):
        encoder = NativeEncoder(stream=stream)
        encoder.feed(read([FIRST]))
        with pytest.raises(UpstreamFault) as raised:
            encoder.finish() if stream else encoder.whole()
        assert raised.value.kind is FaultKind.PROTOCOL


def test_a_refused_prompt_is_an_answer():
    encoder = NativeEncoder(stream=False)
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}}
    encoder.feed(read([blocked]))
    assert json.loads(encoder.whole()) == blocked
    assert encoder.finish_reason == "SAFETY"


def test_half_a_character_passes():
    halves = {"candidates": [{"content": {"parts": [{"text": "\ud83d"}]}, "finishReason": "STOP"}]}
    assert events(NativeEncoder(stream=True).feed(read([halves]))) == [halves]


ERRORS = [
    (ClientFault("no", param="contents"), 400, "INVALID_ARGUMENT"),
    (ClientFault("no", status=401), 401, "UNAUTHENTICATED"),
    (ClientFault("no", status=404), 404, "NOT_FOUND"),
    (ClientFault("no", status=413), 413, "INVALID_ARGUMENT"),
    (ClientFault("no", status=501), 501, "UNIMPLEMENTED"),
    (NoCredential("none"), 503, "UNAVAILABLE"),
    (NoCredential("later", retry_after_s=4.2), 429, "RESOURCE_EXHAUSTED"),
    (UpstreamFault(FaultKind.CLIENT, "bad", status=400), 400, "INVALID_ARGUMENT"),
    (UpstreamFault(FaultKind.NEEDS_LOGIN, "dead", status=401), 503, "UNAVAILABLE"),
    (UpstreamFault(FaultKind.AUTH, "dead", status=401), 503, "UNAVAILABLE"),
    (UpstreamFault(FaultKind.CAPACITY, "full", status=503), 503, "UNAVAILABLE"),
    (UpstreamFault(FaultKind.TIMEOUT, "late"), 504, "DEADLINE_EXCEEDED"),
    (Problem("crash"), 500, "INTERNAL"),
]


@pytest.mark.parametrize(("problem", "status", "word"), ERRORS)
def test_errors_in_googles_shape(problem, status, word):
    answer = refusal(problem)
    error = json.loads(answer.body)["error"]
    assert (answer.status, error["code"], error["status"]) == (status, status, word)
    assert error["message"] == problem.sentence


def test_waiting_times_are_told_where_clients_look():
    error = error_body(NoCredential("later", retry_after_s=4.2, daily=True))["error"]
    kinds = {detail["@type"].rpartition(".")[2]: detail for detail in error["details"]}
    assert kinds["RetryInfo"]["retryDelay"] == "5s"
    assert "PerDay" in kinds["QuotaFailure"]["violations"][0]["quotaId"]
    assert dict(refusal(NoCredential("later", retry_after_s=4.2)).headers)["Retry-After"] == "5"
    assert "details" not in error_body(NoCredential("none"))["error"]


def test_pages_cover_the_list_once():
    models, seen, token = list(CATALOGUE.models.values()), [], ""
    while True:
        listed = page(models, "3", token)
        assert len(listed["models"]) <= 3
        seen += [model["name"] for model in listed["models"]]
        if not (token := listed.get("nextPageToken", "")):
            break
    assert seen == [f"models/{model.id}" for model in models]
    assert page(models, "0", "") == page(models, "", "")
    for size, token in (("-1", ""), ("x", ""), ("", "1.5"), ("", "²")):
        with pytest.raises(ClientFault):
            page(models, size, token)
