"""Changes single values in a TOML file (tomlkit keeps comments and order).

In: a text and the path of a value. Out: the text, different only where the value stands. Raises NotUnderstood for what
is no TOML, or has something else where a table is needed. Pure.
"""

import json
import tomllib
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from gcli2api_tui.recipes.recipe import MISSING, Found, KeyPath, NotUnderstood, Value

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def found(text: str, path: KeyPath) -> Found:
    value: Any = _values(text)
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    try:
        json.dumps(value)
    except TypeError:
        raise NotUnderstood(1) from None  # a date, say, which is not ours to keep
    return value  # type: ignore[no-any-return]


def put(text: str, path: KeyPath, value: Value) -> str:
    """Tables on the way that are missing are made."""
    import tomlkit

    document = _document(text)
    table: MutableMapping[str, Any] = document
    for name in path[:-1]:
        if name not in table:
            table[name] = tomlkit.table(is_super_table=True)
        table = table[name]
        if not isinstance(table, MutableMapping):
            raise NotUnderstood(1)
    table[path[-1]] = value
    return _checked(tomlkit.dumps(document), text, path, value)


def dropped(text: str, path: KeyPath) -> str:
    import tomlkit

    document = _document(text)
    table: Any = document
    for name in path[:-1]:
        if not isinstance(table, MutableMapping) or name not in table:
            return text
        table = table[name]
    if path[-1] not in table:
        return text
    del table[path[-1]]
    return tomlkit.dumps(document)


def _document(text: str) -> "TOMLDocument":
    import tomlkit

    _values(text)
    return tomlkit.parse(text)


def _values(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotUnderstood(getattr(error, "lineno", 0) or 1) from error


def _checked(new: str, old: str, path: KeyPath, value: Value) -> str:
    """Only what was meant is another: whoever writes TOML by hand writes it in more ways than a library knows."""
    expected = _values(old)
    table = expected
    for name in path[:-1]:
        table = table.setdefault(name, {})
    table[path[-1]] = value
    if _values(new) != expected:
        raise NotUnderstood(1)
    return new
