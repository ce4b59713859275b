"""Every rule of the front door, broken once, with Google's text."""

from typing import Any

import pytest

HI = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
CALL = {"functionCall": {"name": "f", "args": {}}}
REPLY = {"functionResponse": {"name": "f", "response": {"ok": 1}}}


def config(**fields: Any) -> dict[str, Any]:
    return {**HI, "generationConfig": fields}


def thinking(**fields: Any) -> dict[str, Any]:
    return config(thinkingConfig=fields)


def function(**fields: Any) -> dict[str, Any]:
    return {**HI, "tools": [{"functionDeclarations": [{"name": "f", **fields}]}]}


def turns(*parts: Any) -> dict[str, Any]:
    """User and model take turns; each argument is one content's parts."""
    return {"contents": [{"role": ("user", "model")[n % 2], "parts": list(one)} for n, one in enumerate(parts)]}


def blob(kind: str) -> dict[str, Any]:
    return {"inlineData": {"mimeType": kind, "data": "AAAA"}}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels - 1):
        schema = {"type": "array", "items": schema}
    return schema


REFUSED = {
    "no contents": ({}, "contents is not specified"),
    "empty contents": ({"contents": []}, "contents is not specified"),
    "empty parts": ({"contents": [{"role": "user", "parts": []}]}, "contents.parts must not be empty"),
    "empty part": ({"contents": [{"role": "user", "parts": [{}]}]}, "required oneof field 'data'"),
    "empty text": ({"contents": [{"role": "user", "parts": [{"text": ""}]}]}, "must have a text parameter"),
    "two datas": (
        {"contents": [{"role": "user", "parts": [{"text": "a", **CALL}]}]},
        "oneof field 'data' is already set",
    ),
    "response that is a number": (turns([{"text": "a"}], [CALL], [{"functionResponse": 5}]), "Invalid value at"),
    "reference that is no text": (
        function(parametersJsonSchema={"type": "object", "properties": {"a": {"$ref": {"b": 1}}}}),
        "Request contains an invalid argument.",
    ),
    "wrong role": (
        {"contents": [{"role": "assistant", "parts": [{"text": "a"}]}]},
        "Please use a valid role: user, model.",
    ),
    "role missing": (
        {"contents": [{"parts": [{"text": "a"}]}, {"parts": [{"text": "b"}]}]},
        "Please use a valid role: user, model.",
    ),
    "unknown top field": ({**HI, "messages": []}, 'Unknown name "messages": Cannot find field.'),
    "unknown config": (config(max_tokens=1), "Unknown name \"max_tokens\" at 'generation_config': Cannot find field."),
    "schema key": (
        function(parameters={"type": "object", "additionalProperties": False}),
        "Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field.",
    ),
    "deep schema key": (
        function(parameters={"type": "object", "properties": {"a": {"type": "string", "$ref": "#"}}}),
        "parameters.properties[a]': Cannot find field.",
    ),
    "string format": (
        function(parameters={"type": "object", "properties": {"a": {"type": "string", "format": "uri"}}}),
        "only 'enum' and 'date-time' are supported for STRING type",
    ),
    "required unknown": (
        function(parameters={"type": "object", "required": ["b"]}),
        "required[0]: property is not defined",
    ),
    "type list": (
        function(parameters={"type": ["string", "null"]}),
        "Proto field is not repeating, cannot start list.",
    ),
    "function name": ({**HI, "tools": [{"functionDeclarations": [{"name": "1 f"}]}]}, "Invalid function name"),
    "both schemas": (function(parameters={"type": "object"}, parametersJsonSchema={}), "only one of parameters and"),
    "cyclic schema": (
        function(parametersJsonSchema={"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}),
        "exceeds the maximum allowed nesting depth",
    ),
    "word for a type": (
        function(parametersJsonSchema={"properties": {"a": {"type": "double"}}}),
        "Request contains an invalid argument.",
    ),
    "deep function": (
        function(parametersJsonSchema=nested(33)),
        "FunctionDeclaration 'f' in the request exceeds the maximum allowed nesting depth.",
    ),
    "deep answer": (
        config(responseMimeType="application/json", responseJsonSchema=nested(33)),
        "A schema in GenerationConfig in the request exceeds the maximum allowed nesting depth.",
    ),
    "picture called jpg": (turns([blob("image/jpg")]), "Unsupported MIME type: image/jpg"),
    "picture in a result": (
        turns([{"text": "a"}], [CALL], [{"functionResponse": {"name": "f", "response": {}, "parts": [blob("png")]}}]),
        "Unsupported MIME type: png",
    ),
    "file called octets": (
        turns([{"fileData": {"mimeType": "application/octet-stream", "fileUri": "gs://b/a"}}]),
        "Unsupported MIME type: application/octet-stream",
    ),
    "search and functions": (
        {**HI, "tools": [{"googleSearch": {}}, {"functionDeclarations": [{"name": "f"}]}]},
        "Tool use with function calling is unsupported",
    ),
    "names without ANY": (
        {**HI, "toolConfig": {"functionCallingConfig": {"mode": "AUTO", "allowedFunctionNames": ["f"]}}},
        "Allowed function names should only be set when function calling mode is ANY",
    ),
    "temperature": (config(temperature=3), "temperature value of 3 but the supported range"),
    "max tokens": (config(maxOutputTokens=0), "maxOutputTokens value of 0 but the supported range"),
    "schema without mime": (config(responseSchema={"type": "object"}), "only allowed for response_mime_type"),
    "budget too high": (
        thinking(thinkingBudget=30000),
        "thinking budget 30000 is invalid. Please choose a value between 0",
    ),
    "both thinkings": (thinking(thinkingBudget=1, thinkingLevel="LOW"), "only set only one of thinking budget and"),
    "level on 2.5": (thinking(thinkingLevel="LOW"), "Thinking level is not supported for this model."),
    "category": ({**HI, "safetySettings": [{"category": "HARM_CATEGORY_X"}]}, "safety_settings[0].category"),
    "counts": (turns([{"text": "a"}], [CALL, CALL], [REPLY]), "number of function response parts is equal"),
    "call first": (turns([CALL]), "function call turn comes immediately after a user turn"),
    "reply first": (turns([REPLY]), "function response turn comes immediately after a function call turn"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_the_front_door_refuses_with_googles_words(google: Any, case: str) -> None:
    body, text = REFUSED[case]
    answer = await google.post(body)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert text in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"contents": [{"parts": [{"text": "one turn needs no role"}]}]},
        thinking(thinking_budget=0, include_thoughts=True),
        thinking(thinkingBudget=-1),
        function(parametersJsonSchema={"type": "object", "additionalProperties": False, "$defs": {}}),
        function(parametersJsonSchema={"properties": {"$ref": {"type": "STRING"}, "type": nested(31)}}),
        function(parametersJsonSchema={"$defs": {"a": {}}, "anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}),
        turns(
            [blob("image/jpeg"), blob("audio/L16;rate=24000".lower()), {"fileData": {"fileUri": "https://youtu.be/a"}}]
        ),
        function(parameters={"type": "OBJECT", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
        turns([{"text": "a"}], [CALL, CALL], [REPLY, REPLY]),
        {**HI, "system_instruction": {"parts": [{"text": "be brief"}]}, "safety_settings": []},
    ],
)
async def test_good_requests_pass_in_either_spelling(google: Any, body: Any) -> None:
    answer = await google.post(body)
    assert answer.status_code == 200, answer.text


async def test_budget_zero_on_pro_and_unsupported_levels(google: Any) -> None:
    zero = await google.post(thinking(thinkingBudget=0), model="gemini-2.5-pro")
    assert "Budget 0 is invalid. This model only works in thinking mode." in zero.text
    level = await google.post(thinking(thinkingLevel="minimal"), model="gemini-3.1-pro-preview")
    assert "Thinking level MINIMAL is not supported for this model." in level.text


async def test_unknown_model_and_doubled_prefix_are_404(google: Any) -> None:
    for name in ("gemini-9", "models/gemini-2.5-pro"):
        answer = await google.ask(model=name)
        assert answer.status_code == 404
        assert (
            f"models/{name} is not found for API version v1beta, or is not supported"
            in answer.json()["error"]["message"]
        )


async def signed_call(google: Any, model: str) -> Any:
    answer = await google.ask("the weather?", model=model, tools=function(parameters=None)["tools"])
    return answer.json()["candidates"][0]["content"]["parts"][-1]


async def test_gemini_3_wants_its_own_signature_back(google: Any) -> None:
    model = "gemini-3-flash-preview"

    async def back(part: Any) -> str:
        answer = await google.post(turns([{"text": "a"}], [part], [REPLY]), model=model)
        return "" if answer.status_code == 200 else str(answer.json()["error"]["message"])

    genuine = await signed_call(google, model)
    assert "missing a thought_signature" in await back(CALL) and "`default_api:f` , position 2." in await back(CALL)
    assert await back({**CALL, "thoughtSignature": "bm90IG91cnM="}) == "Corrupted thought signature."
    assert await back({**CALL, "thoughtSignature": "skip_thought_signature_validator"}) == ""
    assert await back(genuine) == ""
    foreign = await signed_call(google, "gemini-2.5-flash")
    assert await back(foreign) == "Invalid thought signature."


async def test_an_earlier_turn_and_a_second_parallel_call_need_no_signature(google: Any) -> None:
    model, mark = "gemini-3-flash-preview", {"thoughtSignature": "skip_thought_signature_validator"}
    old = turns([{"text": "a"}], [CALL], [REPLY], [{"text": "b"}], [{"text": "c"}])
    assert (await google.post(old, model=model)).status_code == 200
    parallel = turns([{"text": "a"}], [{**CALL, **mark}, CALL], [REPLY, REPLY])
    assert (await google.post(parallel, model=model)).status_code == 200


async def test_levels_are_each_models_own(google: Any) -> None:
    for model, level, status in (
        ("gemini-3.8-flash", "MINIMAL", 400),
        ("gemini-3.6-flash", "MINIMAL", 200),
        ("gemini-flash-latest", "MINIMAL", 400),
        ("gemini-pro-latest", "MEDIUM", 200),
        ("gemini-4-hydrogen", "XHIGH", 200),
        ("gemini-3.8-flash", "XHIGH", 400),
        ("gemini-3.8-flash", "THINKING_LEVEL_UNSPECIFIED", 200),
    ):
        assert (await google.post(thinking(thinkingLevel=level), model=model)).status_code == status, (model, level)
    unknown = await google.post(thinking(thinkingLevel="ULTRA"), model="gemini-3.8-flash")
    assert unknown.status_code == 400 and 'ThinkingLevel), "ULTRA"' in unknown.json()["error"]["message"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"generationConfig": {"thinkingConfig": {"thinkingBudget": 1024}}}, "Thinking budget"),
        ({"generationConfig": {"presencePenalty": 0.1}}, "Penalty"),
        ({"generationConfig": {"candidateCount": 2}}, "Multiple candidates"),
        ({"generationConfig": {"maxOutputTokens": 32769}}, "maxOutputTokens value of 32769"),
        ({"cachedContent": "cachedContents/x"}, "CachedContent"),
        ({"contents": [{"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": [{"text": "b"}]}]},
         "ending with a model turn"),
    ],
)  # fmt: skip
async def test_gemini_4_refuses_what_earlier_models_take(google: Any, more: dict[str, Any], words: str) -> None:
    body = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}], **more}
    answer = await google.post(body, model="gemini-4-hydrogen")
    assert answer.status_code == 400 and words in answer.json()["error"]["message"]
    if "Multiple" not in words:
        assert "Cached" in words or (await google.post(body, model="gemini-3.1-pro-preview")).status_code == 200


async def test_a_long_answer_of_gemini_4_is_streamed(google: Any) -> None:
    body = {
        "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
        "generationConfig": {"maxOutputTokens": 40_000},
    }
    assert (await google.post(body, model="gemini-4-hydrogen", stream=True)).status_code == 200


async def test_gemini_4_needs_billing_but_for_one(google: Any) -> None:
    assert "limit: 0" in (await google.ask(model="gemini-4-neon")).text
    assert (await google.ask(model="gemini-4-hydrogen")).status_code == 200


async def test_models_end_by_the_worlds_clock(google: Any) -> None:
    """Before the date as ever; after it out of the list, and answered by the heir where Google routes it."""
    day = 86_400.0
    assert (await google.ask(model="gemini-2.5-flash")).json()["modelVersion"] == "gemini-2.5-flash"
    assert (await google.ask(model="gemini-3-pro-preview")).status_code == 404
    google.hand.at += 14 * day
    assert (await google.ask(model="gemini-2.5-flash")).json()["modelVersion"] == "gemini-3.5-flash-lite"
    listed = (await google.http.get("/v1beta/models?pageSize=1000", headers={"x-goog-api-key": "AIza-sim-1"})).text
    assert 'models/gemini-2.5-flash"' not in listed and "models/gemini-2.5-flash-lite" in listed


async def test_answers_of_a_model_that_ends_say_when(google: Any) -> None:
    """In each event; where an heir answers, it is the heir's end that counts, and Vertex AI says nothing."""
    ending = (await google.ask(model="gemini-2.5-flash")).json()
    assert ending["modelStatus"] == {"modelStage": "LEGACY", "retirementTime": "2026-12-01T00:00:00Z"}
    assert "modelStatus" not in (await google.ask(model="gemini-3.8-flash")).json()
    google.hand.at += 14 * 86_400.0
    assert "modelStatus" not in (await google.ask(model="gemini-2.5-flash")).json()


async def test_keys_of_the_new_form_travel_in_their_own_header_alone(google: Any) -> None:
    google.world.add_api_key("AQ.good", project="p2")
    google.world.add_api_key("AIza-old", project="p3", state="old_kind")
    body, path = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}, "/v1beta/models/gemini-3.8-flash:"
    for headers, status in (
        ({"x-goog-api-key": "AQ.good"}, 200),
        ({"authorization": "Bearer AQ.good"}, 401),
        ({"x-goog-api-key": "AQ.good", "authorization": "Bearer AQ.good"}, 401),
        ({"x-goog-api-key": "AIza-old"}, 401),
    ):
        answer = await google.http.post(f"{path}generateContent", json=body, headers=headers)
        assert answer.status_code == status
        assert status == 200 or "ACCESS_TOKEN_TYPE_UNSUPPORTED" in answer.text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"systemInstruction": {"parts": [{"text": "a"}]}}, "Developer instruction is not enabled"),
        ({"generationConfig": {"responseMimeType": "application/json"}}, "JSON mode is not enabled"),
        ({"tools": [{"functionDeclarations": [{"name": "f"}]}]}, "Function calling is not enabled"),
    ],
)
async def test_gemma_3_has_less_than_gemma_4(google: Any, more: Any, words: str) -> None:
    refused = await google.post({**HI, **more}, model="gemma-3-27b-it")
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, f"{words} for models/gemma-3-27b-it")
    assert (await google.post({**HI, **more}, model="gemma-4-31b-it")).status_code == 200
