"""What a model does not take, taken out of a request or said in another way before Google sees it.

In: a model's Abilities and a request. Out: the request as the model takes it, and a sentence for each change. Pure,
idempotent, and total: contents and configuration may be of any shape. Every fitter changes one thing; a new one is a
function and a line in FITTERS, asked only where the model's ability is less than whole and the request has the field.
The repairs after a refusal are the same fitters with what the refusal taught.
"""

import json
from collections.abc import Callable, Mapping
from typing import cast

from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.google_search import is_combined, without_search
from gcli2api_tui.gemini.media_types import retyped
from gcli2api_tui.gemini.request_schemas import within
from gcli2api_tui.gemini.thinking import taken
from gcli2api_tui.gemini.turns import GO_ON, with_plain_results, with_users_word
from gcli2api_tui.gemini.types import Content, GenerateRequest, Part, ThinkingConfig
from gcli2api_tui.messages.message import Message, in_a_row, quoted, say

Fitted = tuple[GenerateRequest, Message]
Fitter = Callable[[Abilities, GenerateRequest], Fitted | None]
"""The request changed and what was changed, for people; None where there is nothing to change."""
_LONGEST_WHOLE = 32_768
"""Tokens of output for which Gemini 4 answers without streaming."""
_MODE = ("responseMimeType", "responseSchema", "responseJsonSchema")


def asks_for_length(request: GenerateRequest) -> bool:
    """Whether so much output is wanted that it must be streamed."""
    limit = _config(request).get("maxOutputTokens")
    return isinstance(limit, int) and limit > _LONGEST_WHOLE


def fitted(abilities: Abilities, request: GenerateRequest) -> tuple[GenerateRequest, tuple[Message, ...]]:
    """The request as the model takes it; the same where nothing is to change."""
    changes: list[Message] = []
    for ability, whole, field, fit in FITTERS:
        if field and field not in request:
            continue
        if getattr(abilities, ability) != whole and (found := fit(abilities, request)):
            request, said = found
            changes.append(said)
    return request, tuple(changes)


def _thinking(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    asked = _config(request).get("thinkingConfig")
    if not isinstance(asked, dict):
        return None
    thinking = cast(ThinkingConfig, asked)
    wanted = taken(abilities, thinking)
    if wanted == thinking:
        return None
    return _configured(request, thinkingConfig=wanted or None), _thinking_said(abilities, thinking, wanted)


def _thinking_said(abilities: Abilities, asked: ThinkingConfig, sent: ThinkingConfig) -> Message:
    level, budget = asked.get("thinkingLevel"), asked.get("thinkingBudget")
    what = str(level) if level is not None else say("fit.a_budget", n=str(budget))
    now = sent.get("thinkingLevel") or sent.get("thinkingBudget")
    how = say("fit.left_out") if now is None else say("fit.sent", what=str(now))
    return say("fit.changed", model=abilities.model, what=what, how=how)


def _penalties(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    return _left_out(abilities, request, "presencePenalty", "frequencyPenalty")


def _seed(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    return _left_out(abilities, request, "seed")


def _logprobs(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    return _left_out(abilities, request, "responseLogprobs", "logprobs")


def _candidates(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    if _config(request).get("candidateCount") in (None, 1):
        return None
    return _left_out(abilities, request, "candidateCount")


def _left_out(abilities: Abilities, request: GenerateRequest, *names: str) -> Fitted | None:
    there = [name for name in names if _config(request).get(name) is not None]
    if not there:
        return None
    said = say("fit.changed", model=abilities.model, what=in_a_row(*there), how=say("fit.left_out"))
    return _configured(request, **dict.fromkeys(there)), said


def _prefill(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    contents = request.get("contents")
    if not isinstance(contents, list) or not contents:
        return None
    if not isinstance(last := contents[-1], dict) or last.get("role") != "model":
        return None
    said = say("fit.prefill", model=abilities.model, words=GO_ON["parts"][0]["text"])
    return {**request, "contents": [*contents, GO_ON]}, said


def _search(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    if not is_combined(request):
        return None
    return without_search(request), say("fit.search", model=abilities.model)


def _json(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    beside = bool(request.get("tools")) and not abilities.json_beside_functions
    if abilities.json_mode and not beside:
        return None
    asked = json_in_words(request, only_beside_functions=abilities.json_mode)
    return (asked, say("fit.json", model=abilities.model)) if asked else None


def json_in_words(request: GenerateRequest, *, only_beside_functions: bool) -> GenerateRequest | None:
    """`only_beside_functions`: the mode may stay where no functions are declared."""
    config = request.get("generationConfig")
    if not isinstance(config, dict) or config.get("responseMimeType") != "application/json":
        return None
    if only_beside_functions and not _declares_functions(request.get("tools")):
        return None
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    words = "Answer with a JSON object only." + (f" It follows this schema: {_compact(schema)}" if schema else "")
    return cast(
        GenerateRequest,
        {
            **request,
            "systemInstruction": _with_words(request.get("systemInstruction"), words),
            "generationConfig": {name: value for name, value in config.items() if name not in _MODE},
        },
    )


def _declares_functions(tools: object) -> bool:
    listed = tools if isinstance(tools, list) else ()
    return any(isinstance(tool, dict) and tool.get("functionDeclarations") for tool in listed)


def _with_words(instruction: object, words: str) -> dict[str, object]:
    """Google also takes a plain text for an instruction."""
    if isinstance(instruction, str):
        instruction = {"parts": [{"text": instruction}]}
    given = instruction if isinstance(instruction, dict) else {}
    parts = given.get("parts")
    return {**given, "parts": [*(parts if isinstance(parts, list) else ()), {"text": words}]}


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _system(abilities: Abilities, request: GenerateRequest) -> Fitted | None:
    """Its words go in front of the first of the user's."""
    if "systemInstruction" not in request:
        return None
    words = _parts_of(request["systemInstruction"])
    rest = cast(GenerateRequest, {name: value for name, value in request.items() if name != "systemInstruction"})
    return {**rest, "contents": _led_in(words, request.get("contents"))}, say("fit.system", model=abilities.model)


def _parts_of(instruction: object) -> list[Part]:
    """Google also takes a plain text for an instruction."""
    if isinstance(instruction, str):
        return [{"text": instruction}]
    parts = instruction.get("parts") if isinstance(instruction, dict) else None
    return [cast(Part, one) for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []


def _led_in(words: list[Part], contents: object) -> list[Content]:
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
    if (flat := within(request, levels)) is request:
        return None
    return flat, say("fit.schema_depth", model=abilities.model, n=levels)


def _config(request: GenerateRequest) -> Mapping[str, object]:
    config = request.get("generationConfig")
    return config if isinstance(config, dict) else {}


def _configured(request: GenerateRequest, **changed: object) -> GenerateRequest:
    """With these fields of generationConfig; None takes one out."""
    config = {name: value for name, value in {**_config(request), **changed}.items() if value is not None}
    return {**request, "generationConfig": config}


FITTERS: tuple[tuple[str, object, str, Fitter], ...] = (
    ("thinking", None, "generationConfig", _thinking),
    ("penalties", True, "generationConfig", _penalties),
    ("candidates", True, "generationConfig", _candidates),
    ("seed", True, "generationConfig", _seed),
    ("logprobs", True, "generationConfig", _logprobs),
    ("search_beside_functions", True, "toolConfig", _search),
    ("json_mode", True, "generationConfig", _json),
    ("json_beside_functions", True, "generationConfig", _json),
    ("system_instruction", True, "systemInstruction", _system),
    ("refused", frozenset(), "contents", with_users_word),
    ("prefill", True, "contents", _prefill),
    ("refused", frozenset(), "contents", with_plain_results),
    ("refused", frozenset(), "", _media),
    ("schema_depth", 0, "", _depth),
)
"""(field of Abilities, its value where there is nothing to change, the only field of a request that is looked at, or ""
for several, fitter), in this order: what JSON mode says in words may have to go where the system's words go. No value
is None: how hard to think is looked at for every model."""
