"""The strictness of Google's front door: a request goes in, and either nothing happens or a `Refusal` is raised.

Each rule has Google's own text. Names may be camelCase or snake_case, as in protobuf's JSON; `normalised` turns a
checked request into camelCase, so that no other module has to know both.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from gcli2api_tui.simulator import schema_rules, turn_rules
from gcli2api_tui.simulator.media import check_drawing, check_media
from gcli2api_tui.simulator.models import ALL_LEVELS, Model, check_abilities
from gcli2api_tui.simulator.quota import check_tier
from gcli2api_tui.simulator.refusals import Refusal, bad_request, invalid, unknown_name
from gcli2api_tui.simulator.request_shape import (
    CATEGORIES,
    CONFIG,
    CONTENT,
    PART,
    PART_DATA,
    REQUEST_TYPES,
    THINKING,
    TOP,
    TOP_CODE_ASSIST,
    TOP_VERTEX,
    GenerationConfig,
    Part,
    Request,
    Safety,
    Thinking,
    check_shape,
)

WHOLE_AT_MOST = 32_768
"""Tokens of output that Gemini 4 gives without streaming."""
SNAKE = re.compile(r"_([a-z0-9])")
OPAQUE = frozenset({"args", "response", "parameters", "parametersJsonSchema", "responseJsonSchema", "responseSchema"})


def validated(request: Any, model: Model, route: int | str, backend: str, *, streams: bool = True) -> Request:
    """The request in camelCase, when every rule holds. `backend`: gemini-api, code-assist or vertex."""
    prefix = "request." if backend == "code-assist" else ""
    request = {} if request is None else request
    check_shape(request, REQUEST_TYPES, prefix.rstrip("."))
    _known(request, _top(backend), prefix.rstrip("."))
    config = request.get("generationConfig") or request.get("generation_config") or {}
    _known(config, CONFIG, f"{prefix}generation_config")
    plain: Request = normalised(request)
    check_tier(plain)
    check_drawing(plain, draws=model.draws)
    _contents(plain, prefix, strict_role=backend != "gemini-api")
    check_media(plain, backend)
    schema_rules.check_tools(plain, prefix, model, backend)
    _generation_config(plain.get("generationConfig") or {}, model, f"{prefix}generation_config")
    check_abilities(plain, model)
    if model.family >= 4:
        _gemini_4(plain, streams=streams)
    _safety(plain.get("safetySettings") or (), model, prefix)
    turn_rules.check_turns(plain, model, route)
    return plain


def _top(backend: str) -> frozenset[str]:
    return {"code-assist": TOP_CODE_ASSIST, "vertex": TOP_VERTEX}.get(backend, TOP)


def normalised(value: object, *, opaque: bool = False) -> Any:
    """camelCase keys, except inside what belongs to the caller: arguments, responses, schemas."""
    if isinstance(value, list):
        return [normalised(one, opaque=opaque) for one in value]
    if not isinstance(value, dict) or opaque:
        return value
    named = {camel(key): one for key, one in value.items() if one is not None}
    return {key: normalised(one, opaque=key in OPAQUE) for key, one in named.items()}


def camel(name: str) -> str:
    return SNAKE.sub(lambda found: found[1].upper(), name)


def _known(message: Mapping[str, object], names: frozenset[str], where: str) -> None:
    for name in message:
        if camel(name) not in names:
            raise unknown_name(name, where)


def _contents(request: Request, prefix: str, *, strict_role: bool) -> None:
    contents = request.get("contents")
    if not isinstance(contents, list) or not contents:
        text = "* GenerateContentRequest.contents: contents is not specified\n"
        raise invalid(text, bad_request("contents", "contents is not specified"))
    for position, content in enumerate(contents):
        where = f"{prefix}contents[{position}]"
        _known(content, CONTENT, where)
        role = content.get("role")
        lenient = not strict_role and len(contents) == 1
        if role not in ("user", "model", "function") and not (role is None and lenient):
            raise invalid("Please use a valid role: user, model.")
        _parts(content.get("parts"), where, position)
    instruction = request.get("systemInstruction")
    if instruction is not None:
        _known(instruction, CONTENT, f"{prefix}system_instruction")


def _parts(parts: list[Part] | None, where: str, position: int) -> None:
    if not parts:
        raise invalid(f"* GenerateContentRequest.contents[{position}].parts: contents.parts must not be empty.\n")
    for number, part in enumerate(parts):
        _known(part, PART, f"{where}.parts[{number}]")
        data = [name for name in part if name in PART_DATA]
        if len(data) > 1:
            text = f"Invalid value at '{where}.parts[{number}]' (oneof), oneof field 'data' is already set. "
            raise invalid(text + f"Cannot set '{data[1]}'")
        if not data:
            field = f"contents[{position}].parts[{number}].data"
            raise invalid(
                f"* GenerateContentRequest.{field}: required oneof field 'data' must have one initialized field\n"
            )
    if all(part.get("text") == "" and len(part) == 1 for part in parts):
        text = "Unable to submit request because it must have a text parameter."
        raise invalid(f"{text} Add a text parameter and try again.")


def _generation_config(config: GenerationConfig, model: Model, where: str) -> None:
    temperature = config.get("temperature")
    if temperature is not None and not 0 <= temperature <= 2:
        raise invalid(
            f"Unable to submit request because it has a temperature value of {temperature} but the supported range is "
            "from 0 (inclusive) to 2.0001 (exclusive). Update the value and try again."
        )
    limit = config.get("maxOutputTokens")
    if limit is not None and not 0 < limit <= 65536 and model.family < 4:
        raise invalid(
            f"Unable to submit request because it has a maxOutputTokens value of {limit} but the supported range is "
            "from 1 (inclusive) to 65537 (exclusive). Update the value and try again."
        )
    schema_rules.check_output(config, where)
    _thinking(config.get("thinkingConfig") or {}, model, f"{where}.thinking_config")


def _thinking(config: Thinking, model: Model, where: str) -> None:
    _known(config, THINKING, where)
    budget, level = config.get("thinkingBudget"), config.get("thinkingLevel")
    if budget is not None and level is not None:
        raise invalid("You can only set only one of thinking budget and thinking level.")
    if level is not None:
        _level(str(level).upper(), model, f"{where}.thinking_level")
    if budget is not None and model.family >= 4:
        raise invalid("Thinking budget is not supported for this model. Please use thinking level instead.")
    if budget is not None and model.budget:
        _budget(budget, model.budget, zero_ok=model.zero_ok)


def _gemini_4(request: Request, *, streams: bool) -> None:
    """An answer of more than one hop must be streamed."""
    config = request.get("generationConfig") or {}
    most = 1_048_576 if streams or request.get("continuationToken") else WHOLE_AT_MOST
    limit = config.get("maxOutputTokens")
    if limit is not None and not 0 < limit <= most:
        raise invalid(
            f"Unable to submit request because it has a maxOutputTokens value of {limit} but the supported range is "
            f"from 1 (inclusive) to {most + 1} (exclusive). Update the value and try again."
        )


def _level(level: str, model: Model, where: str) -> None:
    if level == "THINKING_LEVEL_UNSPECIFIED":
        return
    if level not in ALL_LEVELS:
        text = (
            f"Invalid value at '{where}' "
            "(type.googleapis.com/google.ai.generativelanguage.v1beta.ThinkingConfig.ThinkingLevel)"
        )
        raise invalid(f'{text}, "{level}"', bad_request(where, f'{text}, "{level}"'))
    if not model.levels:
        raise invalid("Thinking level is not supported for this model.")
    if level not in model.levels:
        text = f"Thinking level {level} is not supported for this model."
        raise invalid(f"{text} Please retry with other thinking level.")


def _budget(budget: int, bounds: tuple[int, int], *, zero_ok: bool) -> None:
    low, high = bounds
    if budget == 0 and not zero_ok:
        raise invalid("Budget 0 is invalid. This model only works in thinking mode.")
    if budget not in (0, -1) and not low <= budget <= high:
        raise invalid(f"The thinking budget {budget} is invalid. Please choose a value between {low} and {high}.")


def _safety(settings: Iterable[Safety], model: Model, prefix: str) -> None:
    for position, setting in enumerate(settings):
        category = str(setting.get("category", "")).removeprefix("HARM_CATEGORY_")
        image_only = category.startswith("IMAGE_") or category == "JAILBREAK"
        if category not in CATEGORIES or (image_only and "flash-lite" in model.id):
            raise _bad_category(prefix, position, str(setting.get("category")))


def _bad_category(prefix: str, position: int, category: str) -> Refusal:
    where = f"{prefix}safety_settings[{position}].category"
    text = f"Invalid value at '{where}' (type.googleapis.com/google.ai.generativelanguage.v1beta.HarmCategory)"
    return invalid(f'{text}, "{category}"', bad_request(where, f'{text}, "{category}"'))
