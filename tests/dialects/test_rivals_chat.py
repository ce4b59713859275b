"""What another proxy gets wrong between Chat Completions and Gemini, each turned round into a test of ours.

The name of a test says what is right, its docstring what was seen elsewhere. tests/test_rivals.py has the faults that
need more than a translation to show, and the table of those that other tests already cover.
"""

import copy
import json
import re
from importlib.resources import files

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.dialects.openai_chat import parse
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.gemini.stream_parts import read
from gcli2api_tui.upstream.sse_decoder import SseDecoder

CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


def asked(**body):
    body = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}], **body}
    return parse(body, {}, CATALOGUE)


def request_of(**body):
    return asked(**body).call.request


def config_of(**body):
    return request_of(**body).get("generationConfig", {})


def parts_of(*content):
    return request_of(messages=[{"role": "user", "content": list(content)}])["contents"][0]["parts"]


def encoder(**body):
    ids = iter(range(1000))
    return asked(**body).encoder(id="chatcmpl-1", created=7, new_call_id=lambda: f"call_{next(ids)}")


def said(*parts, finish=None, **more):
    candidate = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    return {"candidates": [{**candidate, "finishReason": finish} if finish else candidate], **more}


def choices(*reads, **body):
    """The choices of a stream, one for each chunk, from one response per read."""
    made = encoder(stream=True, **body)
    raw = made.opening() + b"".join(made.feed(read([response])) for response in reads) + made.finish()
    chunks = [json.loads(line[6:]) for line in raw.decode().split("\n") if line.startswith("data: {")]
    return [choice for chunk in chunks for choice in chunk["choices"]]


def deltas(*reads, **body):
    return [choice["delta"] for choice in choices(*reads, **body)]


def whole(response, **body):
    made = encoder(**body)
    made.feed(read([response]))
    return json.loads(made.whole())


def call(name, **args):
    return {"functionCall": {"name": name, "args": args}}


def tool(name, **parameters):
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object", **parameters}}}


def turn(arguments, content="ok"):
    """A question, a call of `f` and its result."""
    called = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    return [
        {"role": "user", "content": "go"},
        {"role": "assistant", "content": None, "tool_calls": [called]},
        {"role": "tool", "tool_call_id": "c1", "content": content},
    ]


# ---- what Google is asked ----


@pytest.mark.parametrize(
    ("field", "theirs"), [("temperature", "temperature"), ("top_p", "topP"), ("seed", "seed")], ids=lambda name: name
)
def test_temperature_zero_is_kept(field, theirs):
    """A value of 0 that is tested for truth is lost, and the answer becomes random."""
    assert config_of(**{field: 0}) == {theirs: 0}


def test_max_tokens_is_the_clients():
    """The limit is overwritten by 64000 as soon as any other number is set."""
    assert config_of(max_tokens=5, temperature=1) == {"maxOutputTokens": 5, "temperature": 1}


def test_the_newer_limit_beats_the_older():
    """CLIProxyAPI lets max_tokens beat max_completion_tokens."""
    assert config_of(max_tokens=5, max_completion_tokens=9)["maxOutputTokens"] == 9


def test_top_k_is_not_invented():
    """topK becomes 64 whatever the client says, or does not."""
    assert "topK" not in config_of(temperature=1)
    assert config_of(top_k=3)["topK"] == 3


def test_one_choice_is_not_asked_for_by_number():
    """candidateCount is always sent, and some models refuse the field."""
    assert "candidateCount" not in config_of(temperature=1, n=1)


@pytest.mark.parametrize("field", ["stop", "presence_penalty", "frequency_penalty"])
def test_stops_and_penalties_reach_google(field):
    """CLIProxyAPI drops them without a word."""
    theirs = {"stop": "stopSequences", "presence_penalty": "presencePenalty", "frequency_penalty": "frequencyPenalty"}
    value = ["END"] if field == "stop" else 0.5
    assert config_of(**{field: value}) == {theirs[field]: value}


def test_safety_settings_are_not_forced():
    """BLOCK_NONE is set for ten categories over the caller's head."""
    assert "safetySettings" not in request_of(temperature=1)


def test_white_space_at_the_end_of_a_prompt_is_kept():
    """Every text part loses its trailing blanks and line breaks: code and prefills are damaged."""
    assert parts_of({"type": "text", "text": "def f():\n    "}) == [{"text": "def f():\n    "}]
    assert request_of(messages=turn("{}", content="out \n"))["contents"][2]["parts"][0]["functionResponse"][
        "response"
    ] == {"result": "out \n"}


@pytest.mark.parametrize("words", ["She is 12 years old, a 9-year-old too.", "write [done] at the end", "...", "…"])
def test_no_word_of_a_prompt_is_taken_out(words):
    """Mentions of ages and the marker of the rival's own continuation are deleted from what people write."""
    request = request_of(messages=[{"role": "system", "content": words}, {"role": "user", "content": words}])
    assert request["systemInstruction"]["parts"] == request["contents"][0]["parts"] == [{"text": words}]


@given(st.text(min_size=1))
@settings(max_examples=examples(150), deadline=None)
def test_any_text_arrives_unchanged_at_google(words):
    """Prompts are trimmed, cleaned and searched for patterns on their way."""
    messages = [{"role": "user", "content": words}, {"role": "assistant", "content": words}]
    contents = request_of(messages=[*messages, {"role": "user", "content": [{"type": "text", "text": words}]}])
    assert [content["parts"] for content in contents["contents"]] == [[{"text": words}]] * 3


def test_what_is_no_known_part_is_refused_and_not_dropped():
    """An unknown part vanishes, and the client believes that it was read."""
    with pytest.raises(ClientFault, match="video_clip"):
        parts_of({"type": "text", "text": "look"}, {"type": "video_clip", "video_clip": {}})


def test_a_chosen_tool_has_the_name_it_was_declared_by():
    """A Chinese name is declared as pinyin while tool_choice still asks for the characters."""
    name = "查询 天气"
    request = request_of(tools=[tool(name)], tool_choice={"type": "function", "function": {"name": name}})
    (declared,) = request["tools"][0]["functionDeclarations"]
    assert declared["name"].isascii()
    assert request["toolConfig"]["functionCallingConfig"]["allowedFunctionNames"] == [declared["name"]]
    (answered,) = whole(said(call(declared["name"]), finish="STOP"), tools=[tool(name)])["choices"]
    assert answered["message"]["tool_calls"][0]["function"]["name"] == name


def test_the_same_schema_used_twice_is_no_circle():
    """Two fields that share a definition are taken for a recursion, and the second loses its type."""
    point = {"type": "object", "properties": {"x": {"type": "number"}}}
    for parameters in (
        {"properties": {"a": point, "b": point}},
        {"$defs": {"p": point}, "properties": {"a": {"$ref": "#/$defs/p"}, "b": {"$ref": "#/$defs/p"}}},
    ):
        (declared,) = request_of(tools=[tool("f", **parameters)])["tools"][0]["functionDeclarations"]
        assert declared["parametersJsonSchema"]["properties"] == {"a": point, "b": point}


def test_a_schemas_rules_stay_rules():
    """Bounds and patterns are moved into the description, branches and nullable names are dropped."""
    properties = {
        "n": {"type": "integer", "minimum": 1, "default": 3},
        "s": {"type": ["string", "null"], "pattern": "^a"},
        "u": {"anyOf": [{"type": "string"}, {"type": "number"}]},
    }
    given = {"properties": properties, "required": ["n", "s"], "additionalProperties": False}
    (declared,) = request_of(tools=[tool("f", **given)])["tools"][0]["functionDeclarations"]
    assert declared["parametersJsonSchema"] == {"type": "object", **given}


@pytest.mark.parametrize("value", ["true", "null", "007", "1.0", "[]", ""])
def test_arguments_of_an_earlier_call_keep_their_types(value):
    """Strings in a history are turned into booleans and numbers on their way back to the model."""
    contents = request_of(messages=turn(json.dumps({"a": value, "n": 1})))["contents"]
    assert contents[1]["parts"][0]["functionCall"]["args"] == {"a": value, "n": 1}


@pytest.mark.parametrize("effort", ["low", "high"])
def test_reasoning_effort_is_heeded(effort):
    """The field is ignored."""
    assert config_of(reasoning_effort=effort)["thinkingConfig"]["thinkingBudget"] > 0
    assert config_of(reasoning_effort="low") != config_of(reasoning_effort="high")


def test_a_signature_goes_out_and_comes_back():
    """The real thought signature is thrown away and a fixed bypass value is sent in its place."""
    (answered,) = whole(said({**call("f"), "thoughtSignature": "REAL"}, finish="STOP"))["choices"]
    history = [
        {"role": "user", "content": "go"},
        answered["message"],
        {"role": "tool", "tool_call_id": answered["message"]["tool_calls"][0]["id"], "content": "ok"},
    ]
    contents = request_of(model="gemini-3-pro-preview", messages=history)["contents"]
    assert contents[1]["parts"][0]["thoughtSignature"] == "REAL"


def test_a_signature_is_not_hidden_in_the_calls_id():
    """gemini-cli-openai and litellm put it into the id, hundreds of characters that clients cut."""
    (answered,) = whole(said({**call("f"), "thoughtSignature": "S" * 900}, finish="STOP"))["choices"]
    assert re.fullmatch("call_[0-9a-f]{24}", answered["message"]["tool_calls"][0]["id"])


def test_a_tool_result_in_parts_is_its_text():
    """A result made of text parts reaches the model as a list of OpenAI's part objects."""
    parts = [{"type": "text", "text": "21"}, {"type": "text", "text": "degrees"}]
    (part,) = request_of(messages=turn("{}", content=parts))["contents"][2]["parts"]
    assert part["functionResponse"]["response"] == {"result": "21\ndegrees"}


def test_an_image_in_a_tool_turn_is_not_dropped():
    """Images in the turns around a tool vanish."""
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0K"}}
    answer, shown = request_of(messages=turn("{}", content=[image]))["contents"][2]["parts"]
    assert answer["functionResponse"]["response"] == {"result": "[image/png, below]"}
    assert shown == {"inlineData": {"mimeType": "image/png", "data": "iVBORw0K"}}


# ---- what the client gets ----


@pytest.mark.parametrize("words", ["...", "…", " ", "\n", "[done]", "data: x"])
def test_a_chunk_of_three_dots_arrives(words):
    """A chunk that is exactly three dots is deleted from the stream."""
    found = deltas(said({"text": "Well"}), said({"text": words}), said({"text": "yes"}, finish="STOP"))
    assert [delta["content"] for delta in found if delta.get("content")] == ["Well", words, "yes"]


def test_every_text_part_of_one_read_arrives():
    """CLIProxyAPI keeps only the last text part of a chunk."""
    found = deltas(said({"text": "a"}, {"text": "b"}, {"text": "c"}, finish="STOP"))
    assert "".join(delta.get("content", "") for delta in found) == "abc"


def indices(*reads):
    return [item["index"] for delta in deltas(*reads) for item in delta.get("tool_calls", ())]


def test_calls_are_counted_over_chunks_and_not_by_place_of_their_part():
    """The index is the part's place in its chunk: text before a call makes it 1, the next chunk begins at 0."""
    assert indices(said({"text": "I look."}, call("f")), said(call("g"), finish="STOP")) == [0, 1]


def test_two_calls_of_a_later_chunk_do_not_collide_with_the_first():
    """CLIProxyAPI gives the second call of a chunk the number that an earlier chunk has used."""
    assert indices(said(call("f")), said(call("g"), call("h"), finish="STOP")) == [0, 1, 2]


def test_a_tool_turn_ends_with_tool_calls_though_stop_comes_later():
    """`stop` instead of `tool_calls` when Google's STOP comes in a chunk of its own: agents do not run the tool."""
    found = choices(said(call("f")), said(finish="STOP"))
    assert found[-1]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("value", ["true", "false", "null", "42"])
def test_a_string_in_an_answered_call_stays_a_string(value):
    """The strings true, false and null become JSON values whatever the tool's schema says."""
    (answered,) = whole(said(call("f", a=value), finish="STOP"))["choices"]
    assert json.loads(answered["message"]["tool_calls"][0]["function"]["arguments"]) == {"a": value}


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.sampled_from(["true", "null"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=6), VALUE, max_size=4))
@settings(max_examples=examples(100), deadline=None)
def test_any_arguments_go_out_and_come_back_unchanged(args):
    """Arguments are coerced on both ways, by a schema or without."""
    (answered,) = whole(said({"functionCall": {"name": "f", "args": args}}, finish="STOP"))["choices"]
    written = answered["message"]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(written) == args
    assert request_of(messages=turn(written))["contents"][1]["parts"][0]["functionCall"]["args"] == args


def test_understanding_a_body_does_not_change_it():
    """Shallow copies are edited, and with them what the caller still holds."""
    body = {"messages": turn('{"a": 1}'), "tools": [tool("查询", properties={"x": {"title": "t", "$id": "i"}})]}
    before = copy.deepcopy(body)
    request_of(**body)
    assert body == before


USAGE = {
    "promptTokenCount": 100,
    "cachedContentTokenCount": 40,
    "candidatesTokenCount": 10,
    "thoughtsTokenCount": 5,
    "totalTokenCount": 115,
}


def test_usage_counts_thoughts():
    """For these figures 60 / 10 / 75 is reported: cached tokens taken off, thoughts left out."""
    usage = whole(said({"text": "a"}, finish="STOP", usageMetadata=USAGE))["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (100, 15, 115)
    assert usage["prompt_tokens_details"]["cached_tokens"] == 40
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 5


@pytest.mark.parametrize(("reason", "word"), [("STOP", "stop"), ("MAX_TOKENS", "length"), ("SAFETY", "content_filter")])
def test_a_whole_answer_ends_in_openais_words(reason, word):
    """CLIProxyAPI says `max_tokens` and `safety`, gemini-cli-openai always `stop`."""
    assert whole(said({"text": "a"}, finish=reason))["choices"][0]["finish_reason"] == word


@pytest.mark.parametrize("reason", ["SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION"])
def test_an_answer_that_google_filtered_does_not_look_finished(reason):
    """Four of these become `stop`; elsewhere Google's own word leaks out."""
    assert choices(said({"text": "a"}, finish=reason))[-1]["finish_reason"] == "content_filter"


# ---- from the wire to the client ----


def wire(words, end):
    """Google's bytes for some texts, a thought and a call, as the stand-in for it would frame them."""
    reads = [said({"text": "hm 思", "thought": True}), *(said({"text": text}) for text in words)]
    reads += [said({**call("f", city="Zürich 🏔"), "thoughtSignature": "S"}), said(finish="STOP", usageMetadata=USAGE)]
    return "".join(f"data: {json.dumps(one, ensure_ascii=False)}{end}{end}" for one in reads).encode()


def through(raw, cuts):
    """The bytes a client gets when Google's are cut at these places."""
    frames, made, start = SseDecoder(0.0), encoder(stream=True, stream_options={"include_usage": True}), 0
    sent = made.opening()
    for cut in [*sorted(cut % len(raw) for cut in cuts), len(raw)]:
        sent += made.feed(read(frames.feed(raw[start:cut])))
        start = cut
    return sent + made.feed(read(frames.flush())) + made.finish()


TEXTS = st.lists(
    st.text(min_size=1) | st.sampled_from(["👩‍👩‍👧", "é", "\u2028", "...", "data: [DONE]\n\n"]), max_size=5
)


@given(TEXTS, st.lists(st.integers(min_value=0), max_size=20), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=examples(200), deadline=None)
def test_any_split_of_googles_bytes_gives_the_same_stream(words, cuts, end):
    """Lines and characters that come in two reads are lost or damaged."""
    raw = wire(words, end)
    sent = through(raw, cuts)
    assert sent == through(raw, [])
    chunks = [json.loads(event[6:]) for event in sent.decode().split("\n\n") if event.startswith("data: {")]
    told = "".join(item["delta"].get("content", "") for chunk in chunks for item in chunk["choices"])
    assert told == "".join(words)


def test_every_single_cut_gives_the_same_stream():
    """The same for each place of a short stream, so that no cut inside a character is left to chance."""
    raw = wire(["é👩‍👩‍👧", "世界"], "\n")
    expected = through(raw, [])
    assert all(through(raw, [cut]) == expected for cut in range(len(raw)))
