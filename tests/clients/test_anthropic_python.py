"""Anthropic's official Python SDK: its helpers, a loop of tools, and every object held to its type strictly."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic.types import Message, ModelInfo
from pydantic import BaseModel

HELLO: Any = {"model": "gemini-2.5-pro", "max_tokens": 4000, "messages": [{"role": "user", "content": "Say hello."}]}
SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER: Any = {"name": "get_weather", "description": "The weather in a city", "input_schema": SCHEMA}
MODELS = ["gemini-2.5-pro", "gemini-3.1-pro-preview"]


class Person(BaseModel):
    name: str
    age: int


@pytest.fixture
def sdk(served: Any) -> Iterator[anthropic.Anthropic]:
    """Its base URL is the address alone; the key goes as a bearer."""
    with anthropic.Anthropic(base_url=served.url, auth_token=served.key, max_retries=0) as client:
        yield client


def exact(message: Message) -> None:
    """The SDK itself takes any JSON; its types say more."""
    Message.model_validate_json(message.model_dump_json(), strict=True)


def test_a_whole_answer(sdk: anthropic.Anthropic) -> None:
    message = sdk.messages.create(**HELLO, system="Be brief.", thinking={"type": "enabled", "budget_tokens": 1024})
    exact(message)
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert (message.stop_reason, message.model) == ("end_turn", "gemini-2.5-pro")
    details = message.usage.output_tokens_details
    assert details and 0 < details.thinking_tokens < message.usage.output_tokens
    assert message._request_id and message._request_id.startswith("req_")


def test_a_stream_by_its_helper(sdk: anthropic.Anthropic) -> None:
    with sdk.messages.stream(**HELLO) as stream:
        words = "".join(stream.text_stream)
        message = stream.get_final_message()
    exact(message)
    assert [block.text for block in message.content if block.type == "text"] == [words]
    assert message.stop_reason == "end_turn" and message.usage.input_tokens > 0


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("thinking", [{"type": "adaptive"}, {"type": "disabled"}])
def test_a_loop_of_tools(sdk: anthropic.Anthropic, model: str, thinking: Any) -> None:
    """With thinking the client carries the signatures, without it the server remembers them."""
    asked: Any = {"model": model, "max_tokens": 4000, "tools": [WEATHER], "thinking": thinking}
    messages: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
    first = sdk.messages.create(**asked, messages=messages, tool_choice={"type": "any"})
    exact(first)
    assert first.stop_reason == "tool_use"
    calls = [block for block in first.content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": call.id, "content": "21 °C"} for call in calls]
    turn = [{"role": "assistant", "content": first.content}, {"role": "user", "content": results}]
    with sdk.messages.stream(**asked, messages=[*messages, *turn]) as stream:
        last = stream.get_final_message()
    assert last.stop_reason == "end_turn" and any(block.type == "text" for block in last.content)


def test_its_own_loop_of_tools(sdk: anthropic.Anthropic) -> None:
    asked = []

    @anthropic.beta_tool
    def get_weather(city: str) -> str:
        """The weather in a city.

        Args:
            city: Its name.
        """
        asked.append(city)
        return "21 °C"

    question: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
    runner = sdk.beta.messages.tool_runner(
        model="gemini-3.1-pro-preview", max_tokens=4000, tools=[get_weather], messages=question
    )
    final = runner.until_done()
    assert asked and final.stop_reason == "end_turn"


def test_a_structured_answer(sdk: anthropic.Anthropic) -> None:
    message = sdk.messages.parse(**HELLO, output_format=Person)
    assert isinstance(message.parsed_output, Person)


def test_a_stop_sequence_is_reported(sdk: anthropic.Anthropic) -> None:
    whole = sdk.messages.create(**HELLO)
    first = next(block.text for block in whole.content if block.type == "text")
    assert " " in first
    for stream in (False, True):
        if stream:
            with sdk.messages.stream(**HELLO, stop_sequences=[" "]) as events:
                message = events.get_final_message()
        else:
            message = sdk.messages.create(**HELLO, stop_sequences=[" "])
        assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", " ")
        (block,) = message.content
        assert block.type == "text" and block.text and " " not in block.text


def test_too_little_room(sdk: anthropic.Anthropic) -> None:
    assert sdk.messages.create(**{**HELLO, "max_tokens": 2}).stop_reason == "max_tokens"


def test_a_count(sdk: anthropic.Anthropic) -> None:
    short, long = (
        sdk.messages.count_tokens(model="gemini-2.5-pro", messages=[{"role": "user", "content": words}]).input_tokens
        for words in ("hi", "hi " * 500)
    )
    assert 0 < short < long


def test_models(sdk: anthropic.Anthropic) -> None:
    found = list(sdk.models.list(limit=3))
    for model in found:
        ModelInfo.model_validate_json(model.model_dump_json(), strict=True)
    assert {"gemini-3.1-pro-preview", "gemini-3-flash-preview"} <= {model.id for model in found}
    assert len(found) > 3, "page after page"
    assert sdk.models.retrieve("gemini-3.1-pro-preview") == next(
        one for one in found if one.id == "gemini-3.1-pro-preview"
    )


def test_errors_are_the_right_exceptions(sdk: anthropic.Anthropic, served: Any) -> None:
    with pytest.raises(anthropic.NotFoundError) as missing:
        sdk.messages.create(**{**HELLO, "model": "claude-nope"})
    assert missing.value.request_id
    with pytest.raises(anthropic.BadRequestError):
        sdk.messages.create(**{**HELLO, "max_tokens": 0})
    with pytest.raises(anthropic.NotFoundError):
        sdk.models.retrieve("nope")
    with anthropic.Anthropic(base_url=served.url, api_key="bad", max_retries=0) as stranger:
        for ask in (lambda: stranger.messages.create(**HELLO), stranger.models.list):
            with pytest.raises(anthropic.AuthenticationError):
                ask()


def test_a_fault_of_googles_is_one_too(sdk: anthropic.Anthropic, served: Any) -> None:
    model = "gemini-3.7-flash"  # of its own, because it rests afterwards
    served.order("rate_limit", model=model)
    with pytest.raises(anthropic.RateLimitError) as limited:
        sdk.messages.create(**{**HELLO, "model": model})
    assert limited.value.response.headers["retry-after"] == "1"


def test_a_stream_that_breaks_raises_and_keeps_what_came(sdk: anthropic.Anthropic, served: Any) -> None:
    asked = {**HELLO, "model": "gemini-2.5-flash"}
    asked["messages"] = [{"role": "user", "content": "Tell a long story. [sim:fault=cut]"}]
    with pytest.raises(anthropic.APIStatusError), sdk.messages.stream(**asked) as stream:
        stream.until_done()
    assert json.dumps(stream.current_message_snapshot.content[0].model_dump())
