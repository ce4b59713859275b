"""The official Python SDK: its helpers, a loop of tools, and every object held to its type strictly."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai.types import Completion, CreateEmbeddingResponse, Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel

HELLO: Any = [{"role": "user", "content": "Say hello in one sentence."}]
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
MODELS = ["gemini-2.5-pro", "gemini-3.1-pro-preview"]


class Person(BaseModel):
    name: str
    age: int


@pytest.fixture
def sdk(served: Any) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=served.base_url, api_key=served.key, max_retries=0) as client:
        yield client


def exact(kind: type[BaseModel], value: BaseModel) -> None:
    """The SDK itself takes any JSON; its types say more."""
    kind.model_validate(value.model_dump(), strict=True)


def test_models(sdk: openai.OpenAI) -> None:
    found = list(sdk.models.list())
    for model in found:
        exact(Model, model)
    assert {"gemini-3.1-pro-preview", "gemini-3-flash-preview"} <= {model.id for model in found}
    assert all(model.context_length >= model.max_completion_tokens > 0 for model in found)  # type: ignore[attr-defined]
    assert sdk.models.retrieve("gemini-3.1-pro-preview") == next(
        one for one in found if one.id == "gemini-3.1-pro-preview"
    )


def test_a_whole_answer(sdk: openai.OpenAI) -> None:
    answer = sdk.chat.completions.create(model="gemini-2.5-pro", messages=HELLO, reasoning_effort="low")
    exact(ChatCompletion, answer)
    (choice,), usage = answer.choices, answer.usage
    assert (choice.finish_reason, bool(choice.message.content)) == ("stop", True)
    assert usage and usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert usage.completion_tokens_details and usage.completion_tokens_details.reasoning_tokens
    assert choice.message.model_extra and choice.message.model_extra["reasoning_content"]


def test_a_search_says_where_its_text_was_found(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-pro", "messages": HELLO, "web_search_options": {}}
    message = sdk.chat.completions.create(**asked).choices[0].message
    (found,) = message.annotations or ()
    place = found.url_citation
    assert (found.type, place.url, place.title) == ("url_citation", "https://example.com/found", "example.com")
    assert message.content and message.content[place.start_index : place.end_index][-1] in ".!?。！？"
    chunks = list(sdk.chat.completions.create(**asked, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    extras = [chunk.choices[0].delta.model_extra or {} for chunk in chunks]
    assert (text, [one for extra in extras for one in extra.get("annotations", ())]) == (
        message.content,
        [found.model_dump()],
    )


def test_a_stream_by_its_helper(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-pro", "messages": HELLO, "stream_options": {"include_usage": True}}
    with sdk.chat.completions.stream(**asked) as stream:
        events = list(stream)
        final = stream.get_final_completion()
    for event in events:
        if event.type == "chunk":
            exact(ChatCompletionChunk, event.chunk)
    told = "".join(event.delta for event in events if event.type == "content.delta")
    assert final.choices[0].message.content == told != ""
    assert (final.choices[0].message.role, final.choices[0].finish_reason) == ("assistant", "stop")
    assert final.usage and final.usage.completion_tokens


def test_a_pydantic_model_whole_and_streamed(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-pro", "messages": HELLO, "response_format": Person}
    whole = sdk.chat.completions.parse(**asked)
    assert isinstance(whole.choices[0].message.parsed, Person)
    with sdk.chat.completions.stream(**asked) as stream:
        assert isinstance(stream.get_final_completion().choices[0].message.parsed, Person)


def test_a_cut_answer_is_not_parsed(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.LengthFinishReasonError):
        sdk.chat.completions.parse(
            model="gemini-2.5-flash", messages=HELLO, response_format=Person, max_completion_tokens=2
        )


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("streamed", [False, True])
def test_a_loop_of_tools(sdk: openai.OpenAI, model: str, streamed: bool) -> None:
    """Two calls at once, the message sent back as it came, then the answer."""
    messages: Any = [{"role": "user", "content": "What is the weather in Paris? Ask in parallel."}]
    for _ in range(3):
        asked: Any = {"model": model, "messages": messages, "tools": [WEATHER]}
        if streamed:
            with sdk.chat.completions.stream(**asked) as stream:
                choice: Any = stream.get_final_completion().choices[0]
        else:
            choice = sdk.chat.completions.create(**asked).choices[0]
        if choice.finish_reason == "stop":
            break
        calls = choice.message.tool_calls
        assert (choice.finish_reason, len({call.id for call in calls})) == ("tool_calls", 2)
        assert {json.loads(call.function.arguments)["city"] for call in calls} == {"Paris"}
        messages.append(choice.message.to_dict())
        messages += [{"role": "tool", "tool_call_id": call.id, "content": '{"celsius": 21}'} for call in calls]
    assert (choice.finish_reason, len(messages)) == ("stop", 4)
    assert "21" in choice.message.content


def test_a_forced_tool_and_none(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-flash", "messages": HELLO, "tools": [WEATHER]}
    named: Any = {"type": "function", "function": {"name": "get_weather"}}
    for choice, finish in (("required", "tool_calls"), (named, "tool_calls"), ("none", "stop")):
        answer = sdk.chat.completions.create(**asked, tool_choice=choice)
        exact(ChatCompletion, answer)
        assert answer.choices[0].finish_reason == finish


def test_a_custom_tool_gets_free_text(sdk: openai.OpenAI) -> None:
    tool: Any = {"type": "custom", "custom": {"name": "run_shell", "description": "Runs a line."}}
    named: Any = {"type": "custom", "custom": {"name": "run_shell"}}
    messages: Any = [*HELLO]
    answer = sdk.chat.completions.create(model=MODELS[0], messages=messages, tools=[tool], tool_choice=named)
    exact(ChatCompletion, answer)
    (call,) = answer.choices[0].message.tool_calls or ()
    assert call.type == "custom"
    assert (call.custom.name, bool(call.custom.input)) == ("run_shell", True)
    messages += [answer.choices[0].message.to_dict(), {"role": "tool", "tool_call_id": call.id, "content": "done"}]
    again = sdk.chat.completions.create(model=MODELS[0], messages=messages, tools=[tool])
    assert "done" in (again.choices[0].message.content or "")
    stream = sdk.chat.completions.create(model=MODELS[0], messages=HELLO, tools=[tool], tool_choice=named, stream=True)
    assert [choice.finish_reason for chunk in stream for choice in chunk.choices if choice.finish_reason] == [
        "tool_calls"
    ]


def test_a_refused_prompt_is_an_answer(sdk: openai.OpenAI) -> None:
    blocked: Any = [{"role": "user", "content": "[sim:blocked=SAFETY]"}]
    answer = sdk.chat.completions.create(model="gemini-2.5-flash", messages=blocked)
    exact(ChatCompletion, answer)
    (choice,) = answer.choices
    assert (choice.finish_reason, choice.message.content) == ("content_filter", None)
    assert "SAFETY" in (choice.message.refusal or "")


def test_a_stream_cut_by_google_is_an_error_and_no_end(sdk: openai.OpenAI) -> None:
    cut: Any = [{"role": "user", "content": "A long story. [sim:fault=cut] [sim:words=200]"}]
    chunks = []
    with pytest.raises(openai.APIError):
        for chunk in sdk.chat.completions.create(model="gemini-2.5-flash", messages=cut, stream=True):
            chunks.append(chunk)
    assert any(choice.delta.content for chunk in chunks for choice in chunk.choices)
    assert not any(choice.finish_reason for chunk in chunks for choice in chunk.choices)


def test_errors_have_their_classes(sdk: openai.OpenAI, served: Any) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        sdk.chat.completions.create(model="gpt-9", messages=HELLO)
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as bad:
        sdk.chat.completions.create(model="gemini-2.5-pro", messages=HELLO, temperature=9)
    assert (bad.value.param, bad.value.type) == ("temperature", "invalid_request_error")
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=served.base_url, api_key="wrong", max_retries=0).models.list()


async def test_the_asynchronous_client(served: Any) -> None:
    async with openai.AsyncOpenAI(base_url=served.base_url, api_key=served.key, max_retries=0) as sdk:
        stream = await sdk.chat.completions.create(model="gemini-2.5-flash", messages=HELLO, stream=True)
        deltas = [choice.delta.content or "" async for chunk in stream for choice in chunk.choices]
    assert "".join(deltas)


def test_embeddings_packed_and_plain(sdk: openai.OpenAI) -> None:
    """Unless told otherwise the SDK asks for base64 and unpacks it."""
    asked: Any = {"model": "gemini-embedding-001", "input": ["one", "two words"], "dimensions": 5}
    packed = sdk.embeddings.create(**asked)
    plain = sdk.embeddings.create(**asked, encoding_format="float")
    exact(CreateEmbeddingResponse, packed)
    assert [one.index for one in packed.data] == [0, 1]
    for one, other in zip(packed.data, plain.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding, rel=1e-6)
        assert len(one.embedding) == 5
    assert packed.usage.total_tokens > 0


def test_embeddings_of_a_model_that_has_none(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        sdk.embeddings.create(model="gemini-2.5-pro", input="x")
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.embeddings.create(model="gemini-embedding-001", input=[1, 2])
    assert caught.value.param == "input"


def test_legacy_completions(sdk: openai.OpenAI) -> None:
    asked: Any = {"model": "gemini-2.5-flash", "prompt": "Say hello in one sentence."}
    whole = sdk.completions.create(**asked)
    exact(Completion, whole)
    assert (whole.choices[0].finish_reason, bool(whole.choices[0].text)) == ("stop", True)
    with sdk.completions.create(**asked, stream=True) as stream:
        chunks = list(stream)
    assert "".join(chunk.choices[0].text for chunk in chunks)
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] == "stop"
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.completions.create(**asked, suffix="end")
    assert caught.value.param == "suffix"
