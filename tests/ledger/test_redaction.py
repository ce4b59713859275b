"""What is hidden of a request, and what must stay so that it is understood as the first one was."""

import base64
import json
from typing import Any

import pytest

from gcli2api_tui.ledger.redaction import shaped, shaped_answer, shaped_body, shaped_call

PLANTED = "Purple Elephant 1984"
WORDS = ("Purple", "Elephant", "1984", "purple", "Anna", "42", "Paris")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Hello, 42 Welten!\n\t", "Xxxxx, 00 Xxxxxx!\n\t"),
        ("héllo ÉTÉ", "xxxxx XXX"),
        ("你好，世界", "文文，文文"),
        ("ok 😀", "xx x"),
        ("", ""),
    ],
)
def test_length_and_shape_stay(text: str, hidden: str) -> None:
    assert shaped(text) == hidden
    assert len(shaped(text)) == len(text)


CHAT: dict[str, Any] = {
    "model": "gemini-2.5-pro",
    "temperature": 0.7,
    "max_tokens": 1984,
    "stop": ["Elephant"],
    "messages": [
        {"role": "system", "content": PLANTED},
        {"role": "user", "name": "Anna", "content": [
            {"type": "text", "text": PLANTED},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,UHVycGxl", "detail": "low"}},
        ]},
        {"role": "assistant", "tool_calls": [
            {"id": "call_1", "type": "function",
             "function": {"name": "get_weather", "arguments": '{"city": "Paris", "days": 42, "model": "purple"}'}},
        ]},
        {"role": "tool", "tool_call_id": "call_1", "content": '{"sky": "purple"}'},
    ],
    "tools": [{"type": "function", "function": {
        "name": "get_weather",
        "description": PLANTED,
        "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": PLANTED}},
                       "required": ["city"]},
    }}],
    "metadata": {"type": "purple", "user_id": "Anna"},
}  # fmt: skip


def test_nothing_that_anybody_said_is_left_in_a_chat() -> None:
    hidden = shaped_body(CHAT)
    text = json.dumps(hidden)
    for word in WORDS:
        assert word not in text.replace('"max_tokens": 1984', ""), word
    assert [hidden["model"], hidden["temperature"], hidden["max_tokens"]] == ["gemini-2.5-pro", 0.7, 1984]
    call = hidden["messages"][2]["tool_calls"][0]
    assert (call["id"], call["function"]["name"]) == ("call_1", "get_weather")
    assert json.loads(call["function"]["arguments"]) == {"city": "Xxxxx", "days": 0, "model": "xxxxxx"}
    assert hidden["messages"][3]["tool_call_id"] == "call_1"
    schema = hidden["tools"][0]["function"]["parameters"]
    assert (schema["properties"]["city"]["type"], schema["required"]) == ("string", ["city"])
    assert hidden["messages"][1]["content"][1]["image_url"]["url"] == "data:image/png;base64,AAAAAAAA"


def test_gemini_and_responses_keep_their_structure_too() -> None:
    native = {
        "contents": [
            {"role": "user", "parts": [{"text": PLANTED},
                                       {"inlineData": {"mimeType": "image/png", "data": "UHVycGxl"}}]},
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"name": "Anna", "n": 42}},
                                         "thoughtSignature": "c2lnbmVk"}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"type": "purple"}}}]},
        ],
        "generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}, "responseMimeType": "application/json"},
    }  # fmt: skip
    hidden = shaped_body(native)
    parts = [part for content in hidden["contents"] for part in content["parts"]]
    assert parts[1]["inlineData"] == {"mimeType": "image/png", "data": "AAAAAAAA"}
    assert base64.b64decode(parts[1]["inlineData"]["data"])
    assert parts[2] == {"functionCall": {"name": "f", "args": {"name": "Xxxx", "n": 0}}}
    assert parts[3]["functionResponse"] == {"name": "f", "response": {"type": "xxxxxx"}}
    assert hidden["generationConfig"] == native["generationConfig"]
    items = [
        {"type": "message", "role": "user", "content": PLANTED},
        {"type": "function_call_output", "call_id": "c1", "output": "Paris"},
    ]
    assert shaped_body({"model": "m", "input": items})["input"] == [
        {"type": "message", "role": "user", "content": "Xxxxxx Xxxxxxxx 0000"},
        {"type": "function_call_output", "call_id": "c1", "output": "Xxxxx"},
    ]
    assert shaped_body({"input": PLANTED})["input"] == "Xxxxxx Xxxxxxxx 0000"


def test_a_key_of_the_protocol_hides_no_sentence() -> None:
    """A person may write anything anywhere."""
    assert shaped_body({"role": PLANTED, "type": {"text": PLANTED}}) == {
        "role": "Xxxxxx Xxxxxxxx 0000", "type": {"text": "Xxxxxx Xxxxxxxx 0000"}
    }  # fmt: skip


def test_answers_and_calls_keep_the_names_of_their_fields() -> None:
    assert shaped_answer('{"city": "Paris", "n": 42}') == '{"city": "Xxxxx", "n": 0}'
    assert shaped_answer("In Paris.") == "Xx Xxxxx."
    assert shaped_call('get_weather({"city": "Paris"})\nf({})\n') == 'get_weather({"city": "Xxxxx"})\nf({})\n'
    assert shaped_call("Paris(Anna") == "Xxxxx(Xxxx"
