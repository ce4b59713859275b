"""Rules for a conversation: its order, who ends it, calls and their responses, where signatures must be.

The current turn is everything after the last user content that has text and no function response. In it, the first call
of every model content must carry a signature; anywhere else one may be missing, but a given one must be genuine: from
Gemini 3 on.
"""

from collections.abc import Iterator, Mapping, Sequence

from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.refusals import invalid
from gcli2api_tui.simulator.request_shape import Content, Part, Request
from gcli2api_tui.simulator.thought_signatures import verdict

COUNT = (
    "Please ensure that the number of function response parts is equal to the number of function call parts of the "
    "function call turn."
)
PLACE = "Please ensure that function call turn comes immediately after a user turn or after a function response turn."
ANSWER = "Please ensure that function response turn comes immediately after a function call turn."

PREFILL = "Requests ending with a model turn are not supported."
ALONE = "Please ensure that single turn requests end with a user role or the role field is empty."

REFERENCE = (
    "The referenced name `{name}` in function_response.response does not match to a display_name in the "
    "function_response.parts."
)

Contents = Sequence[Content]


def check_turns(request: Request, model: Model, route: int | str) -> None:
    contents: Contents = request["contents"]
    _end(contents, model)
    check_order(contents)
    check_references(contents)
    if model.family >= 3 and "image" not in model.id:
        _signatures(contents, model, route)


def check_order(contents: Contents) -> None:
    """Calls follow a user, as many responses follow them, and nothing else has responses."""
    for position, content in enumerate(contents):
        _call_turn(contents, position, content)
        _response_turn(contents, position, content)


def check_references(contents: Contents) -> None:
    """The key `$ref` anywhere in a response names a part beside it."""
    for content in contents:
        for part in _having(content, "functionResponse"):
            beside = (one.get("inlineData") or {} for one in part["functionResponse"].get("parts") or ())
            known = {one.get("displayName") for one in beside}
            for name in _referred(part["functionResponse"].get("response")):
                if name not in known:
                    raise invalid(REFERENCE.format(name=name))


def _referred(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key == "$ref":
                yield one if isinstance(one, str) else ""
            yield from _referred(one)
    elif isinstance(value, list):
        for one in value:
            yield from _referred(one)


def _end(contents: Contents, model: Model) -> None:
    if contents[-1].get("role") == "model":
        if len(contents) == 1:
            raise invalid(ALONE)
        if not model.prefills:
            raise invalid(PREFILL)


def _call_turn(contents: Contents, position: int, content: Content) -> None:
    calls = _having(content, "functionCall")
    if not calls:
        return
    if position == 0 or contents[position - 1].get("role") == "model":
        raise invalid(PLACE)
    if position + 1 < len(contents) and len(_having(contents[position + 1], "functionResponse")) != len(calls):
        raise invalid(COUNT)


def _response_turn(contents: Contents, position: int, content: Content) -> None:
    responses = _having(content, "functionResponse")
    if responses and (position == 0 or not _having(contents[position - 1], "functionCall")):
        raise invalid(ANSWER)
    for part in responses:
        if not isinstance(part["functionResponse"].get("response", {}), dict):
            raise invalid(
                f"Invalid value at 'contents[{position}].parts[0].function_response.response' "
                "(type.googleapis.com/google.protobuf.Struct)"
            )


def _signatures(contents: Contents, model: Model, route: int | str) -> None:
    current = _turn_start(contents)
    for position, content in enumerate(contents):
        calls = _having(content, "functionCall")
        if position > current and calls and not calls[0].get("thoughtSignature"):
            raise invalid(_missing(str(calls[0]["functionCall"].get("name")), position))
        for part in content.get("parts") or ():
            fault = verdict(route, model.family, str(part["thoughtSignature"])) if part.get("thoughtSignature") else ""
            if fault:
                raise invalid(fault)


def _turn_start(contents: Contents) -> int:
    starts = [
        position
        for position, content in enumerate(contents)
        if content.get("role", "user") == "user"
        and _having(content, "text")
        and not _having(content, "functionResponse")
    ]
    return starts[-1] if starts else -1


def _missing(name: str, position: int) -> str:
    return (
        "Function call is missing a thought_signature in functionCall parts. This is required for tools to work "
        "correctly, and missing thought_signature may lead to degraded model performance. Additional data, function "
        f"call `default_api:{name}` , position {position + 1}."
    )


def _having(content: Content, name: str) -> list[Part]:
    return [part for part in content.get("parts") or () if name in part]
