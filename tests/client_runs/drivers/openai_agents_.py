"""OpenAI's Agents SDK for Python: `SCRIPT WAY URL KEY MODEL SCENARIO` with chat or responses."""

import sys
from typing import Any

from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool, set_tracing_disabled
from driver import CITY, STORY, WEATHER, Place, main, noted
from openai import AsyncOpenAI
from pydantic import BaseModel

WAY = sys.argv.pop(1)
set_tracing_disabled(True)


class Weather(BaseModel):
    city: str
    degrees: int


def agent(place: Place, **more: Any) -> Any:
    client = AsyncOpenAI(base_url=f"{place.url}/v1", api_key=place.key, max_retries=0)
    kind = OpenAIResponsesModel if WAY == "responses" else OpenAIChatCompletionsModel
    return Agent(name="walker", model=kind(place.model, client), **more)


async def story(place: Place) -> Any:
    run = Runner.run_streamed(agent(place), STORY)
    deltas = []
    async for event in run.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            deltas.append(event.data.delta)
    assert "".join(deltas) == run.final_output, "the pieces are not the whole"
    return {"text": run.final_output}


async def tools(place: Place) -> Any:
    told: list[str] = []
    weather, broken = noted(told)
    made = [function_tool(weather, name_override="get_weather"), function_tool(broken, name_override="broken_tool")]
    done = await Runner.run(agent(place, tools=made), WEATHER)
    return {"text": done.final_output, "told": told}


async def structured(place: Place) -> Any:
    done = await Runner.run(agent(place, output_type=Weather), CITY)
    return {"value": done.final_output.model_dump()}


main({"story": story, "tools": tools, "structured": structured})
