"""Two answers to one request, compared by what must not change. Pure.

In: what was recorded and what is heard now. Out: differences in words. Models never say the same twice: of texts only
the kind counts (none, text, JSON with these fields), of calls of tools their names and the fields of their arguments;
ids, times and counts not at all.
"""

import json
from collections.abc import Iterator
from typing import Any

from gcli2api_tui.quick_dataclass import dataclass

MOST_FIELDS = 12


@dataclass(frozen=True, slots=True)
class AnswerShape:
    """What is compared."""

    status: int
    finish: str
    text: str
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Different:
    """One thing; `what` is a field of AnswerShape."""

    what: str
    before: str
    now: str


def shape(status: int, finish: str, text: str, calls: str) -> AnswerShape:
    return AnswerShape(status, finish, text_shape(text), tuple(sorted(map(_call_shape, calls.splitlines()))))


def differences(before: AnswerShape, now: AnswerShape) -> Iterator[Different]:
    for what in ("status", "finish", "text", "calls"):
        one, other = getattr(before, what), getattr(now, what)
        if one != other:
            yield Different(what, _said(one), _said(other))


def text_shape(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        return "none"
    found = _json(stripped)
    if isinstance(found, dict):
        return f"JSON with {_fields(found)}"
    return "JSON list" if isinstance(found, list) else "text"


def _call_shape(call: str) -> str:
    """`get_weather(city, unit)`"""
    name, _, rest = call.partition("(")
    found = _json(rest.rstrip()[:-1])
    return f"{name}({_fields(found)})" if isinstance(found, dict) else f"{name}()"


def _fields(found: dict[str, Any]) -> str:
    names = sorted(found)
    return ", ".join(names[:MOST_FIELDS]) + (", …" if len(names) > MOST_FIELDS else "")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _said(value: object) -> str:
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value) or "none"
