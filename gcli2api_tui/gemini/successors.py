"""What follows a model that has ended: the chain of Google's successors, and a request as the successor takes it.

In: models of a catalogue, ids. Out: ids in Google's order, each once, or a request. Pure. Whether a model has ended is
not decided here.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.thinking import for_budget, for_effort
from gcli2api_tui.gemini.types import GenerateRequest, ThinkingConfig


def following(model: str, models: Mapping[str, Model]) -> Iterator[Model]:
    """Its successor, that one's, and so on, as far as they are known here; a circle ends where it would begin again."""
    passed = {model}
    while (known := models.get(model)) and known.successor not in passed and (heir := models.get(known.successor)):
        passed.add(heir.id)
        yield heir
        model = heir.id


def for_successor(heir: Model, request: GenerateRequest) -> GenerateRequest:
    """A request that was made for another model, told in this one's words how hard to think."""
    config = request.get("generationConfig")
    thinking = config.get("thinkingConfig") if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(thinking, dict):
        return request
    return {**request, "generationConfig": _thinking(heir.abilities, config, cast(ThinkingConfig, thinking))}


def _thinking(heir: Abilities, config: dict[str, object], asked: ThinkingConfig) -> dict[str, object]:
    """How hard to think, in the words that the successor knows; -1 leaves it to the model."""
    rest = {name: value for name, value in asked.items() if name not in ("thinkingBudget", "thinkingLevel")}
    told = _told(heir, asked)
    kept = {name: value for name, value in config.items() if name != "thinkingConfig"}
    takes_any = heir.thinking != "none" and (told or rest)
    return {**kept, "thinkingConfig": {**(told or {}), **rest}} if takes_any else kept


def _told(heir: Abilities, asked: ThinkingConfig) -> ThinkingConfig | None:
    budget, level = asked.get("thinkingBudget"), asked.get("thinkingLevel")
    if isinstance(budget, int) and budget >= 0:
        return for_budget(heir, budget) if budget else for_effort(heir, "none")
    if isinstance(level, str) and level.lower() in ("minimal", "low", "medium", "high", "xhigh"):
        return for_effort(heir, level.lower())
    return None
