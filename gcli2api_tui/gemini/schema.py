"""JSON Schema as tools write it → JSON Schema as Gemini takes it in parametersJsonSchema / responseJsonSchema.

Out come no $schema, $id and strict, and no $ref: references are put in place. Where that would make the schema much
larger than it is, the deeper references end as plain types, like a reference into itself: the work is linear in what
the client sent. Only keywords change: a property that is NAMED like a keyword (`title`, `$ref`, `strict`) stays.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say

MAX_DEPTH = 64
MOST_ADDED = 32_000
"""Characters that references may add to one schema; a real tool has some thousand in all."""
_NESTED = (MAX_DEPTH, 4, 1, 0)
"""How many references are put in place inside each other; the first that is not too large."""

_DROPPED = frozenset({"$schema", "$id", "$anchor", "$comment", "$defs", "definitions", "$ref", "strict"})
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_DATA = frozenset({"enum", "const", "default", "example", "examples", "required", "type", "description", "title"})
_UNIONS = frozenset({"anyOf", "oneOf", "enum", "const"})


@dataclass(slots=True)
class Room:
    """Characters that references may add to all schemas of one request together."""

    left: int = 1_000_000


class _TooLarge(Exception):
    """Put in place like this, the references make too much of the schema."""


def inlined(schema: dict[str, object], param: str, room: Room | None = None) -> dict[str, object]:
    """The schema ready for Google. Raises ClientFault naming `param` if it is too deep by itself."""
    room = room or Room()
    size = len(json.dumps(schema, ensure_ascii=False))
    most = 2 * size + min(MOST_ADDED, room.left)
    sizes: dict[int, int] = {}
    for nested in _NESTED:
        walk = _Walk(schema, most, nested, sizes)
        try:
            result = walk.schema(schema, 0, ())
        except _TooLarge:
            continue
        room.left = max(0, room.left - max(0, walk.size - size))
        return result if isinstance(result, dict) else {}
    raise ClientFault(
        say("schema.too_deep"),
        param=param,
        way_out=say("schema.flatten"),
    )


class _Walk:
    """One pass over one schema; measures what it makes."""

    def __init__(self, root: dict[str, object], most: int, nested: int, sizes: dict[int, int]) -> None:
        self.size = 0
        self._root = root
        self._most = most
        self._nested = nested
        self._sizes = sizes
        """id of a value of the root that is copied as it is → how long it is written."""
        self._targets: dict[str, object] = {}

    def schema(self, node: object, depth: int, path: tuple[str, ...]) -> Any:
        """`path` holds the references being unfolded above this node."""
        if depth > MAX_DEPTH:
            raise _TooLarge
        if isinstance(node, list):
            self._add(2)
            return [self.schema(item, depth + 1, path) for item in node]
        if not isinstance(node, dict):
            return self._copied(node)
        reference = node.get("$ref")
        if isinstance(reference, str):
            return self._unfolded(reference, node, depth, path)
        return self._keywords(node, depth, path)

    def _keywords(self, node: dict[str, Any], depth: int, path: tuple[str, ...]) -> dict[str, object]:
        self._add(2)
        return {key: self._keyword(key, value, depth + 1, path) for key, value in node.items() if key not in _DROPPED}

    def _keyword(self, key: str, value: object, depth: int, path: tuple[str, ...]) -> object:
        self._add(len(key) + 6)
        if key in _DATA:
            return self._copied(value)
        if key in _MAPS and isinstance(value, dict):
            return {name: self._property(name, item, depth, path) for name, item in value.items()}
        return self.schema(value, depth, path)

    def _property(self, name: str, item: object, depth: int, path: tuple[str, ...]) -> object:
        self._add(len(name) + 6)
        return self.schema(item, depth, path)

    def _unfolded(
        self, reference: str, node: dict[str, object], depth: int, path: tuple[str, ...]
    ) -> dict[str, object]:
        target = self._target(reference)
        beside = self._keywords(node, depth, path)
        if not isinstance(target, dict):
            return beside
        if reference in path or len(path) >= self._nested:
            return {**_plain(target), **beside}
        return {**self.schema(target, depth + 1, (*path, reference)), **beside}

    def _target(self, reference: str) -> object:
        """Each reference is looked up once: it may be long, and stand in many places."""
        if reference not in self._targets:
            self._targets[reference] = referred(self._root, reference)
        return self._targets[reference]

    def _copied(self, value: object) -> object:
        size = self._sizes.get(id(value))
        if size is None:
            size = self._sizes[id(value)] = len(json.dumps(value, ensure_ascii=False))
        self._add(size)
        return value

    def _add(self, size: int) -> None:
        self.size += size
        if self.size > self._most and self._nested:
            raise _TooLarge


def _plain(target: dict[str, object]) -> dict[str, object]:
    """What is left of a reference that is not put in place."""
    if isinstance(target.get("type"), str):
        return {"type": target["type"]}
    return {} if _UNIONS & target.keys() else {"type": "object"}


def referred(root: object, reference: str) -> object:
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
