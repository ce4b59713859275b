"""What is inside a schema, in a line that a model reads: `Shape: {id: string, tags: string[], more: {…}}.`

In: a schema that is cut here, and a way to look references up. Out: words within a bound; none where nothing is inside.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gcli2api_tui.gemini.schema_words import likely_types, subschemas

LONGEST = 300
_DEPTH = 2
_MOST_NAMES = 10

Look = Callable[[object], Mapping[str, object] | None]
"""A reference → the schema that it means."""


def outline(node: Mapping[str, object], target: Look) -> str:
    """The shape of what a cut takes away; `node` is no reference itself."""
    if next(subschemas(node), None) is None:
        return ""
    for depth in range(_DEPTH, -1, -1):
        shape = _shape(node, target, depth)
        if len(shape) <= LONGEST:
            break
    return f"Shape: {shape[:LONGEST]}."


def _shape(node: object, target: Look, depth: int) -> str:
    if not isinstance(node, Mapping):
        return "any"
    if (meant := target(node.get("$ref"))) is not None:
        return _shape(meant, target, depth - 1) if depth > 0 else "…"
    for key in ("anyOf", "oneOf"):
        if isinstance(members := node.get(key), list) and members:
            return _either(members, target, depth)
    kinds = likely_types(node)
    if kinds == ["object"] and isinstance(properties := node.get("properties"), dict) and properties:
        return _object(properties, target, depth)
    if kinds == ["array"] and isinstance(items := node.get("items"), Mapping):
        return f"{_shape(items, target, depth - 1) if depth > 0 else '…'}[]"
    return "|".join(kinds) or "any"


def _either(members: list[Any], target: Look, depth: int) -> str:
    if depth <= 0:
        return "…"
    shapes = dict.fromkeys(_shape(one, target, depth - 1) for one in members[:_MOST_NAMES])
    return "|".join(shapes)


def _object(properties: dict[str, object], target: Look, depth: int) -> str:
    if depth <= 0:
        return "{…}"
    names = list(properties)[:_MOST_NAMES]
    inside = [f"{name[:40]}: {_shape(properties[name], target, depth - 1)}" for name in names]
    return f"{{{', '.join([*inside, '…'] if len(properties) > len(names) else inside)}}}"
