"""What a model takes of a request, as one record; and what Google's refusals teach about it.

Out: Abilities, put together from three sources, later wins: a rule by the generation and family that a name tells, an
entry of models.toml, Google's list; then what refusals taught (Lesson). Invariant: everything that depends on the
model's kind is asked of this record and nowhere decided anew. A generation that nobody knows yet behaves as the newest
that is known, so that a model released tomorrow works today. Pure.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, Required, TypedDict

from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

Version = tuple[int, int]
"""(generation, minor); (0, 0) where the name does not tell."""
UNKNOWN: Version = (0, 0)
ThinkingStyle = Literal["budget", "level", "none"]
LEVELS = ("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH")
"""How hard Gemini 3 and later can think, lowest first; each model takes some of them."""
USUAL_LEVELS = LEVELS[1:4]
"""What every model of Gemini 3 and later is taken to have: MINIMAL and XHIGH only some do."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """Of one model. What is True or listed is taken; a default is what nearly every model takes."""

    model: str = ""
    thinking: ThinkingStyle = "none"
    """How it is told how hard to think."""
    levels: tuple[str, ...] = ()
    """Thinking levels, lowest first."""
    budgets: bool = True
    """A number of tokens for thinking, even where levels are the usual way."""
    budget_min: int = 0
    budget_max: int = 0
    zero_ok: bool = False
    """Thinking can be switched off with a budget of 0."""
    signatures: bool = False
    """Calls in a history must carry thought signatures."""
    system_instruction: bool = True
    json_mode: bool = True
    json_beside_functions: bool = False
    """JSON mode in one request with functions."""
    search_beside_functions: bool = False
    """Google Search in one request with functions."""
    penalties: bool = True
    candidates: bool = True
    """More than one answer to a request."""
    seed: bool = True
    logprobs: bool = True
    prefill: bool = True
    """A history that ends with the model's own turn."""
    long_decode: bool = False
    """An answer may be longer than what one request gives: it comes in hops, streamed."""
    schema_depth: int = 0
    """Schemas inside schemas, leaves counted, as far as a refusal told; 0 where none did."""
    refused: frozenset[tuple[str, str]] = frozenset()
    """(ability, value) of every lesson: for abilities that are no field here, such as media types."""

    def refuses(self, ability: str, value: str = "") -> bool:
        """Whether Google has refused just this."""
        return (ability, value) in self.refused


@dataclass(frozen=True, slots=True)
class Lesson:
    """A refusal that was understood, and mended so that Google answered: `model` takes no `ability` (of `value`)."""

    model: str
    ability: str
    """One of ABILITIES; a word that lasts, for tables and lists."""
    value: str = ""
    """Which one, where the ability has several, such as a thinking level; "" for all of it."""
    words: str = ""
    """Google's."""
    at: float = 0.0
    """When it was learnt, in seconds since the epoch; 0 before."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What there is one lesson of."""
        return self.model, self.ability, self.value

    @property
    def sentence(self) -> Message:
        """For people, as "M takes no thinking level MINIMAL"."""
        return say(f"lesson.{self.ability}", model=self.model, value=self.value)


class ModelEntry(TypedDict, total=False):
    """A model in models.toml, as catalogue.py has checked it."""

    id: Required[str]
    backends: Required[list[str]]
    input_limit: int
    output_limit: int
    thinking: ThinkingStyle
    levels: list[str]
    min: int
    max: int
    zero_ok: bool
    wire_id: dict[str, str]
    version: str
    role: str
    ends: dict[str, str]
    successor: str


_OPEN = Abilities(thinking="level", levels=LEVELS, json_beside_functions=True, search_beside_functions=True)
"""As if the model took everything."""
_SINCE: tuple[tuple[Version, Mapping[str, Any]], ...] = (
    ((3, 0), {"signatures": True, "json_beside_functions": True, "search_beside_functions": True}),
    ((3, 5), {"prefill": False}),
    ((4, 0), {"budgets": False, "penalties": False, "candidates": False}),
)
"""From which version on what changes. Source: Google's guides to Gemini 3, 3.8 Flash and Gemini 4; for histories that
end with the model, refusals measured model by model."""
_FAMILIES: tuple[tuple[re.Pattern[str], Mapping[str, Any]], ...] = (
    (re.compile(r"gemma-(?:3n?|2|1\.1)-"), {"system_instruction": False, "json_mode": False}),
)
"""What families beside Gemini are known for."""
_LEAST = 128
"""Tokens of thinking that every model takes which takes a budget and cannot do without."""
_BOUNDS = re.compile(r"(\d{1,9})-(\d{1,9})")
_GEMINI = re.compile(r"gemini-(\d{1,3})(?:\.(\d{1,3}))?(?=-|$)")
_NO_CHAT = re.compile(r"-(?:image|tts|audio|live|embedding|robotics|computer-use)(?=-|$)")
"""Branches for pictures, speech and the like: their thinking, if any, follows rules of its own."""


def by_name(model: str, version: Version = UNKNOWN) -> Abilities:
    """The rule by generation and family; `version` where the id does not tell it."""
    version = version if version != UNKNOWN else version_of(model)
    found: dict[str, Any] = {}
    for since, changes in _SINCE:
        if version >= since:
            found |= changes
    for pattern, changes in _FAMILIES:
        if pattern.match(model):
            found |= changes
    if version >= (3, 0) and not is_branch(model):
        found |= {"thinking": "level", "levels": USUAL_LEVELS, "long_decode": version >= (4, 0)}
    return Abilities(model, **found)


def version_of(model: str) -> Version:
    """The two numbers behind `gemini-`; a lone one has minor 0."""
    found = _GEMINI.match(model)
    return (int(found[1]), int(found[2] or 0)) if found else UNKNOWN


def is_branch(model: str) -> bool:
    """Whether it is for pictures, speech and the like."""
    return bool(_NO_CHAT.search(model))


def by_file(entry: ModelEntry, version: Version) -> Abilities:
    """The rule, and then what an entry of models.toml says of thinking."""
    rule, style = by_name(entry["id"], version), entry.get("thinking", "none")
    return replace(
        rule,
        thinking=style,
        levels=tuple(entry.get("levels", ())),
        budget_min=entry.get("min", 0),
        budget_max=entry.get("max", 0),
        zero_ok=entry.get("zero_ok", False),
        # Whoever gives an unknown name levels describes a model of Gemini 3 or later.
        signatures=rule.signatures or style == "level",
        json_beside_functions=rule.json_beside_functions or style == "level",
        search_beside_functions=rule.search_beside_functions or style == "level",
    )


def open_to(known: Abilities) -> Abilities:
    """For a client that speaks Google's own protocol: Google judges what it wrote, so nothing is taken from it yet.

    Signatures are no matter of the client's: the relay keeps them for it.
    """
    return replace(_OPEN, model=known.model, signatures=known.signatures)


def taught(abilities: Abilities, lessons: Iterable[Lesson]) -> Abilities:
    """What is left after all refusals."""
    for lesson in lessons:
        change = ABILITIES.get(lesson.ability)
        if change:
            abilities = change(abilities, lesson.value)
        abilities = replace(abilities, refused=abilities.refused | {(lesson.ability, lesson.value)})
    return abilities


def _not(**fields: Any) -> Callable[[Abilities, str], Abilities]:
    return lambda abilities, value: replace(abilities, **fields)


def _without_level(abilities: Abilities, level: str) -> Abilities:
    """Without one level; without any, it cannot be told how hard to think."""
    left = tuple(one for one in abilities.levels if level and one != level)
    style = abilities.thinking if left or abilities.thinking != "level" else "none"
    return replace(abilities, levels=left, thinking=style)


def _without_budget(abilities: Abilities, bounds: str) -> Abilities:
    """`0`: thinking cannot be switched off; `128-32768`: within these; "": no budget at all, so it has levels."""
    if told := _BOUNDS.fullmatch(bounds):
        return replace(abilities, budget_min=int(told[1]), budget_max=int(told[2]))
    if bounds:
        return replace(abilities, zero_ok=False, budget_min=max(abilities.budget_min, _LEAST))
    style = "level" if abilities.thinking == "budget" else abilities.thinking
    return replace(abilities, budgets=False, thinking=style, levels=abilities.levels or USUAL_LEVELS)


def _flatter(abilities: Abilities, levels: str) -> Abilities:
    depth = int(levels) if levels.isdecimal() and len(levels) < 5 else 0
    known = abilities.schema_depth or depth
    return replace(abilities, schema_depth=min(known, depth) if depth else known)


ABILITIES: Mapping[str, Callable[[Abilities, str], Abilities] | None] = {
    "thinking": lambda abilities, _: replace(abilities, thinking="none", levels=(), budgets=False),
    "thinking_level": _without_level,
    "thinking_budget": _without_budget,
    "unsigned_call": _not(signatures=True),
    "system_instruction": _not(system_instruction=False),
    "json_mode": _not(json_mode=False),
    "json_beside_functions": _not(json_beside_functions=False),
    "search_beside_functions": _not(search_beside_functions=False),
    "penalties": _not(penalties=False),
    "candidates": _not(candidates=False),
    "seed": _not(seed=False),
    "logprobs": _not(logprobs=False),
    "prefill": _not(prefill=False),
    "begins_with_call": None,
    "only_model_turn": None,
    "reference_in_result": None,
    "media_type": None,
    "schema_depth": _flatter,
}
"""What a lesson can be about, and what it changes; None where `Abilities.refuses` is all that anybody asks.

A further one is a line here, a sentence `lesson.<name>`, a fitter in fit_to_model.py and a family in repairs.py.
"""
