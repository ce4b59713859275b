import json

import pytest
from as_sent import as_sent
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcli2api_tui.dialects.openai_chat import parse
from gcli2api_tui.events.problems import ClientFault

PIXEL = "data:image/png;base64,iVBORw0K"
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}


def call(identity, name="f", arguments="{}", **more):
    return {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}, **more}


def test_system_leads_or_keeps_its_place(understand):
    request = understand(
        messages=[
            {"role": "system", "content": "a"},
            {"role": "developer", "content": [{"type": "text", "text": "b"}]},
            {"role": "user", "content": "c"},
            {"role": "system", "content": "d"},
        ]
    ).call.request
    assert request["systemInstruction"] == {"parts": [{"text": "a"}, {"text": "b"}]}
    assert request["contents"] == [{"role": "user", "parts": [{"text": "c"}, {"text": "<system>\nd\n</system>"}]}]


def test_only_system_becomes_the_question(understand):
    request = understand(messages=[{"role": "system", "content": "a"}]).call.request
    assert request == {"contents": [{"role": "user", "parts": [{"text": "a"}]}]}


def test_sampling(understand):
    config = understand(
        temperature=0.5,
        top_p=1,
        top_k=3,
        max_tokens=9,
        max_completion_tokens=10**6,
        stop="END",
        seed=2**40 + 5,
        n=2,
        presence_penalty=0,
        frequency_penalty=0.5,
    ).call.request["generationConfig"]
    assert config == {
        "temperature": 0.5,
        "topP": 1,
        "topK": 3,
        "maxOutputTokens": 65536,
        "stopSequences": ["END"],
        "seed": 5,
        "candidateCount": 2,
        "frequencyPenalty": 0.5,
    }


def test_nothing_asked_nothing_sent(understand):
    assert understand(stop=[], tools=[], temperature=None, n=1).call.request.keys() == {"contents"}


TOLD_IN_ORDER = [
    *("model", "stream", "tools", "messages", "temperature", "top_p", "top_k", "max_completion_tokens", "max_tokens"),
    *("stop", "n", "seed", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "modalities"),
    *("response_format", "google", "reasoning_effort", "service_tier", "stream_options"),
]


def test_of_several_wrong_fields_the_first_is_told(understand):
    """In an order that stays: programs have mended one field after the other by it."""
    left, told = {name: "yes" if name in ("stream", "logprobs") else True for name in TOLD_IN_ORDER}, []
    while len(told) < len(TOLD_IN_ORDER):
        with pytest.raises(ClientFault) as caught:
            understand(**left)
        told.append(caught.value.param)
        del left[caught.value.param]
    assert told == TOLD_IN_ORDER


def test_media(understand):
    parts = understand(
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "see "},
                    {"type": "image_url", "image_url": {"url": "data:image/PNG;x=y;base64,iVBO\nRw0K"}},
                    {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}},
                    {"type": "file", "file": {"filename": "a.pdf", "file_data": "AA"}},
                ],
            }
        ]
    ).call.request["contents"][0]["parts"]
    assert parts == [
        {"text": "see "},
        {"inlineData": {"mimeType": "image/png", "data": "iVBORw0K"}},
        {"inlineData": {"mimeType": "audio/mpeg", "data": "AAAA"}},
        {"inlineData": {"mimeType": "application/pdf", "data": "AA=="}},
    ]


def test_results_follow_their_calls_in_order(understand):
    contents = understand(
        messages=[
            {"role": "user", "content": "go"},
            {"role": "assistant", "content": None, "tool_calls": [call("a"), call("b"), call("c", arguments="nope")]},
            {"role": "tool", "tool_call_id": "b", "content": '{"ok": 1}'},
            {"role": "system", "content": "between"},
            {"role": "tool", "tool_call_id": "a", "content": "007"},
        ]
    ).call.request["contents"]
    assert [content["role"] for content in contents] == ["user", "model", "user", "user"]
    assert contents[1]["parts"][2]["functionCall"]["args"] == {"_raw": "nope"}
    responses = [part["functionResponse"] for part in contents[2]["parts"]]
    assert [item["id"] for item in responses] == ["a", "b", "c"]
    assert [item["response"] for item in responses] == [{"result": "007"}, {"ok": 1}, {"error": "no result"}]


def test_call_ids_used_again_belong_to_the_latest_call(understand):
    turn = [{"role": "assistant", "tool_calls": [call("x")]}, {"role": "tool", "tool_call_id": "x", "content": "1"}]
    again = [turn[0], {**turn[1], "content": "2"}]
    contents = understand(messages=[{"role": "user", "content": "go"}, *turn, *again]).call.request["contents"]
    said = [
        p["functionResponse"]["response"]["result"] for c in contents for p in c["parts"] if "functionResponse" in p
    ]
    assert said == ["1", "2"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gemini-2.5-pro", [None, None, None]),
        ("gemini-3-pro-preview", [None, "skip_thought_signature_validator", None]),
    ],
)
def test_bypass_only_where_a_signature_is_required(understand, model, expected):
    """Not in an earlier turn, and only on the first of parallel calls."""
    contents = understand(
        model=model,
        messages=[
            {"role": "user", "content": "old"},
            {"role": "assistant", "tool_calls": [call("a")]},
            {"role": "user", "content": "new"},
            {"role": "assistant", "tool_calls": [call("b"), call("c")]},
        ],
    ).call.request["contents"]
    calls = [part for content in contents for part in content["parts"] if "functionCall" in part]
    assert [part.get("thoughtSignature") for part in calls] == expected


def test_a_known_signature_goes_back(understand):
    signed = call("a", extra_content={"google": {"thought_signature": "SIG"}})
    contents = understand(
        model="gemini-3-pro-preview",
        messages=[{"role": "user", "content": "x"}, {"role": "assistant", "content": "", "tool_calls": [signed]}],
    ).call.request["contents"]
    assert contents[1]["parts"][0]["thoughtSignature"] == "SIG"


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        ({"type": "function", "function": {"name": "f"}}, {"mode": "ANY", "allowedFunctionNames": ["f"]}),
        (
            {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [TOOL]}},
            {"mode": "AUTO"},
        ),
    ],
)
def test_tool_choice(understand, choice, config):
    request = understand(tools=[TOOL], tool_choice=choice).call.request
    assert request["toolConfig"]["functionCallingConfig"] == config


def test_a_custom_tool_takes_its_text_as_one_argument(understand):
    tool = {"type": "custom", "custom": {"name": "run", "description": "d", "format": {"type": "text"}}}
    said = {"id": "a", "type": "custom", "custom": {"name": "run", "input": "ls {"}}
    request = understand(
        tools=[tool],
        tool_choice={"type": "custom", "custom": {"name": "run"}},
        messages=[
            {"role": "user", "content": "x"},
            {"role": "assistant", "tool_calls": [said]},
            {"role": "tool", "tool_call_id": "a", "content": "ok"},
        ],
    ).call.request
    schema = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
    declared = {"name": "run", "description": "d", "parametersJsonSchema": schema}
    assert request["tools"] == [{"functionDeclarations": [declared]}]
    assert request["toolConfig"]["functionCallingConfig"]["allowedFunctionNames"] == ["run"]
    call_part, result = request["contents"][1]["parts"][0], request["contents"][2]["parts"][0]
    assert call_part["functionCall"] == {"id": "a", "name": "run", "args": {"input": "ls {"}}
    assert result["functionResponse"]["response"] == {"result": "ok"}


def test_function_call_chooses_among_functions(understand):
    functions = [{"name": "f"}, {"name": "g"}]
    request = understand(functions=functions, function_call={"name": "g"}).call.request
    assert [one["name"] for one in request["tools"][0]["functionDeclarations"]] == ["f", "g"]
    assert request["toolConfig"]["functionCallingConfig"] == {"mode": "ANY", "allowedFunctionNames": ["g"]}


def test_images_and_sound_can_be_asked_for(understand):
    assert understand(modalities=["text", "image"]).call.request["generationConfig"] == {
        "responseModalities": ["TEXT", "IMAGE"]
    }
    assert "generationConfig" not in understand(modalities=["text"], audio={"voice": "a"}).call.request
    asks = {"modalities": ["text", "audio"], "audio": {"voice": "Kore", "format": "pcm16"}}
    assert understand(**asks).call.request["generationConfig"] == {
        "responseModalities": ["AUDIO"],
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    }
    alloy = understand(modalities=["audio"], audio={"voice": "alloy", "format": "wav"}).call.request
    assert alloy["generationConfig"] == {"responseModalities": ["AUDIO"]}
    mp3 = asks | {"audio": {"format": "mp3"}}
    for wrong, param in (({"modalities": ["smell"]}, "modalities.[0]"), (mp3, "audio.format")):
        with pytest.raises(ClientFault) as caught:
            understand(**wrong)
        assert caught.value.param == param


def test_search_unless_there_are_tools(understand):
    wanted = {"web_search_options": {"user_location": {"type": "approximate"}}}
    assert understand(**wanted).call.request["tools"] == [{"googleSearch": {}}]
    assert [*understand(**wanted, tools=[TOOL]).call.request["tools"][0]] == ["functionDeclarations"]


def test_what_names_a_conversation(catalogue):
    body = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "x"}], "user": "u"}
    keyed = {**body, "prompt_cache_key": "k"}
    found = [
        parse(one, headers, catalogue).call
        for one, headers in ((body, {}), (keyed, {}), (keyed, {"session_id": "s"}), ({**body, "user": 3}, {}))
    ]
    assert [call.affinity for call in found] == ["u", "k", "s", ""]
    assert all(call.request == found[0].request for call in found)


def test_cached_content_goes_to_google(understand):
    assert understand(google={"cached_content": "cachedContents/1"}).call.request["cachedContent"] == "cachedContents/1"


def test_logprobs_are_asked_for(understand):
    config = understand(logprobs=True, top_logprobs=0).call.request["generationConfig"]
    assert config == {"responseLogprobs": True}
    assert "generationConfig" not in understand(logprobs=False).call.request


def test_names_google_refuses_travel_under_others(understand):
    names = ["a b", "a_b", "1x", "n" * 70, "n" * 71, "ok.name:1-2"]
    wanted = understand(tools=[{"type": "function", "function": {"name": name}} for name in names])
    wires = [item["name"] for item in wanted.call.request["tools"][0]["functionDeclarations"]]
    assert len(set(wires)) == len(names)
    assert all(len(wire) <= 64 and (wire[0].isalpha() or wire[0] == "_") for wire in wires)
    assert [wanted.options.originals.get(wire, wire) for wire in wires] == names


def test_json_schema_beside_tools_is_said_in_words_before_gemini_3(understand):
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object", "title": "T"}}}
    old = as_sent(understand(tools=[TOOL], response_format=form).call)
    assert not old["generationConfig"] and '"title":"T"' in old["systemInstruction"]["parts"][0]["text"]
    new = understand(model="gemini-3-pro-preview", tools=[TOOL], response_format=form).call.request
    assert new["generationConfig"]["responseJsonSchema"] == {"type": "object", "title": "T"}


def test_google_thinking_config_beats_effort(understand):
    for more in (
        {"google": {"thinking_config": {"thinking_budget": 5, "include_thoughts": True}}},
        {"extra_body": {"google": {"thinking_config": {"thinking_budget": 5, "include_thoughts": True}}}},
    ):
        config = understand(reasoning_effort="high", **more).call.request["generationConfig"]
        assert config["thinkingConfig"] == {"thinkingBudget": 5, "includeThoughts": True}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"model": None}, "model"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.[0].content"),
        ({"messages": [{"content": "x"}]}, "messages.[0].role"),
        ({"messages": [{"role": "tool", "tool_call_id": 7, "content": "x"}]}, "messages.[0].tool_call_id"),
        (
            {
                "messages": [
                    {"role": "assistant", "tool_calls": [call("a"), call("b")]},
                    {"role": "tool", "content": "whose?"},
                ]
            },
            "messages.[1].tool_call_id",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "messages.[0].content.[0].type"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "ftp://x/a.png"}}]}]},
            "messages.[0].content.[0].image_url.url",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "data:a/b;base64,?"}]}]},
            "messages.[0].content.[0].image_url",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "file", "file": {"file_id": "f"}}]}]},
            "messages.[0].content.[0].file.file_id",
        ),
        ({"tools": [{"type": "retrieval"}]}, "tools.[0].type"),
        ({"tools": [{"type": "custom"}]}, "tools.[0].custom.name"),
        (
            {"tools": [{"type": "custom", "custom": {"name": "c", "format": {"type": "grammar"}}}]},
            "tools.[0].custom.format",
        ),
        (
            {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "z"}}},
            "tool_choice.function.name",
        ),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"temperature": 3}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"n": 9}, "n"),
        ({"stop": ["a"] * 5}, "stop"),
        ({"top_logprobs": 3}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"reasoning_effort": "lots"}, "reasoning_effort"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema.schema"),
        ({"google": {"thinking_config": {"thinking_budget": 1, "thinking_level": "LOW"}}}, "google.thinking_config"),
        ({"google": {"thinking_config": {"thinking_level": "LOW"}}}, "google.thinking_config.thinking_level"),
    ],
)
def test_faults_name_the_field(understand, body, param):
    with pytest.raises(ClientFault) as caught:
        understand(**body)
    assert (caught.value.param, caught.value.status) == (param, 400)


DRAWN = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ann", ["ann said:\n", "hi"]),
        (" ann\nsaid:\tx ", ["ann said: x said:\n", "hi"]),
        ("", ["hi"]),
        (None, ["hi"]),
        ("user", ["hi"]),
    ],
)
def test_who_of_several_speaks_is_told_before_the_words(understand, name, words):
    said = [{"role": "user", "content": "hi", "name": name}, {"role": "assistant", "content": "hm", "name": "bot"}]
    contents = understand(messages=[*said, {"role": "user", "content": "so?"}]).call.request["contents"]
    assert [[part["text"] for part in one["parts"]] for one in contents] == [words, ["hm"], ["so?"]]


def test_an_example_in_a_system_message_says_whose_it_is(understand):
    said = [{"role": "system", "content": "hi", "name": "example_user"}, {"role": "user", "content": "", "name": "ann"}]
    request = understand(messages=[*said, {"role": "user", "content": "so?"}]).call.request
    assert request["systemInstruction"]["parts"] == [{"text": "example_user said:\nhi"}]
    assert request["contents"] == [{"role": "user", "parts": [{"text": "so?"}]}]


@pytest.mark.parametrize(
    "message",
    [
        {"content": f"![image](data:image/png;base64,{DRAWN})", "images": [{"type": "image_url", "image_url": "%s"}]},
        {"content": [{"type": "image_url", "image_url": {"url": "%s"}}]},
        {"content": None, "images": [{"image_url": {"url": "%s"}, "type": "image_url"}]},
    ],
)
def test_a_picture_of_the_models_is_its_own_and_there_once(understand, message):
    sent = json.loads(json.dumps(message).replace("%s", f"data:image/png;base64,{DRAWN}"))
    said = [{"role": "user", "content": "draw"}, {"role": "assistant", **sent}, {"role": "user", "content": "bluer"}]
    contents = understand(messages=said).call.request["contents"]
    picture = {"inlineData": {"mimeType": "image/png", "data": DRAWN}}
    assert contents[1] == {"role": "model", "parts": [picture]}


@pytest.mark.parametrize("images", [None, "x", ["iVBORw0K"], [{"url": "x"}], {}])
def test_images_in_another_form_mean_nothing(understand, images):
    said = [{"role": "user", "content": "draw"}, {"role": "assistant", "content": "no", "images": images}]
    contents = understand(messages=[*said, {"role": "user", "content": "?"}]).call.request["contents"]
    assert contents[1] == {"role": "model", "parts": [{"text": "no"}]}


def test_what_the_user_writes_of_a_picture_stays_as_it_is(understand):
    words = f"`![image](data:image/png;base64,{DRAWN})` ![image](data:image/png;base64,{DRAWN})"
    assert understand(messages=[{"role": "user", "content": words}]).call.request["contents"][0]["parts"] == [
        {"text": words}
    ]


def test_half_an_emoji_in_a_prompt_can_be_sent_on(understand):
    request = understand(messages=[{"role": "user", "content": "cut \ud83d"}]).call.request
    assert json.dumps(request, ensure_ascii=False).encode().decode().count("cut \ufffd") == 1


LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(
        [
            "",
            "user",
            "assistant",
            "tool",
            "text",
            "function",
            "a",
            PIXEL,
            "gemini-2.5-pro",
            "object",
            "\ud83d",
            "data:,",
            "high",
            "custom",
        ]
    )
)
KEYS = st.sampled_from(
    [
        "model",
        "messages",
        "role",
        "content",
        "type",
        "text",
        "image_url",
        "url",
        "tool_calls",
        "tool_call_id",
        "id",
        "function",
        "name",
        "arguments",
        "tools",
        "tool_choice",
        "parameters",
        "$ref",
        "google",
        "thinking_config",
        "response_format",
        "json_schema",
        "schema",
        "stop",
        "input_audio",
        "file",
        "custom",
        "input",
        "format",
    ]
)
ANY = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
FIELDS = st.sampled_from(
    [
        "messages",
        "tools",
        "tool_choice",
        "functions",
        "function_call",
        "stop",
        "n",
        "seed",
        "temperature",
        "google",
        "extra_body",
        "response_format",
        "stream_options",
        "reasoning_effort",
        "modalities",
        "max_tokens",
        "parallel_tool_calls",
        "logprobs",
        "top_logprobs",
        "user",
    ]
)


@settings(max_examples=examples(300), deadline=None, suppress_health_check=list(HealthCheck))
@given(whole=ANY, field=FIELDS, value=ANY)
def test_any_json_is_understood_or_refused(catalogue, whole, field, value):
    body = {"model": "gemini-3-pro-preview", "messages": [{"role": "user", "content": "x"}], field: value}
    message = {
        "model": "gemini-2.5-pro",
        "messages": [{"role": "assistant", "tool_calls": [call("a")], field: value}, value],
    }
    for wanted in (whole, body, message):
        try:
            understood = parse(wanted, {}, catalogue)
        except ClientFault:
            continue
        json.dumps(understood.call.request, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("value", ["https://x/a.png", {"url": " https://x/a.png"}])
def test_an_images_address_is_noted_with_its_field(understand, value):
    content = [{"type": "text", "text": ""}, {"type": "image_url", "image_url": value}]
    call = understand(messages=[{"role": "user", "content": content}]).call
    (file,) = call.remote
    assert (file.url, file.param) == ("https://x/a.png", "messages.[0].content.[1].image_url")
    assert call.request["contents"][0]["parts"] == [{"fileData": {"fileUri": "https://x/a.png"}}]


@pytest.mark.parametrize("url", ["gs://b/a.png", "https://youtu.be/abc"])
def test_google_reads_its_own_addresses(understand, url):
    content = [{"type": "image_url", "image_url": url}]
    assert understand(messages=[{"role": "user", "content": content}]).call.remote == ()


def test_videos_are_not_fetched(understand):
    content = [{"type": "video_url", "video_url": {"url": "https://x/a.mp4"}}]
    with pytest.raises(ClientFault, match="Only images"):
        understand(messages=[{"role": "user", "content": content}])
