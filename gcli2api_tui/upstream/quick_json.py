"""Reads JSON with orjson where it is installed (the extra `fast`), and only what that reads exactly as `json` does.

In: bytes of JSON without a number that is suspect, and those bytes with all digits as 0. Out: the value, or NOT_READ:
whoever asked reads it with `json`, which also says what is wrong with it.
"""

from collections.abc import Callable
from typing import Final

Loads = Callable[[bytes], object]


def _installed() -> Loads | None:
    try:
        from orjson import loads
    except ImportError:  # most do without
        return None
    return loads


NOT_READ: Final = object()
_BEYOND_64_BITS = b"-0000000000000000000"
"""A negative number of 19 digits: orjson makes a float of those that do not fit."""
_LOADS: Final = _installed()


def quickly(body: bytes, kinds: bytes, loads: Loads | None = _LOADS) -> object:
    if loads is None or _BEYOND_64_BITS in kinds:
        return NOT_READ
    try:
        return loads(body)
    except ValueError:  # half a character, another encoding, too deep, or no JSON
        return NOT_READ
