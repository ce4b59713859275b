"""The schemas of one request: all of them in turn, how deep they are, and the same request with flatter ones.

In: a request of any shape, because Google's own clients may send one. Out: the same request where nothing is to change,
else a copy. Schemas in the subset of OpenAPI stay in it. Pure.
"""

from collections.abc import Callable, Mapping
from typing import cast

from gcli2api_tui.gemini.json_schema import Room, converted, flattened
from gcli2api_tui.gemini.openapi_subset import flat_subset
from gcli2api_tui.gemini.schema_keywords import subschemas
from gcli2api_tui.gemini.schema_references import References
from gcli2api_tui.gemini.types import GenerateRequest

Schema = Mapping[str, object]
Change = Callable[[str, Schema], Schema]
"""(its field, a schema) → the schema to send."""

_FIELDS = ("parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema")
_MOST_COUNTED = 64
"""How much deeper a schema is than this need not be known."""


def levels_of(request: GenerateRequest) -> int:
    """How many schemas stand inside each other at most, leaves and what references mean counted."""
    found = [0]

    def count(field: str, schema: Schema) -> Schema:
        found.append(_Levels(schema).of(schema, _MOST_COUNTED))
        return schema

    changed(request, count)
    return max(found)


def within(request: GenerateRequest, levels: int) -> GenerateRequest:
    """The request with no schema of more levels; what lies deeper is told in words."""
    room = Room()

    def flat(field: str, schema: Schema) -> Schema:
        if _Levels(schema).of(schema, _MOST_COUNTED) <= levels:
            return schema
        return flattened(schema, levels, room) if field.endswith("JsonSchema") else flat_subset(schema, levels)

    return changed(request, flat)


def well_spelled(request: GenerateRequest) -> GenerateRequest:
    """The request with its JSON Schemas as this program writes them."""
    room = Room()
    return changed(request, lambda field, one: converted(one, room) if field.endswith("JsonSchema") else one)


def changed(request: GenerateRequest, change: Change) -> GenerateRequest:
    """The request with every schema changed."""
    new: dict[str, object] = dict(request)
    if isinstance(tools := new.get("tools"), list):
        new["tools"] = [_tool(tool, change) for tool in tools]
    if isinstance(config := new.get("generationConfig"), dict):
        new["generationConfig"] = _held(config, change)
    return cast(GenerateRequest, new) if new != request else request


def _tool(tool: object, change: Change) -> object:
    if not isinstance(tool, dict) or not isinstance(functions := tool.get("functionDeclarations"), list):
        return tool
    return {**tool, "functionDeclarations": [_held(one, change) if isinstance(one, dict) else one for one in functions]}


def _held(holder: dict[str, object], change: Change) -> dict[str, object]:
    new = {field: change(field, one) for field in _FIELDS if isinstance(one := holder.get(field), dict)}
    return {**holder, **new}


class _Levels:
    """Counts the levels of one schema; each schema in it is counted once."""

    def __init__(self, root: Schema) -> None:
        self._references = References(root)
        self._known: dict[int, int] = {}

    def of(self, node: object, left: int) -> int:
        if not isinstance(node, Mapping) or not left:
            return 1
        if id(node) not in self._known:
            self._known[id(node)] = 1  # what leads back here adds nothing
            inside = 1 + max((self.of(one, left - 1) for one in subschemas(node)), default=0)
            meant = self._references.target(node.get("$ref"))
            self._known[id(node)] = max(inside, self.of(meant, left - 1) if meant else 1)
        return self._known[id(node)]
