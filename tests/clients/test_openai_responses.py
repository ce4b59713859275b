"""OpenAI's SDK for Python on the Responses API, and the six checks of the Open Responses list, against real sockets."""

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

MODELS = ["gemini-2.5-pro", "gemini-3.1-pro-preview"]
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class Person(BaseModel):
    name: str
    age: int


@pytest.fixture
def sdk(served: Any) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=served.base_url, api_key=served.key, max_retries=0) as client:
        yield client


def exact(response: Response) -> Response:
    """The SDK itself takes any JSON; its types say more."""
    Response.model_validate(response.model_dump(mode="json", by_alias=True, warnings=False), strict=True)
    return response


def image() -> str:
    """A red pixel as a data: URL."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\x00\xff\x00\x00")
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


# --- the six checks of Open Responses


def test_basic_response(sdk: openai.OpenAI) -> None:
    answer = exact(sdk.responses.create(model="gemini-2.5-pro", input="Say hello in exactly three words."))
    assert (answer.status, answer.object) == ("completed", "response")
    assert answer.id.startswith("resp_") and answer.completed_at and answer.completed_at >= answer.created_at
    assert answer.output_text and answer.output[-1].type == "message" and answer.output[-1].role == "assistant"
    assert answer.usage and answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_streaming_response(sdk: openai.OpenAI) -> None:
    events = list(sdk.responses.create(model="gemini-2.5-pro", input="Count from 1 to 5.", stream=True))
    for event in events:
        EVENT.validate_python(event.model_dump(mode="json", by_alias=True, warnings=False), strict=True)
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events[:2]] == ["response.created", "response.in_progress"]
    assert events[-1].type == "response.completed"
    told = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert events[-1].response.output_text == told != ""


def test_system_prompt(sdk: openai.OpenAI) -> None:
    items: Any = [
        {"type": "message", "role": "system", "content": "You are a pirate. Always speak like one."},
        {"type": "message", "role": "user", "content": "Say hello."},
    ]
    assert exact(sdk.responses.create(model="gemini-2.5-pro", input=items)).output_text


def test_tool_calling(sdk: openai.OpenAI) -> None:
    answer = exact(sdk.responses.create(model="gemini-2.5-pro", input="What is the weather in Paris?", tools=[WEATHER]))
    (call,) = [item for item in answer.output if item.type == "function_call"]
    assert call.name == "get_weather" and json.loads(call.arguments) == {"city": "Paris"}
    assert answer.tools[0].type == "function" and answer.tools[0].name == "get_weather"


def test_image_input(sdk: openai.OpenAI) -> None:
    content = [
        {"type": "input_text", "text": "What do you see? Answer in one sentence."},
        {"type": "input_image", "image_url": image(), "detail": "auto"},
    ]
    items: Any = [{"type": "message", "role": "user", "content": content}]
    assert exact(sdk.responses.create(model="gemini-2.5-pro", input=items)).status == "completed"


def test_multi_turn(sdk: openai.OpenAI) -> None:
    items: Any = [
        {"type": "message", "role": "user", "content": "My name is Alice."},
        {"type": "message", "role": "assistant", "content": "Hello Alice! How can I help you today?"},
        {"type": "message", "role": "user", "content": "What is my name?"},
    ]
    assert exact(sdk.responses.create(model="gemini-2.5-pro", input=items)).output_text


# --- the SDK's own ways


def test_the_stream_helper(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-pro", "input": "Say hello.", "reasoning": {"summary": "auto", "effort": "low"}}
    with sdk.responses.stream(**asked) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_response()
    assert {"response.reasoning_summary_text.delta", "response.output_text.delta"} <= kinds
    assert [item.type for item in final.output] == ["reasoning", "message"]


def test_a_pydantic_model_whole_and_streamed(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-pro", "input": "Who is it?", "text_format": Person}
    assert isinstance(sdk.responses.parse(**asked).output_parsed, Person)
    with sdk.responses.stream(**asked) as stream:
        assert isinstance(stream.get_final_response().output_parsed, Person)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("by_id", [True, False])
def test_a_loop_of_tools(sdk: openai.OpenAI, model: str, by_id: bool) -> None:
    """With the response's id, or with all items sent again, reasoning and its signatures too."""
    items: Any = [{"role": "user", "content": "What is the weather in Paris? Ask in parallel."}]
    more: Any = {"model": model, "tools": [WEATHER], "include": ["reasoning.encrypted_content"], "store": by_id}
    first = exact(sdk.responses.create(input=items, **more))
    calls = [item for item in first.output if item.type == "function_call"]
    assert len(calls) == 2
    assert any(item.type == "reasoning" and item.encrypted_content for item in first.output)
    results = [{"type": "function_call_output", "call_id": call.call_id, "output": "21 degrees"} for call in calls]
    if by_id:
        last = sdk.responses.create(input=results, previous_response_id=first.id, **more)
    else:
        last = sdk.responses.create(input=[*items, *first.output, *results], **more)
    assert "21 degrees" in exact(last).output_text


def test_what_was_kept(sdk: openai.OpenAI) -> None:
    made = sdk.responses.create(model="gemini-2.5-pro", input="Remember this.")
    assert exact(sdk.responses.retrieve(made.id)).output_text == made.output_text
    listed = [item for item in sdk.responses.input_items.list(made.id) if item.type == "message"]
    assert [part.text for item in listed for part in item.content if part.type == "input_text"] == ["Remember this."]
    sdk.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        sdk.responses.retrieve(made.id)
    with pytest.raises(openai.BadRequestError) as gone:
        sdk.responses.create(model="gemini-2.5-pro", input="And?", previous_response_id=made.id)
    assert gone.value.code == "previous_response_not_found"


def test_a_count(sdk: openai.OpenAI) -> None:
    short, long = (sdk.responses.input_tokens.count(model=MODELS[0], input=words) for words in ("hi", "hi " * 500))
    assert 0 < short.input_tokens < long.input_tokens


def test_a_search_says_where_its_text_was_found(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-pro", "input": "Say hello in one sentence.", "tools": [{"type": "web_search"}]}
    said: Any = exact(sdk.responses.create(**asked)).output[-1]
    (found,) = said.content[0].annotations
    assert (found.type, found.url, found.start_index) == ("url_citation", "https://example.com/found", 0)
    assert said.content[0].text[: found.end_index][-1] in ".!?。！？"
    events = list(sdk.responses.create(**asked, stream=True))
    for event in events:
        EVENT.validate_python(event.model_dump(mode="json", by_alias=True, warnings=False))
    (added,) = [event for event in events if event.type == "response.output_text.annotation.added"]
    assert dict(added.annotation) == found.model_dump()  # type: ignore[call-overload]


def test_a_cut_is_a_failure(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-flash", "input": "A long story. [sim:fault=cut] [sim:words=200]"}
    events = []
    with pytest.raises(openai.APIError) as broken:
        events += sdk.responses.create(stream=True, **asked)
    assert broken.value.code == "server_error"


def test_a_blocked_prompt_is_incomplete(sdk: openai.OpenAI) -> None:
    answer = exact(sdk.responses.create(model="gemini-2.5-flash", input="Hm. [sim:blocked=SAFETY]"))
    assert answer.status == "incomplete" and answer.incomplete_details
    assert answer.incomplete_details.reason == "content_filter"


def test_a_small_limit_is_incomplete(sdk: openai.OpenAI) -> None:
    answer = exact(sdk.responses.create(model="gemini-2.5-flash-lite", input="A story.", max_output_tokens=16))
    assert answer.status == "incomplete" and answer.incomplete_details
    assert answer.incomplete_details.reason == "max_output_tokens"


def test_fake_streaming_sends_the_same_events(sdk: openai.OpenAI) -> None:
    events = list(sdk.responses.create(model="fake/gemini-2.5-pro", input="Say hello.", stream=True))
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_a_limit_is_a_429_with_its_time(sdk: openai.OpenAI, served: Any) -> None:
    model = "gemini-3-flash-preview"  # of its own, because it rests afterwards
    served.order("rate_limit", model=model)
    with pytest.raises(openai.RateLimitError) as limited:
        sdk.responses.create(model=model, input="hi", stream=True)
    assert limited.value.response.headers["retry-after"]


def test_a_wrong_key(served: Any) -> None:
    with (
        openai.OpenAI(base_url=served.base_url, api_key="wrong", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.responses.create(model="gemini-2.5-pro", input="hi")
