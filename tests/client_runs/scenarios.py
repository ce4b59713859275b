"""What every client is put through, and when it has passed. The stand-in plays the model and is the judge.

In: a client that is played for one scenario, and the stand-in behind our server. Out: "" for passed, or what was wrong.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import programs

STORY = "Tell me a short story. [sim:words=60]"
WEATHER = "Compare the weather of Paris and Oslo, then try the broken tool."
CITY = "Describe the weather of Paris."
BYPASS = "skip_thought_signature_validator"
GENERATIONS = {"3": "gemini-3.8-flash", "4": "gemini-4-hydrogen", "2.5": "gemini-2.5-flash-lite"}
SMALL = GENERATIONS["2.5"]
"""What agents ask on the side."""
CLOSE = "Paris and Oslo are alike today."
TOOL_TURNS: tuple[Mapping[str, Any], ...] = (
    {
        "text": "Both at once.",
        "calls": [
            {"tool": "get_weather", "args": {"city": "Paris"}},
            {"tool": "get_weather", "args": {"city": "Oslo"}},
        ],
    },
    {"calls": [{"tool": "broken_tool", "args": {"reason": "as asked"}}]},
    {"text": CLOSE},
)
TOLD = ["21 degrees in Oslo", "21 degrees in Paris", "broken"]


@dataclass(frozen=True)
class Played:
    """What a client made of a scenario, as its user sees it."""

    text: str = ""
    told: list[str] | None = None
    """What its tools said; None where they are its own."""
    value: Any = None
    error: str = ""
    seconds: float = 0.0
    ended: bool = True
    """By itself; else nothing was shown to anybody."""


@dataclass(frozen=True)
class Scenario:
    """`play` is what the driver is asked for; `model` the one it asks."""

    name: str
    play: str
    model: str
    judge: Callable[[Played, list[Any]], str]
    """(what came out, the stand-in's journal) → what is wrong."""
    turns: tuple[Mapping[str, Any], ...] = ()
    """What the model shall answer; a client with tools of its own has its own turns."""
    fault: Mapping[str, Any] = field(default_factory=dict)
    key: str = "pwd"


def order(google: str, scenario: Scenario, turns: tuple[Mapping[str, Any], ...]) -> int:
    """Line up what the stand-in shall do; how long its journal is now."""
    if turns:
        programs.fetch(f"{google}/sim/script", list(turns))
    if scenario.fault:
        programs.fetch(f"{google}/sim/faults", dict(scenario.fault))
    return len(programs.fetch(f"{google}/sim/journal"))


def _told_a_story(played: Played, journal: list[Any]) -> str:
    return played.error or ("" if len(played.text) > 40 else f"no story: {played.text!r}")


def _used_tools(played: Played, journal: list[Any]) -> str:
    if played.error or CLOSE not in played.text:
        return played.error or f"it ended with {played.text[-200:]!r}"
    if played.told is not None and sorted(played.told) != TOLD:
        return f"its tools said {played.told}"
    refused = [entry for entry in journal if entry["status"] >= 400]
    if refused:
        return f"Google refused {len(refused)} requests"
    return "" if BYPASS not in json.dumps(journal) else "a signature was lost on the way"


def _gave_an_object(played: Played, journal: list[Any]) -> str:
    value = played.value or _parsed(played.text)
    fits = isinstance(value, dict) and value.keys() == {"city", "degrees"}
    return played.error or ("" if fits else f"no object: {played.value or played.text!r}")


def _parsed(text: str) -> Any:
    with contextlib.suppress(ValueError):
        return json.loads(text)
    return None


def _says_the_key_is_wrong(played: Played, journal: list[Any]) -> str:
    words = (played.error or played.text).lower()
    return "" if "key is wrong" in words or "401" in words or "authentication" in words else f"it says: {words[-300:]}"


def _says_to_wait(played: Played, journal: list[Any]) -> str:
    words = (played.error or played.text).lower()
    if played.seconds > MOST_WAIT_S:
        return f"it waited {played.seconds:.0f} s without a word"
    known = ("429", "rate limit", "rate_limit", "used up", "quota", "too many requests")
    return "" if any(one in words for one in known) else f"it says: {words[-300:]}"


def _shows_the_cut(played: Played, journal: list[Any]) -> str:
    if not played.ended:
        return played.error
    return "" if played.error or len(played.text) > 150 else f"half an answer, as if whole: {played.text[-100:]!r}"


MOST_WAIT_S = 90.0

SCENARIOS = (
    Scenario("stream", "story", GENERATIONS["3"], _told_a_story),
    *(Scenario(f"tools, {name}", "tools", model, _used_tools, turns=TOOL_TURNS) for name, model in GENERATIONS.items()),
    Scenario("structured output", "structured", GENERATIONS["3"], _gave_an_object),
    Scenario("wrong key", "story", GENERATIONS["3"], _says_the_key_is_wrong, key="bad"),
    Scenario("limit", "story", GENERATIONS["3"], _says_to_wait, fault={"kind": "per_day", "count": 99}),
    Scenario("cut", "story", GENERATIONS["3"], _shows_the_cut, fault={"kind": "cut", "after": 3, "count": 99}),
)
