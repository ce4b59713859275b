"""pydantic-ai, in one of its ways: `SCRIPT WAY URL KEY MODEL SCENARIO` with openai, responses, anthropic or google."""

import sys
from typing import Any

from driver import CITY, STORY, WEATHER, Place, broken_tool, get_weather, main
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry

WAY = sys.argv.pop(1)


class Weather(BaseModel):
    city: str
    degrees: int


def model_of(place: Place) -> Any:
    if WAY == "anthropic":
        from anthropic import AsyncAnthropic
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        client = AsyncAnthropic(base_url=place.url, api_key=place.key, max_retries=0)
        return AnthropicModel(place.model, provider=AnthropicProvider(anthropic_client=client))
    if WAY == "google":
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider

        return GoogleModel(place.model, provider=GoogleProvider(api_key=place.key, base_url=place.url))
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(openai_client=AsyncOpenAI(base_url=f"{place.url}/v1", api_key=place.key, max_retries=0))
    kind = OpenAIResponsesModel if WAY == "responses" else OpenAIChatModel
    return kind(place.model, provider=provider)


async def story(place: Place) -> Any:
    async with Agent(model_of(place)).run_stream(STORY) as answer:
        return {"text": "".join([piece async for piece in answer.stream_text(delta=True)])}


async def tools(place: Place) -> Any:
    told: list[str] = []

    def weather(city: str) -> str:
        """Tell the weather of a city."""
        told.append(get_weather(city))
        return told[-1]

    def broken(reason: str) -> str:
        """A tool that never works."""
        try:
            return broken_tool(reason)
        except ValueError as error:
            told.append("broken")
            raise ModelRetry(str(error)) from error

    agent = Agent(model_of(place), retries=3)
    agent.tool_plain(weather, name="get_weather")
    agent.tool_plain(broken, name="broken_tool")
    done = await agent.run(WEATHER)
    return {"text": done.output, "told": told}


async def structured(place: Place) -> Any:
    done = await Agent(model_of(place), output_type=Weather).run(CITY)
    return {"value": done.output.model_dump()}


main({"story": story, "tools": tools, "structured": structured})
