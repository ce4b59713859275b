"""Refusals of an ability that the model does not have, by its words: thinking, penalties, JSON mode and such."""

import re
from typing import Any

from gcli2api_tui.gemini.repairs.repair import Refusal, Repair, learnt_from

_NOT = r".{0,80}\b(?:not (?:enabled|supported|available)|unsupported|cannot find field)"
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (ability, re.compile(words + _NOT, re.I | re.S))
    for ability, words in (
        ("penalties", r"\b(?:presence|frequency)?[ _]?penalty"),
        ("candidates", r"\bmultiple candidates|\bcandidate[ _]?count"),
        ("seed", r"\bseed\b"),
        ("logprobs", r"\b(?:response[ _]?)?logprobs"),
        ("prefill", r"\brequests? ending with a model turn"),
        ("system_instruction", r"\b(?:developer|system)[ _]?instructions?"),
        ("json_beside_functions", r"\bfunction calling with a response mime type"),
        ("json_mode", r"\bjson mode|\bresponse[ _]?mime[ _]?type"),
        ("thinking_level", r"\bthinking[ _]?level"),
        ("thinking_budget", r"\bthinking[ _]?budget"),
        ("thinking", r"\bthinking(?:[ _]?config)?\b"),
    )
)
_NO_ZERO = re.compile(r"budget 0 is invalid", re.I)
_BOUNDS = re.compile(r"thinking budget \S+ is invalid.{0,80}between (\d{1,9}) and (\d{1,9})", re.I | re.S)
_ANY_LEVEL = re.compile(r"thinking[ _]?level is not", re.I)


def refused_ability(refusal: Refusal) -> Repair | None:
    """What the model takes no more after these words."""
    if _NO_ZERO.search(refusal.words):
        return learnt_from(refusal, "thinking_budget", "0")
    if bounds := _BOUNDS.search(refusal.words):
        return learnt_from(refusal, "thinking_budget", f"{bounds[1]}-{bounds[2]}")
    for ability, words in _WORDS:
        if words.search(refusal.words):
            value = _level(refusal) if ability == "thinking_level" else ""
            return learnt_from(refusal, ability, value)
    return None


def _level(refusal: Refusal) -> str:
    """The one that was asked for, unless the words are about all of them."""
    config: Any = refusal.request.get("generationConfig")
    thinking = config.get("thinkingConfig") if isinstance(config, dict) else None
    level = thinking.get("thinkingLevel") if isinstance(thinking, dict) else None
    return "" if _ANY_LEVEL.search(refusal.words) else str(level or "").upper()
