"""Typed reading of a client's JSON body.

In: a decoded JSON value and the name people know the field by (`messages.[0].role`). Out: the value in the type
asked for. Any mismatch is a ClientFault that names the field; None means absent and is never a mismatch.
"""

import math
from collections.abc import Mapping
from typing import Any, NoReturn

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import NOTHING, Message, quoted, say

NULL = quoted("null")
_KINDS: Mapping[type, Message] = {
    bool: say("request.a_boolean"),
    int: say("request.a_number"),
    float: say("request.a_number"),
    str: say("request.a_string"),
    list: say("request.a_list"),
    dict: say("request.an_object"),
}

MAX_DEPTH = 100
"""Deeper bodies are refused: everything that walks or writes JSON after this recurses."""


def wrong(param: str, message: Message, way_out: Message = NOTHING, code: str | None = None) -> NoReturn:
    """Refuse the request for what stands in `param`."""
    raise ClientFault(message, param=param, way_out=way_out, code=code)


def text(value: object, param: str) -> str:
    """A string; absent is empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        wrong(param, say("request.string", param=param, kind=kind(value)))
    return value


def flag(value: object, param: str) -> bool:
    """True or false; absent is false."""
    if value is None:
        return False
    if not isinstance(value, bool):
        wrong(param, say("request.bool", param=param, kind=kind(value)))
    return value


def number(value: object, param: str, low: float, high: float) -> float | None:
    """A number within bounds."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        wrong(param, say("request.number", param=param, kind=kind(value)))
    if not low <= value <= high:
        wrong(param, say("request.between", param=param, low=low, high=high))
    return value


def whole(value: object, param: str, low: int | None = None, high: int | None = None) -> int | None:
    """A whole number; `100.0` counts as one, because some languages write it so."""
    if value is None:
        return None
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        wrong(param, say("request.whole", param=param, kind=kind(value)))
    if low is not None and value < low:
        wrong(param, say("request.at_least", param=param, low=low))
    if high is not None and value > high:
        wrong(param, say("request.at_most", param=param, high=high))
    return value


def digits(value: str, param: str, low: int, high: int) -> int:
    """A whole number of a query or a header: ASCII digits, however many; Python reads no more than 4,300."""
    read = -1
    if value.isascii() and value.isdigit():
        read = int((value.lstrip("0") or "0")[: len(str(high)) + 1])
    if not low <= read <= high:
        wrong(param, say("request.whole_from", param=param, low=low, high=high))
    return read


def items(value: object, param: str) -> list[Any]:
    """A list; absent is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        wrong(param, say("request.list", param=param, kind=kind(value)))
    return value


def table(value: object, param: str) -> dict[str, object]:
    """An object; absent is empty."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        wrong(param, say("request.object", param=param, kind=kind(value)))
    return value


def kind(value: object) -> Message:
    """The JSON word for a value's type."""
    return _KINDS.get(type(value), NULL)


def sound(value: object) -> object:
    """`value` as it may safely travel on: not too deep, no Infinity, no half characters.

    JavaScript clients cut strings between the halves of an emoji; UTF-8 has no way to write such a half, so it
    becomes U+FFFD. Without any (the rule) the value itself comes back, not a copy.
    """
    halves = False
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        if not level:
            return _whole_characters(value) if halves else value
        below: list[Any] = []
        names: list[str] = []
        for item in level:
            kind = type(item)  # written out for speed: every value of every request passes here
            if kind is str:
                if not item.isascii():
                    halves = halves or _has_halves(item)
            elif kind is dict:
                below += item.values()
                names += item
            elif kind is list:
                below += item
            elif kind is float and not math.isfinite(item):
                raise ClientFault(say("request.wild_number"), code="invalid_json")
        halves = halves or (not "".join(names).isascii() and any(map(_has_halves, names)))
        level = below
    raise ClientFault(say("request.too_deep", most=MAX_DEPTH), code="invalid_json")


def _has_halves(string: str) -> bool:
    try:
        string.encode()
    except UnicodeEncodeError:
        return True
    return False


def _whole_characters(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_characters(item) for item in value]
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(item) for key, item in value.items()}
    return value
