"""How hard to think, asked in each dialect's own words, of each kind of model: the nearest level that the model has.

In one request, and never a budget where the model takes levels. The levels are Google's, not our catalogue's.
"""

import json
from typing import Any

import pytest
from case_files import Strict, at
from test_model_cases import MADE_UP, levels, proxy, refuses_as_gemini_4, refuses_levels

MODELS = ("gemini-3.1-pro-preview", "gemini-pro-latest", "gemini-3.6-flash", "gemini-3.8-flash", "gemini-4-argon",
          "gemini-4-neon", *MADE_UP)  # fmt: skip
WANTED = {"none": "MINIMAL", "minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM", "high": "HIGH", "xhigh": "XHIGH",
          "max": "XHIGH"}  # fmt: skip
INSTEAD = {"MINIMAL": "LOW", "XHIGH": "HIGH"}
"""Where there is none."""
HI = [{"role": "user", "content": "hi"}]


def chat(effort: str) -> tuple[str, dict[str, Any]]:
    return "/v1/chat/completions", {"messages": HI, "reasoning_effort": effort}


def responses(effort: str) -> tuple[str, dict[str, Any]]:
    return "/v1/responses", {"input": HI, "reasoning": {"effort": effort}}


def messages(effort: str) -> tuple[str, dict[str, Any]]:
    asked = {"messages": HI, "max_tokens": 9_000, "thinking": {"type": "adaptive"}}
    return "/v1/messages", {**asked, "output_config": {"effort": effort}}


SPOKEN = [
    (dialect, effort)
    for dialect in (chat, responses, messages)
    for effort in WANTED
    if dialect is not messages or effort not in ("none", "minimal")  # Anthropic has no such words
]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("dialect", "effort"), SPOKEN)
async def test_it_becomes_the_nearest_level_at_once(model: str, dialect: Any, effort: str) -> None:
    served = proxy(google := Strict([refuses_levels, refuses_as_gemini_4]))
    path, body = dialect(effort)
    answer = await served.ask(path, data=json.dumps({**body, "model": model}).encode())
    assert answer.status == 200 and len(google.asked) == 1 and google.refused == 0
    thinking = at(google.asked[0][1], "generationConfig.thinkingConfig")
    wanted = WANTED[effort]
    assert thinking["thinkingLevel"] == (wanted if wanted in levels(model) else INSTEAD[wanted])
    assert "thinkingBudget" not in thinking


@pytest.mark.parametrize(("suffix", "wanted"), [(one, WANTED[one]) for one in ("minimal", "low", "high", "xhigh")])
@pytest.mark.parametrize("model", MODELS)
async def test_by_the_name_too(model: str, suffix: str, wanted: str) -> None:
    served = proxy(google := Strict([refuses_levels]))
    assert (await served.ask(model=f"{model}-{suffix}")).status == 200
    level = at(google.asked[0][1], "generationConfig.thinkingConfig.thinkingLevel")
    assert level == (wanted if wanted in levels(model) else INSTEAD[wanted]) and google.refused == 0
