"""How hard a model should think: what a client asked for → the thinkingConfig that the model takes.

In: a model's Abilities, and one of EFFORTS, a number of tokens, or a configuration in Google's own words. Out: of a
word or a number a ThinkingConfig with either a budget or a level, never both (Google refuses both), within what the
model allows, or None where it has no such control; of a configuration the same, with what the model does not take
exchanged (`taken`): whether it names both is Google's to judge. Pure.
"""

from typing import cast

from gcli2api_tui.gemini.abilities import LEVELS, Abilities
from gcli2api_tui.gemini.types import ThinkingConfig

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_BUDGETS = {"low": 1024, "medium": 8192, "high": 24576}
_LEAST = 512
"""`minimal` on a model that may also think for 0 tokens."""
_DYNAMIC = -1
_LEVEL_OF = {"none": 0, "minimal": 0, "low": 1, "medium": 2, "high": 3, "xhigh": 4, "max": 4}


def for_effort(abilities: Abilities, effort: str) -> ThinkingConfig | None:
    """The configuration for an effort word. Thoughts are shown unless the effort is `none`."""
    shown = effort != "none"
    if abilities.thinking == "budget":
        return {"thinkingBudget": _budget(abilities, effort), "includeThoughts": shown}
    if abilities.thinking == "level" and abilities.levels:
        return {"thinkingLevel": nearest_level(abilities, effort), "includeThoughts": shown}
    return None


def for_budget(abilities: Abilities, tokens: int) -> ThinkingConfig | None:
    """The configuration for a number of tokens: itself, within the model's bounds, or the level that it comes to."""
    if abilities.thinking == "budget":
        return {"thinkingBudget": min(max(tokens, abilities.budget_min), abilities.budget_max), "includeThoughts": True}
    return for_effort(abilities, next((effort for effort, most in _BUDGETS.items() if tokens <= most), "high"))


def adaptive(abilities: Abilities) -> ThinkingConfig | None:
    """The model decides, and shows its thoughts."""
    if abilities.thinking == "budget":
        return {"thinkingBudget": _DYNAMIC, "includeThoughts": True}
    return {"includeThoughts": True} if abilities.thinking == "level" else None


def _budget(abilities: Abilities, effort: str) -> int:
    if effort == "none":
        return 0 if abilities.zero_ok else abilities.budget_min
    if effort == "minimal":
        return abilities.budget_min or _LEAST
    return min(max(_BUDGETS.get(effort, abilities.budget_max), abilities.budget_min), abilities.budget_max)


def nearest_level(abilities: Abilities, effort: str) -> str:
    """The lowest level of the model that is not below the one wanted: `medium` is HIGH where there is no MEDIUM."""
    for level in LEVELS[_LEVEL_OF[effort] :]:
        if level in abilities.levels:
            return level
    return abilities.levels[-1]


def taken(abilities: Abilities, asked: ThinkingConfig) -> ThinkingConfig:
    """What a client asked for in Google's own words, as the model takes it; the same where it takes that."""
    return _taken_level(abilities, _taken_budget(abilities, asked))


def _taken_budget(abilities: Abilities, thinking: ThinkingConfig) -> ThinkingConfig:
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


def _taken_level(abilities: Abilities, thinking: ThinkingConfig) -> ThinkingConfig:
    """A level that the model does not have becomes the nearest; one that nobody knows is Google's to judge."""
    level = str(thinking.get("thinkingLevel")).upper()
    if level not in LEVELS or level in abilities.levels:
        return thinking
    kept = thinking.copy()
    del kept["thinkingLevel"]
    return {**kept, "thinkingLevel": nearest_level(abilities, level.lower())} if abilities.levels else kept
