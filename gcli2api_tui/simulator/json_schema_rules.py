"""What Google takes of a real JSON Schema, in `parametersJsonSchema` and `responseJsonSchema`.

Only keywords are looked at: names of properties and values are the caller's. Refused are words for types that JSON
Schema does not have, references that lead nowhere, and what is nested too deep, circles among it, leaves counted.
"""

from collections.abc import Iterator
from typing import Any

from gcli2api_tui.simulator.refusals import Refusal, invalid

TYPES = frozenset(["string", "number", "integer", "boolean", "array", "object", "null"])
BY_NAME = ("properties", "patternProperties", "dependentSchemas")
SEVERAL = ("anyOf", "oneOf", "allOf", "prefixItems")
SINGLE = ("items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else")
DEEPEST = 32


def check_json_schema(schema: object, function: str = "") -> None:
    """`function` is the declaration's name; without one it is the schema of an answer."""
    _Check(schema, function).depth_of(schema, 1)


class _Check:
    def __init__(self, root: object, function: str) -> None:
        self._root = root
        self._function = function
        self._depths: dict[int, int] = {}

    def depth_of(self, schema: object, level: int) -> int:
        """How many levels it has; each schema is measured once, however many refer to it."""
        if level > DEEPEST:
            raise self._too_deep()
        if not isinstance(schema, dict):
            return 1
        if id(schema) not in self._depths:
            _check_words(schema)
            inside = 1 + max((self.depth_of(one, level + 1) for one in _inside(schema)), default=0)
            meant = self._meant(schema["$ref"], level) if "$ref" in schema else 0
            self._depths[id(schema)] = max(inside, meant)
        if level + self._depths[id(schema)] - 1 > DEEPEST:
            raise self._too_deep()
        return self._depths[id(schema)]

    def _meant(self, reference: object, level: int) -> int:
        """A circle is counted as one level more each time, so that it comes to an end."""
        return self.depth_of(self._target(reference), level + 1)

    def _target(self, reference: object) -> object:
        node = self._root
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise invalid()
        for step in reference[1:].split("/")[1:]:
            node = node.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
        if node is None:
            raise invalid()
        return node

    def _too_deep(self) -> Refusal:
        what = f"FunctionDeclaration '{self._function}' in" if self._function else "A schema in GenerationConfig in"
        return invalid(f"{what} the request exceeds the maximum allowed nesting depth.")


def _inside(schema: dict[str, Any]) -> Iterator[object]:
    for key in BY_NAME:
        yield from _of(schema, key, dict).values()
    for key in SEVERAL:
        yield from _of(schema, key, list)
    for key in SINGLE:
        if isinstance(schema.get(key), dict):
            yield schema[key]


def _check_words(schema: dict[str, Any]) -> None:
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if not all(isinstance(kind, str) and kind.lower() in TYPES for kind in kinds):
        raise invalid()


def _of(schema: dict[str, Any], key: str, kind: type) -> Any:
    value = schema.get(key, kind())
    if not isinstance(value, kind):
        raise invalid()
    return value
