"""What a model does not take, taken out of a request or said in another way before Google sees it.

In: a model's Abilities and a request. Out: the request as the model takes it, and a sentence for each change. Pure,
idempotent, and total: contents and configuration may be of any shape. Every fitter changes one thing; a new one is a
function and a line in FITTERS. The repairs after a refusal are the same fitters with what the refusal taught.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from gcli2api_tui.gemini.abilities import LEVELS, Abilities
from gcli2api_tui.gemini.history_fitting import references, turns
from gcli2api_tui.gemini.json_in_words import json_in_words
from gcli2api_tui.gemini.media_fitting import retyped
from gcli2api_tui.gemini.request_schemas import within
from gcli2api_tui.gemini.thinking import for_budget, for_effort, nearest_level
from gcli2api_tui.gemini.turns import GO_ON
from gcli2api_tui.gemini.types import Content, GenerateRequest, Part, ThinkingConfig
from gcli2api_tui.messages.message import Message, in_a_row, quoted, say

Fitted = tuple[GenerateRequest, Message]
Fitter = Callable[[Abilities, GenerateRequest], Fitted | None]
"""The request changed and what was changed, for people; None where there is nothing to change."""

_LONGEST_WHOLE = 32_768
"""Tokens of output for which Gemini 4 answers without streaming."""


def asks_for_length(request: GenerateRequest) -> bool:
    """Whether so much output is wanted that it must be streamed."""
    limit = _config(request).get("maxOutputTokens")
    return isinstance(limit, int) and limit > _LONGEST_WHOLE


def fitted(abilities: Abilities, request: GenerateRequest) -> tuple[GenerateRequest, tuple[Message, ...]]:
    """The request as the model takes it; the same where nothing is to change."""
    changes: list[Message] = []
    for fit in FITTERS:
        if found := fit(abilities, request):
            request, said = found
            changes.append(said)
    return request, tuple(changes)


def _thinking(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    asked = _config(request).get("thinkingConfig")
    if not isinstance(asked, dict):
        return None
    thinking = cast(ThinkingConfig, asked)
    wanted = _level(abilities, _budget(abilities, thinking))
    if wanted == thinking:
        return None
    return _configured(request, thinkingConfig=wanted or None), _thinking_said(abilities, thinking, wanted)


def _thinking_said(abilities: Abilities, asked: ThinkingConfig, sent: ThinkingConfig) -> Message:
    level, budget = asked.get("thinkingLevel"), asked.get("thinkingBudget")
    what = str(level) if level is not None else say("fit.a_budget", n=str(budget))
    now = sent.get("thinkingLevel") or sent.get("thinkingBudget")
    how = say("fit.left_out") if now is None else say("fit.sent", what=str(now))
    return say("fit.changed", model=abilities.model, what=what, how=how)


def _budget(abilities: Abilities, thinking: ThinkingConfig) -> ThinkingConfig:
    """A budget becomes one that the model takes, or the level that it comes to; -1 leaves it to the model."""
    budget = thinking.get("thinkingBudget")
    if not isinstance(budget, int):
        return thinking
    rest: dict[str, object] = {name: value for name, value in thinking.items() if name != "thinkingBudget"}
    if abilities.budgets:
        return cast(ThinkingConfig, {**rest, "thinkingBudget": _within(abilities, budget)})
    level = None
    if budget >= 0:
        level = for_budget(abilities, budget) if budget else for_effort(abilities, "none")
    return cast(ThinkingConfig, {**(level or {}), **rest})  # the client's own word on showing thoughts wins


def _within(abilities: Abilities, budget: int) -> int:
    if budget == 0:
        return 0 if abilities.zero_ok else abilities.budget_min
    if budget < 0 or not abilities.budget_max:
        return budget
    return min(max(budget, abilities.budget_min), abilities.budget_max)


def _level(abilities: Abilities, thinking: ThinkingConfig) -> ThinkingConfig:
    """A level that the model does not have becomes the nearest; one that nobody knows is Google's to judge."""
    level = str(thinking.get("thinkingLevel")).upper()
    if level not in LEVELS or level in abilities.levels:
        return thinking
    kept = thinking.copy()
    del kept["thinkingLevel"]
    return {**kept, "thinkingLevel": nearest_level(abilities, level.lower())} if abilities.levels else kept


def _penalties(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    return None if abilities.penalties else _left_out(abilities, request, "presencePenalty", "frequencyPenalty")


def _seed(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    return None if abilities.seed else _left_out(abilities, request, "seed")


def _logprobs(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    return None if abilities.logprobs else _left_out(abilities, request, "responseLogprobs", "logprobs")


def _candidates(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    if abilities.candidates or _config(request).get("candidateCount") in (None, 1):
        return None
    return _left_out(abilities, request, "candidateCount")


def _left_out(abilities: Abilities, request: GenerateRequest, *names: str) -> Fitted | None:
    there = [name for name in names if _config(request).get(name) is not None]
    if not there:
        return None
    said = say("fit.changed", model=abilities.model, what=in_a_row(*there), how=say("fit.left_out"))
    return _configured(request, **dict.fromkeys(there)), said


def _prefill(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    contents: Any = request.get("contents")
    last = contents[-1] if isinstance(contents, list) and contents else None
    if abilities.prefill or not isinstance(last, dict) or last.get("role") != "model":
        return None
    said = say("fit.prefill", model=abilities.model, words=GO_ON["parts"][0]["text"])
    return {**request, "contents": [*contents, GO_ON]}, said


def _json(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    beside = bool(request.get("tools")) and not abilities.json_beside_functions
    if abilities.json_mode and not beside:
        return None
    asked = json_in_words(request, only_beside_functions=abilities.json_mode)
    return (asked, say("fit.json", model=abilities.model)) if asked else None


def _system(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    """Its words go in front of the first of the user's."""
    if abilities.system_instruction or "systemInstruction" not in request:
        return None
    words = _parts_of(request["systemInstruction"])
    rest = cast(GenerateRequest, {name: value for name, value in request.items() if name != "systemInstruction"})
    return {**rest, "contents": _led_in(words, request.get("contents"))}, say("fit.system", model=abilities.model)


def _parts_of(instruction: Any) -> list[Part]:
    """Google also takes a plain text for an instruction."""
    if isinstance(instruction, str):
        return [{"text": instruction}]
    parts = instruction.get("parts") if isinstance(instruction, dict) else None
    return [cast(Part, one) for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []


def _led_in(words: list[Part], contents: Any) -> list[Content]:
    given = list(contents) if isinstance(contents, list) else []
    first = given[0] if given and isinstance(given[0], dict) else {}
    parts = first.get("parts")
    if first.get("role") == "user" and isinstance(parts, list):
        return [cast(Content, {**first, "parts": [*words, *parts]}), *given[1:]]
    return [{"role": "user", "parts": words}, *given]


def _media(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    refused = {value for ability, value in abilities.refused if ability == "media_type"}
    if not refused or (better := retyped(request, refused.__contains__)) is request:
        return None
    return better, say("fit.media", model=abilities.model, names=in_a_row(*(quoted(one) for one in sorted(refused))))


def _depth(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    levels = abilities.schema_depth
    if not levels or (flat := within(request, levels)) is request:
        return None
    return flat, say("fit.schema_depth", model=abilities.model, n=levels)


def _config(request: GenerateRequest) -> Mapping[str, Any]:
    config = request.get("generationConfig")
    return config if isinstance(config, dict) else {}


def _configured(request: GenerateRequest, **changed: object) -> GenerateRequest:
    """With these fields of generationConfig; None takes one out."""
    config = {name: value for name, value in {**_config(request), **changed}.items() if value is not None}
    return {**request, "generationConfig": config}


FITTERS: tuple[Fitter, ...] = (
    _thinking,
    _penalties,
    _candidates,
    _seed,
    _logprobs,
    _json,
    _system,
    turns,
    _prefill,
    references,
    _media,
    _depth,
)
"""In this order: what JSON mode says in words may have to go where the system's words go."""
