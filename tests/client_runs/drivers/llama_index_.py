"""LlamaIndex over the OpenAI dialect: its LLM class, and its agent."""

from typing import Any

from driver import CITY, STORY, WEATHER, Place, main, noted
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel


class Weather(BaseModel):
    city: str
    degrees: int


def model_of(place: Place) -> Any:
    return OpenAILike(
        model=place.model,
        api_base=f"{place.url}/v1",
        api_key=place.key,
        max_retries=0,
        is_chat_model=True,
        is_function_calling_model=True,
        should_use_structured_outputs=True,
    )


def story(place: Place) -> Any:
    return {"text": "".join(piece.delta or "" for piece in model_of(place).stream_complete(STORY))}


async def tools(place: Place) -> Any:
    told: list[str] = []
    weather, broken = noted(told)
    made = [
        FunctionTool.from_defaults(weather, name="get_weather"),
        FunctionTool.from_defaults(broken, name="broken_tool"),
    ]
    return {"text": str(await FunctionAgent(tools=made, llm=model_of(place)).run(WEATHER)), "told": told}


def structured(place: Place) -> Any:
    return {"value": model_of(place).as_structured_llm(Weather).complete(CITY).raw.model_dump()}


main({"story": story, "tools": tools, "structured": structured})
