"""The LiteLLM SDK, in one of its ways: `SCRIPT WAY URL KEY MODEL SCENARIO` with openai, anthropic or gemini."""

import json
import sys
from typing import Any

import litellm
from driver import CITY, STORY, TOOL_SCHEMAS, WEATHER, WEATHER_SCHEMA, Place, broken_tool, get_weather, main

WAY = sys.argv.pop(1)
litellm.suppress_debug_info = True
FUNCTIONS = {"get_weather": get_weather, "broken_tool": broken_tool}


def asked(place: Place, messages: list[Any], **more: Any) -> Any:
    base = {"openai": f"{place.url}/v1", "anthropic": place.url, "gemini": f"{place.url}/v1beta"}[WAY]
    return litellm.completion(
        f"{WAY}/{place.model}", messages, api_base=base, api_key=place.key, num_retries=0, max_retries=0, **more
    )


def story(place: Place) -> Any:
    pieces = asked(place, [{"role": "user", "content": STORY}], stream=True)
    return {"text": "".join(piece.choices[0].delta.content or "" for piece in pieces)}


def tools(place: Place) -> Any:
    messages: list[Any] = [{"role": "user", "content": WEATHER}]
    told: list[str] = []
    for _ in range(6):
        message = asked(place, messages, tools=TOOL_SCHEMAS).choices[0].message
        messages.append(message)
        if not message.tool_calls:
            return {"text": message.content, "told": told}
        for call in message.tool_calls:
            told.append(result_of(call.function.name, json.loads(call.function.arguments)))
            messages.append({"role": "tool", "tool_call_id": call.id, "name": call.function.name, "content": told[-1]})
    return {"error": "It calls tools for ever."}


def result_of(name: str, args: dict[str, str]) -> str:
    try:
        return FUNCTIONS[name](**args)
    except ValueError:
        return "broken"


def structured(place: Place) -> Any:
    schema = {"name": "weather", "schema": WEATHER_SCHEMA, "strict": True}
    form = {"type": "json_schema", "json_schema": schema}
    answer = asked(place, [{"role": "user", "content": CITY}], response_format=form)
    return {"value": json.loads(answer.choices[0].message.content)}


main({"story": story, "tools": tools, "structured": structured})
