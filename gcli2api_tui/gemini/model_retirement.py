"""A model that ends: the day that an answer tells, the chain of successors, and a request as a successor takes it.

In: responses as Google sent them, models of a catalogue, ids. Out: a Retirement, models in Google's order, each once,
or a request. Pure and total. Whether a model has ended is not decided here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import cast

from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.thinking import for_budget, for_effort
from gcli2api_tui.gemini.types import GenerateRequest, ThinkingConfig
from gcli2api_tui.quick_dataclass import dataclass

_NUMBER = re.compile(r"-\d+")
_NEWEST = "-latest"
"""Google's names for the newest of a family: what retires is the model behind them."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """From `day` on, as YYYY-MM-DD in UTC, Google serves the model no more."""

    model: str
    day: str


def retirement(responses: Iterable[Mapping[str, object]], asked: str) -> Retirement | None:
    """Of the first of these responses that tells one."""
    for response in responses:
        status = response.get("modelStatus")
        if isinstance(status, Mapping) and (day := _day(status.get("retirementTime"))):
            name = _name(response.get("modelVersion"), asked)
            return Retirement(name, day) if name else None
    return None


def _day(moment: object) -> str:
    try:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else None
        return at.astimezone(UTC).date().isoformat() if at else ""
    except (ValueError, OverflowError):
        return ""


def _name(version: object, asked: str) -> str:
    """Which model is meant: an ended one is answered by its successor, and `M-001` is M."""
    told = version.removeprefix("models/") if isinstance(version, str) else ""
    if not told or (told.startswith(asked) and _NUMBER.fullmatch(told.removeprefix(asked))):
        told = asked
    return "" if told.endswith(_NEWEST) else told


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
    return {**request, "generationConfig": _told_thinking(heir.abilities, config, cast(ThinkingConfig, thinking))}


def _told_thinking(heir: Abilities, config: dict[str, object], asked: ThinkingConfig) -> dict[str, object]:
    """How hard to think, in the words that the successor knows; -1 leaves it to the model."""
    rest = {name: value for name, value in asked.items() if name not in ("thinkingBudget", "thinkingLevel")}
    told = _in_its_words(heir, asked)
    kept = {name: value for name, value in config.items() if name != "thinkingConfig"}
    takes_any = heir.thinking != "none" and (told or rest)
    return {**kept, "thinkingConfig": {**(told or {}), **rest}} if takes_any else kept


def _in_its_words(heir: Abilities, asked: ThinkingConfig) -> ThinkingConfig | None:
    budget, level = asked.get("thinkingBudget"), asked.get("thinkingLevel")
    if isinstance(budget, int) and budget >= 0:
        return for_budget(heir, budget) if budget else for_effort(heir, "none")
    if isinstance(level, str) and level.lower() in ("minimal", "low", "medium", "high", "xhigh"):
        return for_effort(heir, level.lower())
    return None
