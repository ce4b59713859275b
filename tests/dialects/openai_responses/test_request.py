"""What a request becomes for Google, field by field, and which fields are refused in whose words."""

import json
from typing import Any

import pytest
from as_sent import as_sent
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcli2api_tui.dialects.openai_responses import Kept, parse, wanted
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.signatures import BYPASS_SIGNATURE, SignatureEnvelope, decode_signature, encode_signature
from gcli2api_tui.simulator import models
from gcli2api_tui.simulator.validate import validated

F = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}
GEMINI_3 = "gemini-3-pro-preview"
PIXEL = "data:image/png;base64,iVBORw0K"


def call(identity="c1", name="f", arguments='{"a": "b"}', **more):
    return {"type": "function_call", "call_id": identity, "name": name, "arguments": arguments, **more}


def result(identity="c1", output: Any = "done", **more):
    return {"type": "function_call_output", "call_id": identity, "output": output, **more}


def user(words="hi"):
    return {"role": "user", "content": words}


def contents(request):
    return [(content["role"], content["parts"]) for content in request["contents"]]


def test_a_string_is_what_the_user_says(understand):
    call = understand(input="hi", instructions="Be brief.").call
    assert call.request == {
        "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
    }
    assert call.prompt == (("system", "Be brief."), ("user", "hi"))
    assert (call.dialect, call.requested, call.stream) == ("openai-responses", "gemini-2.5-pro", False)


def test_messages_of_all_roles_in_their_place(understand):
    items = [
        {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "First."}]},
        user([{"type": "input_text", "text": "a"}, {"type": "input_image", "image_url": PIXEL}]),
        {"role": "assistant", "content": [{"type": "output_text", "text": "b", "annotations": []}]},
        {"role": "system", "content": "Later."},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
        user("c"),
    ]
    request = understand(input=items).call.request
    assert request["systemInstruction"] == {"parts": [{"text": "First."}]}
    assert contents(request) == [
        ("user", [{"text": "a"}, {"inlineData": {"mimeType": "image/png", "data": "iVBORw0K"}}]),
        ("model", [{"text": "b"}]),
        ("user", [{"text": "<system>\nLater.\n</system>"}]),
        ("model", [{"text": "no"}]),
        ("user", [{"text": "c"}]),
    ]


def test_files_and_sound_and_addresses(understand):
    content = [
        {"type": "input_file", "filename": "a.pdf", "file_data": "JVBERg=="},
        {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
        {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "auto"},
    ]
    call = understand(input=[user(content)]).call
    pdf, sound, image = call.request["contents"][0]["parts"]
    assert (pdf["inlineData"]["mimeType"], sound["inlineData"]["mimeType"]) == ("application/pdf", "audio/wav")
    assert image == {"fileData": {"fileUri": "https://example.com/a.png"}}
    assert [file.param for file in call.remote] == ["input.[0].content.[2].image_url"]


def test_parallel_calls_are_one_content_and_their_results_the_next(understand):
    items = [user(), call("c1"), call("c2"), result("c2", "two"), result("c1", '{"n": 1}'), call("c3"), result("c3")]
    request = understand(input=items, tools=[F]).call.request
    assert [role for role, _ in contents(request)] == ["user", "model", "user", "model", "user"]
    first, answers = request["contents"][1]["parts"], request["contents"][2]["parts"]
    assert [part["functionCall"]["id"] for part in first] == ["c1", "c2"]
    assert [part["functionResponse"] for part in answers] == [
        {"id": "c1", "name": "f", "response": {"n": 1}},
        {"id": "c2", "name": "f", "response": {"result": "two"}},
    ]


def test_a_result_that_never_came_or_came_late(understand):
    request = understand(input=[user(), call("c1"), call("c2"), user("wait"), result("c1", "late")]).call.request
    assert [part["functionResponse"]["response"] for part in request["contents"][2]["parts"]] == [
        {"result": "late"},
        {"error": "no result"},
    ]
    assert contents(request)[-1] == ("user", [{"text": "wait"}])


def test_a_result_may_name_the_item_of_a_call_that_has_no_id(understand):
    items = [user(), call("", id="fc_1"), call("", id="fc_2"), result("fc_2", "two"), result("fc_1", "one")]
    answers = understand(input=items).call.request["contents"][2]["parts"]
    assert [part["functionResponse"]["response"]["result"] for part in answers] == ["one", "two"]


def test_what_the_model_thought_is_no_answer(understand):
    thought = {"type": "reasoning_text", "text": "hm"}
    said = {"role": "assistant", "content": [thought, {"type": "output_text", "text": "so"}]}
    assert contents(understand(input=[user(), said, user("?")]).call.request)[1] == ("model", [{"text": "so"}])


def test_an_image_from_a_tool_stands_beside_the_result(understand):
    shown = [{"type": "input_text", "text": "here"}, {"type": "input_image", "image_url": PIXEL}]
    request = understand(input=[user(), call(), result(output=shown)], tools=[F]).call.request
    response, image = request["contents"][-1]["parts"]
    assert response["functionResponse"]["response"] == {"result": "here"}
    assert image["inlineData"]["mimeType"] == "image/png"


def test_calls_of_other_kinds_come_back_as_functions(understand):
    items = [
        user(),
        {"type": "custom_tool_call", "call_id": "c1", "name": "patch", "input": "*** Begin"},
        {"type": "local_shell_call", "call_id": "c2", "action": {"type": "exec", "command": ["ls"], "env": {}}},
        call("c3", name="read", namespace="mcp__files__", arguments="{}"),
        {"type": "custom_tool_call_output", "call_id": "c1", "output": "ok"},
        {"type": "local_shell_call_output", "id": "c2", "output": "a b"},
        result("c3"),
    ]
    request = understand(input=items).call.request
    assert [part["functionCall"] for part in request["contents"][1]["parts"]] == [
        {"id": "c1", "name": "patch", "args": {"input": "*** Begin"}},
        {"id": "c2", "name": "local_shell", "args": {"command": ["ls"]}},
        {"id": "c3", "name": "mcp__files__read", "args": {}},
    ]
    assert len(request["contents"][2]["parts"]) == 3


def test_what_means_nothing_to_gemini_is_passed_over(understand):
    odd = [
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "q"}},
        {"type": "reasoning", "summary": [], "encrypted_content": "gAAAAAB-from-elsewhere"},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": 5},
        {"type": "tool_search_call", "arguments": {}},
        {"type": "something_new", "payload": [1]},
    ]
    assert understand(input=[user(), *odd]).call.request["contents"] == [{"role": "user", "parts": [{"text": "hi"}]}]


# --- signatures


def reasoning(family="gemini-3", call_id="c1", signature="U0lH", **more):
    envelope = encode_signature(SignatureEnvelope(family, signature, call_id))
    return {"type": "reasoning", "id": "rs_1", "summary": [], "content": None, "encrypted_content": envelope, **more}


def signatures(request):
    return [part.get("thoughtSignature") for content in request["contents"] for part in content["parts"]]


def test_signatures_come_back_to_their_calls(understand):
    items = [user(), reasoning(call_id="c1"), call("c1"), call("c2"), result("c1"), result("c2")]
    request = understand(input=items, model=GEMINI_3, tools=[F]).call.request
    assert signatures(request) == [None, "U0lH", None, None, None]


def test_and_to_the_text_before_them(understand):
    items = [user(), {"role": "assistant", "content": "a"}, reasoning(call_id=""), user("b")]
    assert signatures(understand(input=items, model=GEMINI_3).call.request) == [None, "U0lH", None]


def test_one_of_another_family_is_not_given(understand):
    items = [user(), reasoning("gemini-2"), call(), result()]
    assert signatures(understand(input=items, model=GEMINI_3, tools=[F]).call.request) == [None, BYPASS_SIGNATURE, None]
    assert signatures(understand(input=items, tools=[F]).call.request) == [None, "U0lH", None]


@given(st.text(alphabet="ABCabc+/=_-09", min_size=1), st.text())
def test_a_seal_opens_only_whole(signature, call_id):
    envelope = SignatureEnvelope("gemini-3", signature, call_id)
    assert decode_signature(encode_signature(envelope)) == envelope
    for broken in (
        encode_signature(envelope)[:-1],
        encode_signature(envelope) + "x",
        encode_signature(envelope).replace("g1:", "g2:"),
        "",
        None,
        5,
        ["g1"],
    ):
        assert decode_signature(broken) is None


# --- tools


def declared(request):
    return [one["name"] for tool in request.get("tools", ()) for one in tool.get("functionDeclarations", ())]


def test_tools_are_flattened_mapped_or_left_out_but_never_refused(understand):
    tools = [
        F,
        {"type": "function", "function": {"name": "g"}},
        {"type": "namespace", "name": "agents", "description": "x", "tools": [{**F, "name": "spawn"}]},
        {"type": "custom", "name": "patch", "format": {"type": "grammar", "syntax": "lark", "definition": "start: x"}},
        {"type": "local_shell"},
        *({"type": kind} for kind in ("web_search", "web_search_preview", "code_interpreter", "image_generation")),
        {"type": "mcp", "server_label": "x"},
        {"type": "file_search", "vector_store_ids": []},
        {"type": "tool_of_tomorrow"},
    ]
    request = understand(tools=tools).call.request
    assert declared(request) == ["f", "g", "agents__spawn", "patch", "local_shell"]
    assert "start: x" in request["tools"][0]["functionDeclarations"][3]["description"]
    assert request["tools"][1:] == [{"googleSearch": {}}], "a model that does not take both gets the functions alone"


def test_search_is_googles_where_it_stands_alone(understand):
    assert understand(tools=[{"type": "web_search"}]).call.request["tools"] == [{"googleSearch": {}}]
    assert "tools" not in understand(tools=[{"type": "web_search", "external_web_access": False}]).call.request
    assert understand(model="gemini-2.5-pro-search").call.request["tools"] == [{"googleSearch": {}}]


SPAWN = {"type": "namespace", "name": "agents", "description": "", "tools": [{**F, "name": "spawn"}]}


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        ("auto", {"mode": "AUTO"}),
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        ({"type": "function", "name": "f"}, {"mode": "ANY", "allowedFunctionNames": ["f"]}),
        ({"type": "custom", "name": "p"}, {"mode": "ANY", "allowedFunctionNames": ["p"]}),
        (
            {"type": "function", "name": "spawn", "namespace": "agents"},
            {"mode": "ANY", "allowedFunctionNames": ["agents__spawn"]},
        ),
        ({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]}, {"mode": "AUTO"}),
        (
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "custom", "name": "p"}]},
            {"mode": "ANY", "allowedFunctionNames": ["p"]},
        ),
        ({"type": "web_search"}, None),
        ({"type": "mcp", "server_label": "x"}, None),
    ],
)
def test_tool_choice_in_all_forms(understand, choice, config):
    request = understand(tools=[F, {"type": "custom", "name": "p"}, SPAWN], tool_choice=choice).call.request
    assert request.get("toolConfig", {}).get("functionCallingConfig") == config


def test_allowed_tools_of_mode_auto_are_the_only_ones_sent(understand):
    choice = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]}
    assert declared(understand(tools=[F, SPAWN], tool_choice=choice).call.request) == ["f"]


@pytest.mark.parametrize("choice", ["auto", "none", "required"])
def test_a_choice_among_tools_that_were_left_out_is_none(understand, choice):
    assert "toolConfig" not in understand(tools=[{"type": "mcp"}], tool_choice=choice).call.request


# --- the rest


def test_sampling_and_limits(understand):
    request = understand(temperature=0.5, top_p=0.9, max_output_tokens=99_999_999, top_logprobs=3).call.request
    assert request["generationConfig"] == {
        "temperature": 0.5,
        "topP": 0.9,
        "maxOutputTokens": 65_536,
        "responseLogprobs": True,
        "logprobs": 3,
    }


@pytest.mark.parametrize(
    ("reasoning", "config"),
    [
        ({"effort": "low"}, {"thinkingBudget": 1024, "includeThoughts": False}),
        ({"effort": "low", "summary": "auto"}, {"thinkingBudget": 1024, "includeThoughts": True}),
        ({"summary": "detailed"}, {"includeThoughts": True}),
        ({"summary": None, "effort": None}, None),
        ({"effort": "none", "summary": "auto"}, {"thinkingBudget": 128, "includeThoughts": False}),
    ],
)
def test_thinking_and_who_sees_it(understand, reasoning, config):
    request = understand(reasoning=reasoning).call.request
    assert request.get("generationConfig", {}).get("thinkingConfig") == config


def test_googles_own_words_for_thinking_win(understand):
    google = {"thinking_config": {"thinking_budget": 512}}
    request = understand(reasoning={"effort": "high", "summary": "auto"}, google=google).call.request
    assert request["generationConfig"]["thinkingConfig"] == {"thinkingBudget": 512}


def test_json_by_schema_beside_tools_and_not(understand):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    form = {"format": {"type": "json_schema", "name": "x", "schema": schema, "strict": True}, "verbosity": "low"}
    config = understand(text=form).call.request["generationConfig"]
    assert config == {"responseMimeType": "application/json", "responseJsonSchema": schema}
    beside = as_sent(understand(text=form, tools=[F]).call)
    assert not beside["generationConfig"] and "JSON" in beside["systemInstruction"]["parts"][0]["text"]
    assert understand(text=form, tools=[F], model=GEMINI_3).call.request["generationConfig"] == config
    assert understand(text={"format": {"type": "json_object"}}).call.request["generationConfig"] == {
        "responseMimeType": "application/json"
    }


def test_wishes_in_the_name(understand):
    assert understand(model="full/gemini-2.5-pro").call.full
    assert understand(model="fake/gemini-2.5-pro", stream=True).call.fake
    assert not understand(model="fake/gemini-2.5-pro").call.fake, "there is nothing to fake in a whole answer"


def test_conversations_are_known_by_the_cache_key_and_the_session(understand):
    assert understand(prompt_cache_key="k").call.affinity == "k"
    assert understand(prompt_cache_key="k", headers={"session-id": "s"}).call.affinity == "s"


def test_what_openai_has_and_nobody_else_is_accepted(understand):
    more = {
        "metadata": {"a": "b", "c": 1},
        "service_tier": "auto",
        "truncation": "auto",
        "safety_identifier": "x",
        "user": "u",
        "max_tool_calls": 3,
        "stream_options": {"include_obfuscation": False},
        "client_metadata": {"x": [1]},
        "context_management": [{"type": "compaction"}],
        "nobody_knows": 1,
    }
    understood = understand(**more)
    assert understood.call.request == {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    assert understood.options.frame["metadata"] == {"a": "b"}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"input": 5}, "input"),
        ({"input": ["hi"]}, "input.[0]"),
        ({"input": [{"role": "tool", "content": "x"}]}, "input.[0].role"),
        ({"input": [{"type": "message"}]}, "input.[0].role"),
        ({"input": [user([{"type": "hologram"}])]}, "input.[0].content.[0].type"),
        ({"input": [user([{"type": "input_image", "file_id": "f"}])]}, "input.[0].content.[0].file_id"),
        ({"input": [user(), call("a"), call("b"), result("")]}, "input.[3].call_id"),
        ({"input": [user(), call(name="")]}, "input.[1].name"),
        ({"input": [user(), {"type": "function_call", "name": "f", "call_id": 1}]}, "input.[1].call_id"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input.[0].id"),
        ({"previous_response_id": "resp_x"}, "previous_response_id"),
        ({"background": True}, "background"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"prompt": {"id": "p"}}, "prompt"),
        ({"store": "no"}, "store"),
        ({"model": "gpt-9"}, "model"),
        ({"model": None}, "model"),
        ({"temperature": 9}, "temperature"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"tools": {}}, "tools"),
        ({"tools": [F, F]}, "tools.[1]"),
        ({"tools": [{"type": "function"}]}, "tools.[0].name"),
        ({"tool_choice": "perhaps"}, "tool_choice"),
        ({"tools": [F], "tool_choice": {"type": "function", "name": "g"}}, "tool_choice.name"),
        ({"tools": [F], "tool_choice": {"type": "allowed_tools", "tools": []}}, "tool_choice.tools"),
        ({"text": {"format": {"type": "xml"}}}, "text.format.type"),
        ({"text": {"format": {"type": "json_schema"}}}, "text.format.schema"),
        ({"reasoning": {"effort": "extreme"}}, "reasoning.effort"),
        ({"reasoning": {"summary": "long"}}, "reasoning.summary"),
        ({"include": "all"}, "include"),
    ],
)
def test_what_is_wrong_is_named(understand, body, param):
    with pytest.raises(ClientFault) as fault:
        understand(**body)
    assert fault.value.param == param


STEM = "0123456789abcdef01234567"
KEPT = Kept(
    {"id": f"resp_{STEM}", "output": [{"id": f"msg_{STEM}00", "type": "message", "role": "assistant", "content": "b"}]},
    [user("a")],
)


def test_a_conversation_goes_on_from_the_response_before(understand):
    understood = understand(
        kept={f"resp_{STEM}": KEPT}, previous_response_id=f"resp_{STEM}", input="c", instructions="New."
    )
    assert contents(understood.call.request) == [
        ("user", [{"text": "a"}]),
        ("model", [{"text": "b"}]),
        ("user", [{"text": "c"}]),
    ]
    assert understood.items == [*KEPT.conversation, {"type": "message", "role": "user", "content": "c"}]


def test_an_item_can_be_named_by_its_id(understand):
    reference = {"type": "item_reference", "id": f"msg_{STEM}00"}
    body = {"input": [user("a"), reference, user("c")]}
    assert wanted(body) == {f"resp_{STEM}"}
    request = understand(kept={f"resp_{STEM}": KEPT}, **body).call.request
    assert contents(request)[1] == ("model", [{"text": "b"}])


def test_an_unknown_response_has_openais_code(understand):
    with pytest.raises(ClientFault) as fault:
        understand(previous_response_id="resp_gone")
    assert fault.value.code == "previous_response_not_found"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KINDS = [
    *("message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output", "reasoning"),
    *("local_shell_call", "local_shell_call_output", "item_reference", "image_generation_call", "web_search_call"),
]
ITEM = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(KINDS) | JSON,
        "role": st.sampled_from(["user", "assistant", "system"]) | JSON,
        "content": JSON,
        "call_id": st.sampled_from(["c1", "c2"]) | JSON,
        "name": st.sampled_from(["f", "a b"]) | JSON,
        "arguments": JSON,
        "output": JSON,
        "input": JSON,
        "action": JSON,
        "encrypted_content": JSON,
        "id": JSON,
        "result": JSON,
    },
)
TOOL = st.fixed_dictionaries(
    {"type": st.sampled_from(["function", "custom", "namespace", "local_shell", "web_search"]) | JSON},
    optional={"name": JSON | st.just("f"), "parameters": JSON, "tools": JSON, "format": JSON, "function": JSON},
)
FIELDS = (
    *("instructions", "include", "store", "text", "reasoning", "tool_choice", "metadata", "previous_response_id"),
    *("max_output_tokens", "temperature", "top_logprobs", "background", "conversation", "prompt", "truncation"),
    *("parallel_tool_calls", "stream", "google", "extra_body", "user", "prompt_cache_key", "max_tool_calls"),
)
BODY = st.fixed_dictionaries(
    {"model": st.sampled_from(["gemini-2.5-pro", GEMINI_3]), "input": st.lists(ITEM, max_size=4) | JSON},
    optional={"tools": st.lists(TOOL, max_size=3) | JSON, **dict.fromkeys(FIELDS, JSON)},
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(400))
@given(BODY | JSON)
def test_any_json_is_understood_or_refused_in_words(catalogue, body):
    assert all(isinstance(one, str) for one in wanted(body))
    try:
        understood = parse(body, {}, catalogue)
    except ClientFault as fault:
        assert fault.status in (400, 404, 501)
    else:
        json.dumps(understood.call.request)
        encoder = understood.encoder(id=f"resp_{STEM}", created=1, now=lambda: 2.0, keep=lambda response: None)
        assert encoder.opening().decode() or not understood.call.stream


# --- whatever is said in good order, Google takes

SAID = st.sampled_from(["", "hi", "你好", "cut \ud83d"])
TURN = st.one_of(
    SAID.map(lambda words: [user(words)]),
    SAID.map(lambda words: [{"role": "assistant", "content": words}]),
    SAID.map(lambda words: [{"role": "developer", "content": words}]),
    st.just([reasoning()]),
    st.lists(st.sampled_from(["c1", "c2", "c3"]), unique=True, min_size=1).flatmap(
        lambda ids: st.permutations(ids).map(lambda order: [*map(call, ids), *map(result, order)])
    ),
    st.just([call("c1"), result("c1"), call("c2"), result("c2")]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(150))
@given(st.lists(TURN, max_size=5), st.sampled_from(["gemini-2.5-pro", GEMINI_3]))
def test_google_takes_what_comes_of_it(understand, turns, model):
    items = [user("begin"), *(item for turn in turns for item in turn if item.get("type") != "reasoning")]
    request = understand(input=items, model=model, tools=[F]).call.request
    found = models.find(model)
    assert found
    validated(request, found, 0, "gemini-api")
