"""What every driver in Python shares; it runs beside the client's own packages and knows nothing of ours.

In: `SCRIPT URL KEY MODEL SCENARIO`. Out: a last line `RESULT {json}` with what the client made of it: `text`, `told`
(the results of its tools), `value` (structured output), or `error`.
"""

import asyncio
import inspect
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

STORY = "Tell me a short story. [sim:words=60]"
WEATHER = "Compare the weather of Paris and Oslo, then try the broken tool."
CITY = "Describe the weather of Paris."
CITY_SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
REASON_SCHEMA = {"type": "object", "properties": {"reason": {"type": "string"}}, "required": ["reason"]}
WEATHER_SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}},
    "required": ["city", "degrees"],
    "additionalProperties": False,
}
TOOL_SCHEMAS = [
    {"type": "function", "function": {"name": "get_weather", "description": "Weather.", "parameters": CITY_SCHEMA}},
    {"type": "function", "function": {"name": "broken_tool", "description": "Broken.", "parameters": REASON_SCHEMA}},
]
"""As OpenAI takes them, for clients that have no way of their own to name a function."""


@dataclass(frozen=True)
class Place:
    """Where to ask, with which key, for which model."""

    url: str
    key: str
    model: str


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"21 degrees in {city}"


def broken_tool(reason: str) -> str:
    """A tool that never works."""
    raise ValueError(f"The tool is broken: {reason}")


def noted(told: list[str]) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Both tools, which write down what they said."""

    def weather(city: str) -> str:
        """Tell the weather of a city."""
        told.append(get_weather(city))
        return told[-1]

    def broken(reason: str) -> str:
        """A tool that never works."""
        told.append("broken")
        return broken_tool(reason)

    return weather, broken


def main(scenarios: Mapping[str, Callable[[Place], Any]]) -> None:
    """Play one scenario; whatever the client raises is what its user would see."""
    url, key, model, scenario = sys.argv[1:]
    try:
        played = scenarios[scenario](Place(url, key, model))
        found = asyncio.run(played) if inspect.iscoroutine(played) else played
    except Exception as error:  # a client may raise anything, and that is what is looked at
        found = {"error": f"{type(error).__name__}: {error}"[:3000]}
    print("\nRESULT " + json.dumps(found, default=str), flush=True)
