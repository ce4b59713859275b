"""What a generation of Gemini refuses, taken out of a request before Google sees it.

In: a model and a request that a dialect has put together. Out: the request as the model takes it; the same where
nothing is to change. Pure. Google's own protocol does not pass here: there, Google judges what its client wrote.
Source: Google's guide to Gemini 4; for histories that end with the model, refusals measured model by model.
"""

from typing import cast

from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.thinking import for_budget, for_effort
from gcli2api_tui.gemini.turns import ended_by_user
from gcli2api_tui.gemini.types import GenerateRequest, ThinkingConfig

_NO_PREFILL = (3, 5)
_STRICT = (4, 0)
"""From here on: no penalties, no thinking budget, one candidate."""
_PENALTIES = ("presencePenalty", "frequencyPenalty")
_WHOLE_AT_MOST = 32_768
"""Tokens of output for which Gemini 4 answers without streaming."""


def one_candidate(model: Model) -> bool:
    """Whether it gives one answer to a request and no more."""
    return model.version >= _STRICT


def asks_for_length(request: GenerateRequest) -> bool:
    """Whether so much output is wanted that it must be streamed. Total: Google judges odd shapes."""
    config = request.get("generationConfig")
    limit = config.get("maxOutputTokens") if isinstance(config, dict) else None
    return isinstance(limit, int) and limit > _WHOLE_AT_MOST


def fitted(model: Model, request: GenerateRequest) -> GenerateRequest:
    """The request without what this model refuses: penalties, a budget of thinking, a last turn of its own."""
    if model.version >= _STRICT and (config := request.get("generationConfig")):
        request = {**request, "generationConfig": _strict(model, config)}
    if model.version >= _NO_PREFILL:
        request = {**request, "contents": ended_by_user(request["contents"])}
    return request


def _strict(model: Model, config: dict[str, object]) -> dict[str, object]:
    kept = {name: value for name, value in config.items() if name not in _PENALTIES}
    thinking = cast(ThinkingConfig, kept.get("thinkingConfig") or {})
    if "thinkingBudget" in thinking:
        kept["thinkingConfig"] = _without_budget(model, thinking)
    return kept


def _without_budget(model: Model, thinking: ThinkingConfig) -> ThinkingConfig:
    """The level that the budget comes to; -1 leaves it to the model."""
    budget = thinking["thinkingBudget"]
    level: ThinkingConfig | None = None
    if budget >= 0:
        level = for_budget(model, budget) if budget else for_effort(model, "none")
    rest: dict[str, object] = {name: value for name, value in thinking.items() if name != "thinkingBudget"}
    return {**(level or {}), **rest}  # type: ignore[typeddict-item]  # the client's own word on showing thoughts wins
