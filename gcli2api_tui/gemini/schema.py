"""JSON Schema as tools write it → JSON Schema as Gemini takes it in parametersJsonSchema / responseJsonSchema.

Out come no $schema, $id and strict, and no $ref: references are put in place. A reference into itself ends as a
plain type, and a schema that would unfold without bound is refused. Only keywords change: a property that is
NAMED like a keyword (`title`, `$ref`, `strict`) stays.
"""

from typing import Any
from urllib.parse import unquote

from gcli2api_tui.events.problems import ClientFault

MAX_DEPTH = 64
MAX_NODES = 20_000
"""References that name each other twice double the size each time; a real tool has some hundred nodes."""

_DROPPED = frozenset({"$schema", "$id", "$anchor", "$comment", "$defs", "definitions", "$ref", "strict"})
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_DATA = frozenset({"enum", "const", "default", "example", "examples", "required", "type", "description", "title"})


def inlined(schema: dict[str, Any], param: str) -> dict[str, Any]:
    """The schema ready for Google. Raises ClientFault naming `param` if it is too deep or unfolds too far."""
    result = _Walk(schema, param).schema(schema, 0, ())
    return result if isinstance(result, dict) else {}


class _Walk:
    """One pass over one schema; counts what it makes."""

    def __init__(self, root: dict[str, Any], param: str) -> None:
        self._root = root
        self._param = param
        self._nodes = 0

    def schema(self, node: Any, depth: int, path: tuple[str, ...]) -> Any:
        """`path` holds the references being unfolded above this node."""
        self._count(depth)
        if isinstance(node, list):
            return [self.schema(item, depth + 1, path) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str):
            return self._unfolded(reference, node, depth, path)
        return self._keywords(node, depth, path)

    def _keywords(self, node: dict[str, Any], depth: int, path: tuple[str, ...]) -> dict[str, Any]:
        return {key: self._keyword(key, value, depth + 1, path) for key, value in node.items() if key not in _DROPPED}

    def _keyword(self, key: str, value: Any, depth: int, path: tuple[str, ...]) -> Any:
        if key in _DATA:
            return value
        if key in _MAPS and isinstance(value, dict):
            return {name: self.schema(item, depth, path) for name, item in value.items()}
        return self.schema(value, depth, path)

    def _unfolded(self, reference: str, node: dict[str, Any], depth: int, path: tuple[str, ...]) -> dict[str, Any]:
        target = referred(self._root, reference)
        beside = self._keywords(node, depth, path)
        if not isinstance(target, dict):
            return beside
        if reference in path:
            return {"type": target["type"] if isinstance(target.get("type"), str) else "object", **beside}
        return {**self.schema(target, depth + 1, (*path, reference)), **beside}

    def _count(self, depth: int) -> None:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise ClientFault(
                "The schema is too deep or too large once its references are put in place.",
                param=self._param,
                way_out="Gemini takes about 60 levels; flatten it.",
            )


def referred(root: Any, reference: str) -> Any:
    """What a local reference (`#/$defs/x`) points to, or None."""
    if not reference.startswith("#"):
        return None
    node = root
    for step in reference[1:].split("/")[1:]:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and name.isdecimal() and name.isascii() and int(name[:9]) < len(node):
            node = node[int(name[:9])]
        elif isinstance(node, dict):
            node = node.get(name)
        else:
            return None
    return node
