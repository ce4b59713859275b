"""Repairs: what to change in a request that Google refused for its form, so that it is worth one more attempt.

In: a request as it went out, Google's refusal, the model's abilities. Out: a better request and what it teaches, or
None. Pure. Each family leaves nothing behind that it could change again: a request is repaired in each way once, and
two refusals can never go in circles.

A further family is a function from Refusal to Repair, and a line in FAMILIES: `learnt_from` where it is about the model
(then a line in abilities.ABILITIES and a fitter too), else `changed_to`.
"""

import re
from collections.abc import Callable

from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.gemini.abilities import Abilities, Lesson, taught
from gcli2api_tui.gemini.finish_reasons import MISSING_SIGNATURE
from gcli2api_tui.gemini.fit_to_model import fitted
from gcli2api_tui.gemini.media_types import with_file_types
from gcli2api_tui.gemini.openapi_subset import in_subset
from gcli2api_tui.gemini.request_schemas import levels_of, well_spelled
from gcli2api_tui.gemini.signatures import bypassed, signed_throughout, unsigned
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import NOTHING, Message, joined, say
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request, and why Google did not take it. `abilities`: what is known of the model, not what was applied."""

    request: GenerateRequest
    fault: UpstreamFault
    abilities: Abilities

    @property
    def words(self) -> str:
        return self.fault.message


@dataclass(frozen=True, slots=True)
class Repair:
    """The same request, better."""

    request: GenerateRequest
    said: Message = NOTHING
    """What was changed, as "M takes no MINIMAL: sent LOW"; for the log and the hop."""
    lesson: Lesson | None = None
    """What is known of the model if Google answers now; None where it is about this request alone."""


Family = Callable[[Refusal], Repair | None]
"""None where the refusal is none of the family's, or nothing is left to change: so no repair is made twice."""
_BAD_REQUEST = 400
_LONGEST_WORDS = 300


def repaired(refusal: Refusal) -> Repair | None:
    """The request without what Google refused."""
    if refusal.fault.status != _BAD_REQUEST and refusal.fault.reason != MISSING_SIGNATURE:
        return None
    return next((found for family in FAMILIES if (found := family(refusal))), None)


def learnt_from(refusal: Refusal, ability: str, value: str = "") -> Repair | None:
    """The request without what the model has just refused."""
    lesson = Lesson(refusal.abilities.model, ability, value, refusal.words[:_LONGEST_WORDS])
    request, changes = fitted(taught(refusal.abilities, [lesson]), refusal.request)
    return Repair(request, joined(*changes), lesson) if changes else None


def changed_to(request: GenerateRequest, refusal: Refusal, lesson: Lesson | None = None) -> Repair | None:
    """A repair of this request in particular; None where it is the same as before."""
    return Repair(request, say("why.repaired"), lesson) if request != refusal.request else None


_TYPE = re.compile(r"unsupported mime ?type:?[ '\"]*([\w.+*-]*/?[\w.+*-]*(?:; ?[\w.+=-]+)*)", re.I)
_EMPTY = re.compile(r"empty mime_?type parameter in file_?data", re.I)


def refused_media_type(refusal: Refusal) -> Repair | None:
    """The type that the bytes or the name tell, another name of the same, or plain text."""
    if not (found := _TYPE.search(refusal.words)):
        return None
    return learnt_from(refusal, "media_type", found[1].rstrip(".").lower())


def missing_file_type(refusal: Refusal) -> Repair | None:
    """A type beside each address that tells it."""
    return changed_to(with_file_types(refusal.request), refusal) if _EMPTY.search(refusal.words) else None


_TOO_DEEP = re.compile(r"exceeds? the maximum (allowed )?(nesting|schema) depth|maximum schema depth exceeded", re.I)
_STEPS = (8, 5)
"""Levels, leaves counted. Four levels of objects and lists were measured by somebody; each step costs an attempt."""


def too_deep(refusal: Refusal) -> Repair | None:
    """Of functions and of answers alike; which one it is, Google does not always say."""
    if not _TOO_DEEP.search(refusal.words):
        return None
    levels = levels_of(refusal.request)
    step = next((one for one in _STEPS if one < levels), None)
    if step:
        return learnt_from(refusal, "schema_depth", str(step))
    # Not deep by itself: it goes in circles, which are cut where this program writes it.
    return changed_to(well_spelled(refusal.request), refusal)


_OF_HISTORIES = (
    ("begins_with_call", re.compile(r"function call turn comes immediately after", re.I)),
    ("only_model_turn", re.compile(r"single turn requests end with a user role", re.I)),
    ("reference_in_result", re.compile(r"referenced name .{0,80} does not match", re.I | re.S)),
)


def refused_history(refusal: Refusal) -> Repair | None:
    """What Google wants to hear or read in another way."""
    for ability, words in _OF_HISTORIES:
        if words.search(refusal.words):
            return learnt_from(refusal, ability)
    return None


_NOT = r".{0,80}\b(?:not (?:enabled|supported|available)|unsupported|cannot find field)"
_ABILITIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
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
_NO_SEARCH = re.compile(
    r"tool use with function calling|built-?in tools .{0,80}function calling cannot be combined"
    r"|multiple tools are supported only|unknown name .{0,20}include_?server_?side",
    re.I | re.S,
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
    if _NO_SEARCH.search(refusal.words):
        return learnt_from(refusal, "search_beside_functions")
    for ability, words in _ABILITIES:
        if words.search(refusal.words):
            value = _level(refusal) if ability == "thinking_level" else ""
            return learnt_from(refusal, ability, value)
    return None


def _level(refusal: Refusal) -> str:
    """The one that was asked for, unless the words are about all of them."""
    config = refusal.request.get("generationConfig")
    thinking = config.get("thinkingConfig") if isinstance(config, dict) else None
    level = thinking.get("thinkingLevel") if isinstance(thinking, dict) else None
    return "" if _ANY_LEVEL.search(refusal.words) else str(level or "").upper()


_WRONG = re.compile(r"(corrupted|invalid) thought.?signature|thought.?signature is (not valid|invalid)", re.I)
_MISSING = re.compile(r"missing an? thought.?signature", re.I)
_BARE = re.compile(r"^request contains an invalid argument\.?$", re.I)
"""Google says no more than this of some schemas, and in a long history of a signature."""


def missing_signature(refusal: Refusal) -> Repair | None:
    """The bypass in every place; where Google only ended its answer so, in place of every signature then."""
    if refusal.fault.reason == MISSING_SIGNATURE:
        return changed_to(signed_throughout(refusal.request), refusal) or changed_to(bypassed(refusal.request), refusal)
    if not _MISSING.search(refusal.words):
        return None
    lesson = Lesson(refusal.abilities.model, "unsigned_call", words=refusal.words)
    return changed_to(signed_throughout(refusal.request), refusal, None if refusal.abilities.signatures else lesson)


def wrong_signature(refusal: Refusal) -> Repair | None:
    """The bypass in place of every one; none at all where the model does not demand them."""
    if not _WRONG.search(refusal.words):
        return None
    mend = bypassed if refusal.abilities.signatures else unsigned
    return changed_to(mend(refusal.request), refusal)


def hidden_missing_signature(refusal: Refusal) -> Repair | None:
    """The bypass in every empty place, where Google says nothing and the model demands signatures: it does no harm."""
    if not _BARE.search(refusal.words) or not refusal.abilities.signatures:
        return None
    return changed_to(signed_throughout(refusal.request), refusal)


def hidden_wrong_signature(refusal: Refusal) -> Repair | None:
    """No signature of anybody's, where Google says nothing and nothing else is left to try."""
    if not _BARE.search(refusal.words):
        return None
    mend = bypassed if refusal.abilities.signatures else unsigned
    return changed_to(mend(refusal.request), refusal)


_SCHEMA = re.compile(
    r"unknown name .*(function_?declarations|json_?schema|response_?schema)|schema depth",
    re.I | re.S,
)


def refused_schema(refusal: Refusal) -> Repair | None:
    """Every schema in the subset of OpenAPI that all models read; where Google does not say why, well spelled first."""
    unsaid = _BARE.search(refusal.words)
    if not (unsaid or _SCHEMA.search(refusal.words)) or not _readable(refusal.request):
        return None
    better = changed_to(well_spelled(refusal.request), refusal) if unsaid else None
    return better or changed_to(in_subset(refusal.request), refusal)


def _readable(request: GenerateRequest) -> bool:
    """Google's own clients may send any JSON, and it is Google who refuses it."""
    tools = request.get("tools") or []
    return (
        _objects(tools)
        and all(_objects(tool.get("functionDeclarations") or []) for tool in tools)
        and isinstance(request.get("generationConfig") or {}, dict)
    )


def _objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


FAMILIES: tuple[Family, ...] = (
    refused_media_type,
    missing_file_type,
    too_deep,
    refused_history,
    refused_ability,
    missing_signature,
    wrong_signature,
    hidden_missing_signature,
    refused_schema,
    hidden_wrong_signature,
)
"""The first that knows an answer is taken: those with words of their own before those that guess."""
