"""What a client reads: a stream and a whole answer say the same, in every dialect; strange JSON says nothing."""

import json

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.control.answer_events import Heard, heard, heard_whole, joined
from gcli2api_tui.control.chat_client import Lines
from gcli2api_tui.control.question import DIALECTS
from gcli2api_tui.events.records import Usage

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["choices", "delta", "message", "content", "parts", "candidates", "type", "error", "usage", "output", "text",
         "usageMetadata", "item", "response", "tool_calls", "function"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
CALL = {"name": "f", "arguments": "{}"}
TOOLS = {
    "openai-chat": [{"choices": [{"delta": {"tool_calls": [{"function": CALL}]}}]}],
    "openai-responses": [{"type": "response.output_item.done", "item": {"type": "function_call", **CALL}}],
    "anthropic-messages": [
        {"type": "content_block_start", "content_block": {"type": "tool_use", "name": "f"}},
        {"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": "{}"}},
    ],
    "gemini": [{"candidates": [{"content": {"parts": [{"functionCall": {"name": "f", "args": {}}}]}}]}],
}


@pytest.mark.parametrize("dialect", [*DIALECTS, "openai-completions", "never heard of"])
@settings(max_examples=examples(25))
@given(event=JSON)
def test_any_json_is_an_event(dialect: str, event: object) -> None:
    assert isinstance(heard(dialect, event), Heard) and isinstance(heard_whole(dialect, event), Heard)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_calls_of_tools_are_seen(dialect: str) -> None:
    said = joined(heard(dialect, event) for event in TOOLS[dialect])
    assert said.says and "f" in said.call and "{}" in said.call


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("error", [{"message": "no"}, {"type": "no"}, "no"])
def test_an_error_is_its_sentence(dialect: str, error: object) -> None:
    assert heard(dialect, {"error": error}).error == heard_whole(dialect, {"error": error}).error == "no"


def test_a_list_of_geminis_is_a_stream_in_one_piece() -> None:
    events = [{"candidates": [{"content": {"parts": [{"text": word}]}}]} for word in ("a", "b")]
    assert heard_whole("gemini", events).text == "ab"


def test_thoughts_are_no_part_of_the_counted_answer() -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 7, "completion_tokens_details": {"reasoning_tokens": 5},
             "prompt_tokens_details": {"cached_tokens": 4}}  # fmt: skip
    assert heard("openai-chat", {"usage": usage}).usage == Usage(9, 4, 2, 5)


@settings(max_examples=examples(50))
@given(st.lists(st.text(max_size=20), max_size=6), st.lists(st.integers(1, 9), max_size=60))
def test_lines_come_in_any_split(texts: list[str], cuts: list[int]) -> None:
    events = [{"a": text} for text in texts]
    sent = (
        b"".join(f": ping\r\nevent: x\r\ndata: {json.dumps(one)}\r\n\r\n".encode() for one in events)
        + b"data: [DONE]\n"
    )
    lines, found = Lines(), []
    for cut in cuts:
        found += lines.feed(sent[:cut])
        sent = sent[cut:]
    assert [*found, *lines.feed(sent)] == [*events, "[DONE]"]
