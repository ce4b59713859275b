"""Google's answers as JSON: bytes in, a value out that is safe to walk and to write again.

Invariants: no answer can exhaust the stack, or hold a number or a half character that cannot be written; a byte order
mark is no part of an answer. orjson (the extra `fast`) reads only what it reads exactly as `json` does.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Final

Loads = Callable[[bytes], object]
NOT_READ: Final = object()
_BEYOND_64_BITS = b"-0000000000000000000"
"""A negative number of 19 digits: orjson makes a float of those that do not fit."""
ON_LOOP = 256 * 1024
"""Bytes of JSON; more is read in a thread."""
MOST_DEPTH = 200
"""Values inside values. Google's own have some twenty, and a tool's arguments a few more."""
_MOST_DIGITS = 20
_KINDS = bytes.maketrans(b"0123456789E", b"0000000000e")
LONG_NUMBER = b"0" * _MOST_DIGITS
"""Perhaps a number that no double holds; the hooks that look closer are slow."""
_USUAL = (b'{"', b"{\n", b"{\r\n")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
BOM = b"\xef\xbb\xbf"


def decoded(body: bytes) -> object:
    """The JSON value. Raises ValueError for what is none, or nests too deep."""
    try:
        value = _parsed(body.removeprefix(BOM))
    except RecursionError:
        raise ValueError("nested too deep") from None
    if body.count(b"{") + body.count(b"[") > MOST_DEPTH and _is_deep(value):
        raise ValueError("nested too deep")
    return _writable(value) if b"\\u" in body and _SURROGATE.search(body) else value


def _parsed(body: bytes) -> object:
    kinds = body.translate(_KINDS)
    if _is_wild(kinds):
        return json.loads(body, parse_int=_whole_number, parse_float=_number, parse_constant=_no_number)
    if len(body) > ON_LOOP:
        return json.loads(body, parse_constant=_no_number, object_hook=_between_objects)
    if (read := by_orjson(body, kinds)) is not NOT_READ:
        return read
    coding = "utf-8" if body.startswith(_USUAL) else json.detect_encoding(body)
    text = body.decode(coding, "surrogatepass")
    try:
        value, end = PLAIN.raw_decode(text)
    except ValueError:
        end = -1
    return value if end == len(text) else PLAIN.decode(text)  # which knows of space around it, and what is wrong


def _installed() -> Loads | None:
    try:
        from orjson import loads
    except ImportError:  # most do without
        return None
    return loads


_LOADS: Final = _installed()


def by_orjson(body: bytes, kinds: bytes, loads: Loads | None = _LOADS) -> object:
    """The value; NOT_READ where it would not be the same, or is not installed."""
    if loads is None or _BEYOND_64_BITS in kinds:
        return NOT_READ
    try:
        return loads(body)
    except ValueError:  # half a character, another encoding, too deep, or no JSON
        return NOT_READ


def _is_wild(kinds: bytes) -> bool:
    """Of bytes whose digits are all 0: whether there may be a number that no double holds."""
    return LONG_NUMBER in kinds or b"0e000" in kinds or b"0e+000" in kinds


def _between_objects(found: dict[str, object]) -> dict[str, object]:
    """A function in Python: where it is called, the parser in C lets other threads run."""
    return found


def _writable(value: object) -> object:
    """The same, without halves of characters: no client's answer could hold them. Not deeper than MOST_DEPTH."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_writable(name): _writable(inner) for name, inner in value.items()}
    return [_writable(inner) for inner in value] if isinstance(value, list) else value


def _no_number(name: str) -> None:
    """`NaN` and `Infinity` are Python's, and no client could read them."""


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _number(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _is_deep(value: object) -> bool:
    """Level by level, so that the look itself does not recurse."""
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [inner for one in level for inner in _inside(one) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _inside(one: object) -> list[object]:
    if isinstance(one, dict):
        return list(one.values())
    return one if isinstance(one, list) else []


PLAIN = json.JSONDecoder(parse_constant=_no_number)
"""Made once: `json.loads` would make one for every answer."""
EVENTS = json.JSONDecoder(parse_constant=_no_number, parse_float=_number)
"""Reads also those that no double holds. In events there is hardly one that is no whole number: to look for an exponent
before costs more than to call a function for each."""
