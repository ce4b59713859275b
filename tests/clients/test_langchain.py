"""LangChain's OpenAI client: it sends other tool choices and roles than the SDK below it, and reads more strictly."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

# LangChain warns on Pythons newer than it knows, at import and when used.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"21 degrees in {city}"


@pytest.fixture
def chat(served: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "false")
    from langchain_openai import ChatOpenAI

    yield ChatOpenAI(base_url=served.base_url, api_key=served.key, model="gemini-2.5-pro", max_retries=0)


def test_invoke(chat: Any) -> None:
    answer = chat.invoke([("system", "Be brief."), ("human", "Say hello.")])
    assert answer.content
    assert answer.response_metadata["finish_reason"] == "stop"
    usage = answer.usage_metadata
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 0


def test_stream(chat: Any) -> None:
    chunks = list(chat.stream("Say hello.", stream_usage=True))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert len(chunks) > 2
    assert whole.content
    assert whole.response_metadata["finish_reason"] == "stop"
    assert whole.usage_metadata["output_tokens"] > 0


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("choice", [None, "any", "get_weather"])
def test_bind_tools(chat: Any, choice: str | None, streamed: bool) -> None:
    from langchain_core.messages import HumanMessage, ToolMessage

    bound = chat.bind_tools([get_weather], tool_choice=choice)
    messages: list[Any] = [HumanMessage("What is the weather in Paris?")]
    answer = gathered(bound.stream(messages)) if streamed else bound.invoke(messages)
    (call,) = answer.tool_calls
    assert (call["name"], call["args"]) == ("get_weather", {"city": "Paris"})
    messages += [answer, ToolMessage(get_weather(**call["args"]), tool_call_id=call["id"])]
    assert "21 degrees in Paris" in chat.bind_tools([get_weather]).invoke(messages).content


def gathered(chunks: Iterator[Any]) -> Any:
    whole = next(chunks)
    for chunk in chunks:
        whole += chunk
    return whole


@pytest.mark.parametrize("method", ["json_schema", "function_calling", "json_mode"])
def test_structured_output(chat: Any, method: str) -> None:
    shape: Any = dict if method == "json_mode" else Person
    wanted = chat.with_structured_output(None if shape is dict else Person, method=method)
    assert isinstance(wanted.invoke("Tell me of Ada, in JSON."), shape)
