"""OpenAI's agents SDK, whose loop runs tools by itself: on the Responses API, whole and streamed.

It takes two seconds to import, which each worker would pay: it is imported by those who use it.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from openai import AsyncOpenAI

if TYPE_CHECKING:
    from agents import Agent


@pytest.fixture
def asked() -> list[str]:
    return []


def agent(served: Any, model: str, asked: list[str], client: AsyncOpenAI) -> "Agent[Any]":
    from agents import Agent, OpenAIResponsesModel, function_tool, set_tracing_disabled

    set_tracing_disabled(True)

    @function_tool
    def get_weather(city: str) -> str:
        """The weather in a city."""
        asked.append(city)
        return f"21 degrees in {city}"

    spoken = OpenAIResponsesModel(model=model, openai_client=client)
    return Agent(name="Weather", instructions="Use your tools.", model=spoken, tools=[get_weather])


@pytest.mark.parametrize("model", ["gemini-2.5-pro", "gemini-3.1-pro-preview"])
async def test_it_loops_until_it_has_an_answer(served: Any, asked: list[str], model: str) -> None:
    from agents import Runner

    async with AsyncOpenAI(base_url=served.base_url, api_key=served.key, max_retries=0) as client:
        question = "What is the weather in Paris? Ask in parallel."
        done = await Runner.run(agent(served, model, asked, client), question)
    assert asked == ["Paris", "Paris"]
    assert "21 degrees in Paris" in done.final_output


async def test_it_streams(served: Any, asked: list[str]) -> None:
    from agents import Runner

    async with AsyncOpenAI(base_url=served.base_url, api_key=served.key, max_retries=0) as client, asyncio.timeout(60):
        running = Runner.run_streamed(agent(served, "gemini-3.1-pro-preview", asked, client), "The weather in Rome?")
        kinds = [event.data.type async for event in running.stream_events() if event.type == "raw_response_event"]
    assert (asked, kinds.count("response.completed")) == (["Rome"], 2)
    assert "21 degrees in Rome" in running.final_output
