"""What becomes of each field and block of a Messages request."""

import pytest
from as_sent import as_sent
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gcli2api_tui.dialects.anthropic_messages import parse, parse_count
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.signatures import BYPASS_SIGNATURE, SignatureEnvelope, encode_signature

PNG = "iVBORw0K"
TOOL = {"name": "f", "description": "d", "input_schema": {"type": "object", "properties": {"x": {"type": "string"}}}}
CALL = {"type": "tool_use", "id": "toolu_a", "name": "f", "input": {"x": "1"}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_a", "content": "21"}


def user(*blocks):
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks):
    return {"role": "assistant", "content": list(blocks)}


def text(words):
    return {"type": "text", "text": words}


@pytest.fixture
def contents(understand):
    return lambda *messages, **more: understand(messages=list(messages), **more).call.request["contents"]


@pytest.fixture
def config(understand):
    return lambda **more: understand(**more).call.request["generationConfig"]


@pytest.fixture
def refused(understand):
    def refuse(**body):
        with pytest.raises(ClientFault) as caught:
            understand(**body)
        return caught.value

    return refuse


def test_a_plain_question(understand):
    call = understand(system="be terse", temperature=0.3, top_p=0.9, top_k=40, stream=True).call
    assert call.request == {
        "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
        "systemInstruction": {"parts": [{"text": "be terse"}]},
        "generationConfig": {"temperature": 0.3, "topP": 0.9, "topK": 40, "maxOutputTokens": 100},
    }
    assert (call.dialect, call.model, call.stream) == ("anthropic-messages", "gemini-2.5-pro", True)
    assert call.prompt == (("system", "be terse"), ("user", "hi"))


def test_what_a_model_cannot_give_is_not_asked_for(config):
    assert config(max_tokens=10**6)["maxOutputTokens"] == 65_536


def test_wishes_in_the_name(understand):
    call = understand(model="fake/gemini-2.5-pro-search-low", stream=True).call
    assert call.fake and call.request["tools"] == [{"googleSearch": {}}]
    # Nobody asked to see thoughts.
    thinking = {"thinkingBudget": 1024, "includeThoughts": False}
    assert call.request["generationConfig"]["thinkingConfig"] == thinking


ACCEPTED = {
    "cache_control": {"type": "ephemeral"},
    "container": "c",
    "context_management": {"edits": [{"type": "clear_thinking_20251015"}]},
    "diagnostics": {},
    "inference_geo": "eu",
    "mcp_servers": [{"type": "url", "url": "https://mcp.example", "name": "m"}],
    "metadata": {"user_id": "u"},
    "service_tier": "auto",
    "speed": "fast",
    "betas": ["x"],
    "nobody_knows": 1,
}


def test_fields_without_a_meaning_here_are_accepted(understand):
    assert understand(**ACCEPTED).call.request == understand().call.request


def test_who_asks_keeps_a_credential(understand):
    session = {"x-claude-code-session-id": "s1"}
    assert understand(session, metadata={"user_id": "u"}).call.affinity == "s1"
    assert understand(metadata={"user_id": "x" * 300 + "session"}).call.affinity.endswith("session")
    for odd in (5, {"user_id": 5}, []):
        assert understand(metadata=odd).call.affinity == ""


# The system's words.

BILLING = "x-anthropic-billing-header: cc_version=2.1; cch=abcde;"


@pytest.mark.parametrize("system", [[text(BILLING), text("a"), text("b")], f"{BILLING}\n\na"])
def test_the_line_for_anthropics_bills_stays_out(understand, system):
    call = understand(system=system).call
    assert call.request["systemInstruction"]["parts"][0] == {"text": "a"}
    assert "billing" not in str(call)


def test_a_bill_alone_leaves_no_system(understand):
    assert "systemInstruction" not in understand(system=[text(BILLING)]).call.request


def test_what_the_system_says_in_the_middle_stays_there(contents):
    said = contents(user(text("hi")), {"role": "system", "content": "now"}, assistant(text("ok")), user(text("go")))
    assert said[0]["parts"] == [{"text": "hi"}, {"text": "<system>\nnow\n</system>"}]
    assert [one["role"] for one in said] == ["user", "model", "user"]


def test_before_all_others_it_is_the_instruction(understand):
    request = understand(
        system="a", messages=[{"role": "system", "content": [text("b")]}, user(text("c"))]
    ).call.request
    assert request["systemInstruction"]["parts"] == [{"text": "a"}, {"text": "b"}]


# Blocks.


def test_images_and_documents(contents):
    pdf = {"type": "document", "title": "T", "source": {"type": "base64", "media_type": "application/pdf", "data": PNG}}
    plain = {"type": "document", "context": "C", "source": {"type": "text", "media_type": "text/plain", "data": "D"}}
    inside = {"type": "document", "source": {"type": "content", "content": [text("in"), {"type": "image", **SOURCE}]}}
    (content,) = contents(user(pdf, plain, inside, {"type": "image", **SOURCE}))
    image = {"inlineData": {"mimeType": "image/png", "data": PNG}}
    assert content["parts"] == [
        {"text": "T"},
        {"inlineData": {"mimeType": "application/pdf", "data": PNG}},
        {"text": "C"},
        {"text": "D"},
        {"text": "in"},
        image,
        image,
    ]


SOURCE = {"source": {"type": "base64", "media_type": "image/png", "data": PNG}}


def test_an_address_of_an_image_is_noted(understand):
    image = {"type": "image", "source": {"type": "url", "url": "https://images.example/a.png"}}
    call = understand(messages=[user(image)]).call
    (file,) = call.remote
    assert (file.url, file.param) == ("https://images.example/a.png", "messages.[0].content.[0].source.url")
    assert call.request["contents"][0]["parts"] == [{"fileData": {"fileUri": file.url}}]


def test_a_search_result_is_told(contents):
    found = {"type": "search_result", "title": "T", "source": "https://a.example", "content": [text("words")]}
    assert contents(user(found))[0]["parts"] == [{"text": "T\nhttps://a.example\nwords"}]


@pytest.mark.parametrize(
    ("block", "param"),
    [
        ({"type": "image", "source": {"type": "file", "file_id": "f"}}, "content.[0].source.type"),
        ({"type": "image", "source": {"type": "base64", "data": "é"}}, "content.[0].source.data"),
        ({"type": "document", "source": {"type": "url", "url": "https://a.example/a.pdf"}}, "content.[0].source.type"),
        ({"type": "video"}, "content.[0].type"),
        ({"type": "text", "text": 5}, "content.[0].text"),
        ({**RESULT, "tool_use_id": 7}, "content.[0].tool_use_id"),
        (5, "content.[0]"),
    ],
)
def test_a_block_that_cannot_be_is_named(refused, block, param):
    assert refused(messages=[user(block)]).param == f"messages.[0].{param}"


# Calls and their results.


def test_results_stand_behind_their_calls_in_the_order_of_the_calls(contents):
    second = {**CALL, "id": "toolu_b", "input": {}}
    answers = user({**RESULT, "tool_use_id": "toolu_b", "content": [text('{"y": 1}')]}, RESULT, text("go on"))
    said = contents(user(text("hi")), assistant(text("let me see"), CALL, second), answers)
    assert said[1:] == [
        {
            "role": "model",
            "parts": [
                {"text": "let me see"},
                {"functionCall": {"id": "toolu_a", "name": "f", "args": {"x": "1"}}},
                {"functionCall": {"id": "toolu_b", "name": "f", "args": {}}},
            ],
        },
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"id": "toolu_a", "name": "f", "response": {"result": "21"}}},
                {"functionResponse": {"id": "toolu_b", "name": "f", "response": {"y": 1}}},
            ],
        },
        {"role": "user", "parts": [{"text": "go on"}]},
    ]


@pytest.mark.parametrize(
    ("result", "response"),
    [
        ({"content": "no such file", "is_error": True}, {"error": "no such file"}),
        ({"content": []}, {"result": ""}),
        ({}, {"result": ""}),
        ({"content": "[1]"}, {"result": [1]}),
        ({"content": [text("a"), {"type": "tool_reference", "tool_name": "g"}]}, {"result": "a\n[tool g]"}),
        (
            {"content": [{"type": "browser_state", "tabs": []}]},
            {"type": "browser_state", "tabs": []},
        ),
    ],
)
def test_what_a_tool_said(contents, result, response):
    bare = {"type": "tool_result", "tool_use_id": "toolu_a"}
    said = contents(user(text("hi")), assistant(CALL), user({**bare, **result}))
    assert said[2]["parts"][0]["functionResponse"]["response"] == response


def test_images_in_a_result_come_behind_it(contents):
    said = contents(
        user(text("hi")), assistant(CALL), user({**RESULT, "content": [text("see"), {"type": "image", **SOURCE}]})
    )
    answer, shown = said[2]["parts"]
    assert answer["functionResponse"]["response"] == {"result": "see"}
    assert shown == {"inlineData": {"mimeType": "image/png", "data": PNG}}


def test_a_missing_result_is_said_to_be_missing(contents):
    said = contents(user(text("hi")), assistant(CALL), user(text("never mind")))
    assert said[2]["parts"][0]["functionResponse"]["response"] == {"error": "no result"}


def test_an_id_used_again_answers_the_latest_call(contents):
    said = contents(user(text("hi")), assistant(CALL), user(RESULT), assistant(CALL), user({**RESULT, "content": "22"}))
    answers = [
        part["functionResponse"]["response"] for one in said for part in one["parts"] if "functionResponse" in part
    ]
    assert answers == [{"result": "21"}, {"result": "22"}]


def test_what_anthropics_servers_once_did_is_left_out(contents):
    did = [
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": []},
        {"type": "thinking", "thinking": "hm", "signature": "EqQBCkgIARABGAIiQL"},
        {"type": "redacted_thinking", "data": "xx"},
        {"type": "compaction", "content": "we spoke"},
    ]
    said = contents(user(text("hi")), assistant(*did, text("found")), user(text("ok")))
    assert said[1]["parts"] == [{"text": "we spoke"}, {"text": "found"}]


def test_a_beginning_of_the_answer_is_passed_on(contents):
    assert contents(user(text("hi")), assistant(text("{")))[-1] == {"role": "model", "parts": [{"text": "{"}]}


# Thought signatures.

THREE = "gemini-3-pro-preview"


def signed(contents, *kept, model=THREE, call=CALL):
    said = contents(user(text("hi")), assistant(*kept, call), user(RESULT), model=model)
    return said[1]["parts"][-1].get("thoughtSignature")


@pytest.mark.parametrize("kind", ["thinking", "redacted_thinking"])
def test_a_signature_goes_back_to_its_call(contents, kind):
    kept = {
        "type": kind,
        "thinking": "hm",
        "signature" if kind == "thinking" else "data": encode_signature(
            SignatureEnvelope("gemini-3", "SIG", "toolu_a")
        ),
    }
    assert signed(contents, kept) == "SIG"
    assert signed(contents, kept, text("words between"), model="gemini-3-flash-preview") == "SIG"


@pytest.mark.parametrize(
    "value",
    [
        "g1",
        "EqQBCkgIARABGAIiQL",
        encode_signature(SignatureEnvelope("gemini-2", "SIG", "toolu_a")),
        encode_signature(SignatureEnvelope("gemini-3", "SIG", "toolu_b")),
        encode_signature(SignatureEnvelope("gemini-3", "SIG", "toolu_a"))[:-1],
        encode_signature(SignatureEnvelope("gemini-3", "SIG", "toolu_a")).replace("toolu_a", "toolu_c"),
        "",
        5,
        None,
    ],
)
def test_one_that_is_not_ours_or_not_whole_counts_as_lost(contents, value):
    assert signed(contents, {"type": "thinking", "thinking": "hm", "signature": value}) == BYPASS_SIGNATURE


def test_before_gemini_3_nothing_is_demanded(contents):
    assert signed(contents, model="gemini-2.5-pro") is None


# Tools.


def test_tools_become_functions(understand):
    long = {"name": "mcp__server/" + "x" * 80, "input_schema": {"$schema": "s", "type": "object"}, "strict": True}
    understood = understand(tools=[{**TOOL, "type": "custom", "cache_control": {"type": "ephemeral"}}, long])
    (declared,) = understood.call.request["tools"]
    first, second = declared["functionDeclarations"]
    assert first == {"name": "f", "description": "d", "parametersJsonSchema": TOOL["input_schema"]}
    assert second["parametersJsonSchema"] == {"type": "object"}
    assert understood.options.originals == {second["name"]: long["name"]}


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        (None, None),
        ({"type": "auto"}, {"mode": "AUTO"}),
        ({"type": "any"}, {"mode": "ANY"}),
        ({"type": "none"}, {"mode": "NONE"}),
        ({"type": "tool", "name": "f"}, {"mode": "ANY", "allowedFunctionNames": ["f"]}),
    ],
)
def test_tool_choice(understand, choice, config):
    request = understand(tools=[TOOL], tool_choice=choice).call.request
    assert request.get("toolConfig") == (config and {"functionCallingConfig": config})


def test_one_call_at_a_time(understand):
    choice = {"type": "auto", "disable_parallel_tool_use": True}
    assert understand(tools=[TOOL], tool_choice=choice).options.one_call
    assert not understand(tools=[TOOL]).options.one_call


SERVED = [
    {"type": "web_search_20250305", "name": "web_search", "max_uses": 5},
    {"type": "bash_20250124", "name": "bash"},
]


def test_tools_of_anthropics_servers(understand):
    assert understand(tools=SERVED).call.request["tools"] == [{"googleSearch": {}}]
    assert understand(tools=SERVED, tool_choice={"type": "tool", "name": "web_search"}).call.request["tools"]
    assert "tools" not in understand(tools=SERVED, tool_choice={"type": "none"}).call.request
    assert "tools" not in understand(tools=SERVED[1:]).call.request
    declared, search = understand(tools=[*SERVED, TOOL]).call.request["tools"]
    assert [one["name"] for one in declared["functionDeclarations"]] == ["f"] and search == {"googleSearch": {}}


def test_tools_that_come_in_the_middle(understand):
    added = {"type": "tool_addition", "tool": {"type": "tool_definition", "definition": {**TOOL, "name": "g"}}}
    known = {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "f"}}
    gone = {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "f"}}
    messages = [user(text("hi")), {"role": "system", "content": [added, known, gone, text("more tools")]}]
    request = understand(messages=messages, tools=[TOOL]).call.request
    assert [one["name"] for one in request["tools"][0]["functionDeclarations"]] == ["f", "g"]
    assert request["contents"][0]["parts"][1] == {"text": "<system>\nmore tools\n</system>"}


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"tools": [{"input_schema": {}}]}, "tools.[0].name"),
        ({"tools": [TOOL, TOOL]}, "tools.[1]"),
        ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "g"}}, "tool_choice.name"),
        ({"tools": [TOOL], "tool_choice": {"type": "some"}}, "tool_choice.type"),
        ({"tool_choice": {"type": "any"}}, "tool_choice"),
        ({"tools": {}}, "tools"),
    ],
)
def test_tools_that_cannot_be_are_named(refused, more, param):
    assert refused(**more).param == param


# Thinking and the form of the answer.


@pytest.mark.parametrize(
    ("model", "more", "expected"),
    [
        ("gemini-2.5-pro", {}, None),
        ("gemini-2.5-pro", {"thinking": {"type": "enabled", "budget_tokens": 2000}}, (2000, True)),
        ("gemini-2.5-pro", {"thinking": {"type": "enabled", "budget_tokens": 10}}, (128, True)),
        ("gemini-2.5-pro", {"thinking": {"type": "enabled", "budget_tokens": 10**6}}, (32768, True)),
        ("gemini-2.5-pro", {"thinking": {"type": "adaptive"}}, (-1, True)),
        ("gemini-2.5-pro", {"thinking": {"type": "adaptive", "display": "omitted"}}, (-1, False)),
        ("gemini-2.5-pro", {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}}, (24576, True)),
        ("gemini-2.5-pro", {"thinking": {"type": "disabled"}}, (128, False)),
        ("gemini-2.5-flash", {"thinking": {"type": "disabled"}, "output_config": {"effort": "high"}}, (0, False)),
        ("gemini-2.5-pro", {"output_config": {"effort": "low"}}, (1024, False)),
        ("gemini-2.5-pro-high", {"output_config": {"effort": "low"}}, (1024, False)),
        (THREE, {"thinking": {"type": "adaptive"}}, (None, True)),
        (THREE, {"thinking": {"type": "enabled", "budget_tokens": 1024}}, ("LOW", True)),
        (THREE, {"thinking": {"type": "enabled", "budget_tokens": 8192}}, ("HIGH", True)),
        ("gemini-3.1-pro-preview", {"thinking": {"type": "enabled", "budget_tokens": 8192}}, ("MEDIUM", True)),
        (THREE, {"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}}, ("HIGH", True)),
        (THREE, {"thinking": {"type": "disabled"}}, ("LOW", False)),
    ],
)
def test_thinking(config, model, more, expected):
    found = config(model=model, **more).get("thinkingConfig")
    if found is None:
        assert expected is None
    else:
        amount = found.get("thinkingBudget", found.get("thinkingLevel"))
        assert (amount, found["includeThoughts"]) == expected


@pytest.mark.parametrize("where", ["output_config", "output_format"])
def test_a_structured_answer(understand, where):
    form = {"type": "json_schema", "schema": {"type": "object", "$defs": {}}}
    more = {where: {"format": form} if where == "output_config" else form}
    found = understand(**more).call.request["generationConfig"]
    assert (found["responseMimeType"], found["responseJsonSchema"]) == ("application/json", {"type": "object"})
    beside = as_sent(understand(**more, tools=[TOOL]).call)
    assert "responseMimeType" not in beside["generationConfig"]
    assert "schema" in beside["systemInstruction"]["parts"][0]["text"]


def test_stop_sequences_are_watched_here(understand):
    understood = understand(stop_sequences=["END", ""])
    assert understood.options.stops == ("END",)
    assert "stopSequences" not in understood.call.request["generationConfig"]


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"max_tokens": ...}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"model": ...}, "model"),
        ({"messages": []}, "messages"),
        ({"messages": [user()]}, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages.[0].role"),
        ({"system": [{"type": "image"}]}, "system.[0].type"),
        ({"temperature": 3}, "temperature"),
        ({"thinking": {"type": "hard"}}, "thinking.type"),
        ({"thinking": {"type": "enabled", "budget_tokens": -1}}, "thinking.budget_tokens"),
        ({"output_config": {"effort": "huge"}}, "output_config.effort"),
        ({"output_config": {"format": {"type": "json_object"}}}, "output_config.format.type"),
        ({"output_config": {"format": {"type": "json_schema"}}}, "output_config.format.schema"),
        ({"stop_sequences": "END"}, "stop_sequences"),
        ({"stop_sequences": [5]}, "stop_sequences.[0]"),
    ],
)
def test_a_field_that_cannot_be_is_named(refused, more, param):
    assert refused(**more).param == param


def test_a_count_needs_no_limit(understand, catalogue):
    body = {"model": "gemini-2.5-pro", "system": "s", "messages": [user(text("hi"))], "tools": [TOOL]}
    assert "generationConfig" not in parse_count(body, {}, catalogue).request
    assert parse_count(body, {}, catalogue).request["tools"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
BLOCKS = ["text", "image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking", "search_result"]
OTHERS = [
    "tool_addition",
    "compaction",
    "base64",
    "url",
    "content",
    "enabled",
    "adaptive",
    "tool",
    "any",
    "json_schema",
]
TYPES = st.sampled_from([*BLOCKS, *OTHERS])
INNER = ["type", "text", "source", "content", "id", "tool_use_id", "name", "input", "is_error", "data", "signature"]
OUTER = ["media_type", "title", "tool", "definition", "thinking", "budget_tokens", "format", "schema", "effort"]
KEYS = st.sampled_from([*INNER, *OUTER])
ODD = st.recursive(
    JSON | TYPES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)
FIELDS = ["messages", "system", "tools", "tool_choice", "thinking", "output_config", "stop_sequences", "metadata"]
MESSAGES = st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "system"]), "content": ODD}))


@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=st.dictionaries(st.sampled_from(FIELDS), ODD), messages=MESSAGES | st.none())
@example(odd={}, messages=[{"role": "user", "content": [{"type": []}]}])
@example(odd={"messages": [5]}, messages=None)
def test_any_body_is_understood_or_refused_by_name(catalogue, odd, messages):
    body = {"model": THREE, "max_tokens": 5, **({} if messages is None else {"messages": messages}), **odd}
    try:
        parse(body, {}, catalogue)
    except ClientFault as fault:
        assert fault.message and fault.status == 400


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON)
def test_any_json_is_no_crash(catalogue, body):
    with pytest.raises(ClientFault):
        parse(body, {}, catalogue)
