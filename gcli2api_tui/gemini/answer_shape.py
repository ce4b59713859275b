"""Google's answers in the shape that types.py promises, whatever JSON came.

In: one response or event. Out: the same object where nothing was odd, else a copy in which odd values are left out
or replaced: lists that are none are empty, counts that are no numbers are 0, an odd index is the position. What
types.py does not name passes untouched. What stream_parts.py finds odd comes here; all who read answers rely on both.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from gcli2api_tui.gemini.types import GenerateResponse

MOST_COUNT = 10**12
LARGEST_INDEX = 1000


def well_formed(response: Mapping[str, object]) -> GenerateResponse:
    """The response, safe to read by its types."""
    mended: dict[str, object] = {}
    if "candidates" in response:
        mended["candidates"] = _candidates(response["candidates"])
    if "promptFeedback" in response:
        mended["promptFeedback"] = _fields(response["promptFeedback"], _FEEDBACK)
    if "usageMetadata" in response:
        mended["usageMetadata"] = _usage(response["usageMetadata"])
    return cast(GenerateResponse, _with(response, mended))


def tokens_of(counted: Mapping[str, object]) -> int:
    """The sum of an answer of countTokens; 0 where it says none."""
    total = counted.get("totalTokens", 0)
    return total if isinstance(total, int) and _is_count(total) else 0


def _candidates(value: object) -> object:
    if not isinstance(value, list):
        return [] if not isinstance(value, dict) else [_candidate(value, 0)]
    found = [_candidate(one, position) for position, one in enumerate(value) if isinstance(one, dict)]
    return value if _are_same(found, value) else found


def _candidate(candidate: dict[str, object], position: int) -> Mapping[str, object]:
    mended: dict[str, object] = {}
    if "index" in candidate:
        index = candidate["index"]
        is_index = type(index) is int and 0 <= index <= LARGEST_INDEX
        mended["index"] = index if is_index else min(position, LARGEST_INDEX)
    if "content" in candidate:
        mended["content"] = _content(candidate["content"])
    for name in ("finishReason", "finishMessage"):
        if name in candidate:
            mended[name] = _text(candidate[name])
    return _with(candidate, mended)


def _content(value: object) -> object:
    if not isinstance(value, dict):
        return {}
    return _with(value, {"parts": _parts(value["parts"])}) if "parts" in value else value


def _parts(value: object) -> object:
    if isinstance(value, str):
        return [{"text": value}]
    if isinstance(value, dict):
        return [_fields(value, _PART)]
    if not isinstance(value, list):
        return []
    found = [_fields(one, _PART) for one in value if isinstance(one, dict)]
    return value if _are_same(found, value) else found


def _usage(value: object) -> object:
    if not isinstance(value, dict):
        return None
    odd = {name: 0 for name, count in value.items() if name.endswith("TokenCount") and not _is_count(count)}
    return {**value, **odd} if odd else value


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MOST_COUNT


def _fields(value: object, shapes: Mapping[str, Callable[[object], object]]) -> object:
    """An object whose known fields have their types; None where it is none."""
    if not isinstance(value, dict):
        return None
    return _with(value, {name: shapes[name](value[name]) for name in shapes.keys() & value.keys()})


def _text(value: object) -> object:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _object(value: object) -> object:
    return value if isinstance(value, dict) else None


def _flag(value: object) -> object:
    return value if isinstance(value, bool) else None


_FEEDBACK = {"blockReason": _text, "blockReasonMessage": _text}
_CALL = {"name": _text, "id": _text, "args": _object}
_BLOB = {"mimeType": _text, "data": _text}
_PART = {
    "text": _text,
    "thought": _flag,
    "thoughtSignature": _text,
    "functionCall": lambda value: _fields(value, _CALL),
    "inlineData": lambda value: _fields(value, _BLOB),
}


def _with(value: Mapping[str, object], mended: Mapping[str, object]) -> Mapping[str, object]:
    """The same object where nothing changed; a field mended to None is left out."""
    if all(map(operator.is_, mended.values(), map(value.__getitem__, mended))):
        return value
    return {name: one for name, one in {**value, **mended}.items() if name not in mended or one is not None}


def _are_same(found: Sequence[object], value: Sequence[object]) -> bool:
    return len(found) == len(value) and all(map(operator.is_, found, value))
