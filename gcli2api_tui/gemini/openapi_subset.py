"""JSON Schema → the subset of OpenAPI 3.0 that Gemini takes in `parameters` and `responseSchema`.

For models and gateways that refuse the JSON Schema fields. Total: any JSON value gives a schema made of accepted
keywords only. What the subset cannot say is said in words or left out; a schema without a type gets the likeliest.
Only keywords change; a property NAMED like one keeps its name.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gcli2api_tui.gemini.schema_keywords import likely_types, outline, strings, type_word, types
from gcli2api_tui.gemini.schema_references import Flattened, References, merged
from gcli2api_tui.gemini.types import FunctionDeclaration, GenerateRequest, Tool
from gcli2api_tui.quick_dataclass import dataclass

MAX_DEPTH = 24
MAX_NODES = 5_000
"""What lies deeper, or comes after so many, ends as a plain type."""
MOST_ADDED = 1_500
"""Nodes that references and alternatives may add to one schema; a node is some 25 characters."""
MOST_ADDED_IN_ALL = 50_000
"""The same for all schemas of one request together."""

_LISTS = ("enum", "required", "propertyOrdering")
"""Counted by their length: alternatives carry them along."""
_COUNTS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_FORMATS = {
    "string": frozenset({"enum", "date-time"}),
    "number": frozenset({"float", "double"}),
    "integer": frozenset({"int32", "int64"}),
}


def in_subset(request: GenerateRequest) -> GenerateRequest:
    """The same request with every JSON Schema in the subset; the given one stays as it is."""
    changed, room = request.copy(), _Room()
    if tools := request.get("tools"):
        changed["tools"] = [_tool(tool, room) for tool in tools]
    config = dict(request.get("generationConfig") or {})
    if (schema := config.pop("responseJsonSchema", None)) is not None:
        changed["generationConfig"] = {**config, "responseSchema": subset(schema, room)}
    return changed


@dataclass(slots=True)
class _Room:
    """Shared by the schemas of one request."""

    left: int = MOST_ADDED_IN_ALL


def _tool(tool: Tool, room: _Room) -> Tool:
    if not (functions := tool.get("functionDeclarations")):
        return tool
    return {**tool, "functionDeclarations": [_declaration(one.copy(), room) for one in functions]}


def _declaration(function: FunctionDeclaration, room: _Room) -> FunctionDeclaration:
    """Without parameters the field is left out: older models refuse an object without properties."""
    schema = function.pop("parametersJsonSchema", None)
    parameters = {} if schema is None else subset(schema, room)
    return {**function, "parameters": parameters} if parameters.get("properties") else function


def subset(schema: object, room: _Room | None = None) -> dict[str, object]:
    """One schema, its references put in place."""
    room = room or _Room()
    size = _nodes(schema)
    walk = _Walk(schema, min(MAX_NODES, size + min(MOST_ADDED, room.left)))
    found = walk.schema(schema, 0, ())
    room.left = max(0, room.left - max(0, walk.made - size))
    return found


def flat_subset(schema: object, levels: int) -> dict[str, object]:
    """The same with no more than so many levels, leaves counted; what a list holds is one more."""
    return _Walk(schema, min(MAX_NODES, _nodes(schema) + MOST_ADDED), max(0, levels - 3)).schema(schema, 0, ())


def _nodes(value: object) -> int:
    """How many values a JSON value is made of, itself counted; up to what one walk may make."""
    found, level = 0, [value]
    while level and found < MAX_NODES:
        found += len(level)
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return found


class _Walk:
    """One pass over one schema; counts what it makes."""

    def __init__(self, root: object, most: int, deepest: int = MAX_DEPTH) -> None:
        self.made = 0
        self._flattened = Flattened(root)
        self._references = References(root)
        self._most = most
        self._deepest = deepest

    def schema(self, node: object, depth: int, path: tuple[str, ...]) -> dict[str, object]:
        """`path` holds the references being unfolded above this node."""
        self.made += 1
        if not isinstance(node, dict):
            return _plain({})
        if self._full:
            return _plain({"type": node.get("type")})
        if depth > self._deepest:
            return self._cut(node)
        self.made += sum(len(node[key]) for key in _LISTS if isinstance(node.get(key), list))
        flat, path = self._flattened.of(node, path)
        base, members, nullable = _alternatives(flat)
        if members is None:
            return self._single(flat, depth, path)
        # Each member carries all that holds for every one: once there is no room, it is not even put together.
        joined = (one if self._full else merged(base, one) for one in members)
        return _either([self.schema(one, depth + 1, path) for one in joined], nullable)

    def _cut(self, node: dict[str, object]) -> dict[str, object]:
        """A plain type, and in words what it holds."""
        kind = next((one for one in likely_types(node) if one != "null"), "string")
        words, said = outline(node, self._references.target), node.get("description")
        told = " ".join(one for one in (said, words if "{" in words else "") if isinstance(one, str) and one)
        return _plain({"type": kind, "description": told} if told else {"type": kind})

    @property
    def _full(self) -> bool:
        return self.made > self._most

    def _single(self, node: dict[str, object], depth: int, path: tuple[str, ...]) -> dict[str, object]:
        result = _plain(node)
        if result["type"] == "object":
            named = node.get("properties")
            properties = {name: self.schema(one, depth + 1, path) for name, one in _items(named)}
            if properties:
                result["properties"] = properties
            for key in ("required", "propertyOrdering"):
                if known := [name for name in strings(node.get(key)) if name in properties]:
                    result[key] = known
        elif result["type"] == "array":
            result["items"] = self.schema(_items_of(node), depth + 1, path)
        return result


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()


def _items_of(array: Mapping[str, object]) -> object:
    """One schema for all elements; a tuple's elements may each be any of its members."""
    for key in ("prefixItems", "items"):
        if isinstance(members := array.get(key), list) and members:
            return {"anyOf": members}
    return array.get("items")


def _alternatives(node: dict[str, object]) -> tuple[dict[str, object], list[dict[str, object]] | None, bool]:
    """(what holds for all, the members or None, whether null is one): from anyOf, oneOf or a list of types."""
    for key in ("anyOf", "oneOf"):
        if isinstance(found := node.get(key), list) and found:
            base = {name: value for name, value in node.items() if name not in ("anyOf", "oneOf")}
            members = [one if isinstance(one, dict) else {} for one in found]
            # null inside a member's own list of types is that member's.
            kept = [one for one in members if not _is_null(one)]
            return base, kept, len(kept) < len(members) or node.get("nullable") is True
    if isinstance(told := node.get("type"), list):
        base = {name: value for name, value in node.items() if name != "type"}
        words = [type_word(name) for name in strings(told)]
        return base, [{"type": name} for name in words if name != "null"], "null" in words or len(words) < len(told)
    return node, None, False


def _is_null(node: Mapping[str, object]) -> bool:
    return types(node.get("type")) in ("null", ["null"]) or ("const" in node and node["const"] is None)


def _either(branches: list[dict[str, Any]], nullable: bool) -> dict[str, object]:
    """One schema for all branches. Beside anyOf nothing may stand, so every branch carries what holds for all."""
    single = [one for branch in branches for one in branch.get("anyOf") or (branch,)]
    kept = [one for one in single if one["type"] != "null"]
    nullable = nullable or len(kept) < len(single)
    if nullable:
        kept = [{**one, "nullable": True} for one in kept]
    different = list({json.dumps(one, sort_keys=True): one for one in kept}.values())
    if not different:
        return {"type": "null"} if nullable else _plain({})
    return different[0] if len(different) == 1 else {"anyOf": different}


def _plain(node: Mapping[str, object]) -> dict[str, object]:
    """All but what is inside: type, words, bounds, values."""
    kind = _type(node)
    result: dict[str, object] = {"type": kind}
    for key in ("title", "description", "pattern"):
        if isinstance(node.get(key), str) and (key != "pattern" or kind == "string"):
            result[key] = node[key]
    result |= {key: node[key] for key in ("default", "example") if node.get(key) is not None}
    if node.get("nullable") is True:
        result["nullable"] = True
    if isinstance(form := node.get("format"), str) and form in _FORMATS.get(kind, ()):
        result["format"] = form
    for key in _COUNTS.get(kind, ()):
        if isinstance(count := node.get(key), int) and not isinstance(count, bool) and 0 <= count < 2**63:
            result[key] = count
    if kind in ("number", "integer"):
        result |= _bounds(node, kind)
    if kind == "array":
        result["items"] = {"type": "string"}
    return _with_values(result, node, kind)


def _type(node: Mapping[str, object]) -> str:
    """What tells nothing is taken for text."""
    if type_word(node.get("type")) == "null":
        return "null"
    return next((kind for kind in likely_types(node) if kind != "null"), "string")


def _bounds(node: Mapping[str, object], kind: str) -> dict[str, object]:
    """exclusiveMinimum 0 is minimum 1 for whole numbers, and minimum 0 for others, which is the nearest there is."""
    step = 1 if kind == "integer" else 0
    lows = [_number(node.get("minimum")), _number(node.get("exclusiveMinimum"), step)]
    highs = [_number(node.get("maximum")), _number(node.get("exclusiveMaximum"), -step)]
    low = max((one for one in lows if one is not None), default=None)
    high = min((one for one in highs if one is not None), default=None)
    return {key: bound for key, bound in (("minimum", low), ("maximum", high)) if bound is not None}


def _number(value: object, step: int = 0) -> float | int | None:
    """A number that a double can hold; in draft 4 the exclusive ones are booleans, which say nothing here."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        return None
    return value + step if float(value).is_integer() else value


def _values(node: Mapping[str, object]) -> list[object]:
    if isinstance(values := node.get("enum"), list):
        return values
    return [node["const"]] if "const" in node else []


def _with_values(result: dict[str, object], node: Mapping[str, object], kind: str) -> dict[str, object]:
    """enum takes only strings, and no empty one; other values are said in words."""
    values = _values(node)
    if any(value is None for value in values):
        result["nullable"] = True
    listed = [value for value in values if value is not None]
    if kind == "string" and listed and all(isinstance(value, str) and value for value in listed):
        result["enum"] = list(dict.fromkeys(listed))
    elif listed:
        words = f"One of: {', '.join(json.dumps(value, ensure_ascii=False) for value in listed)}."
        result["description"] = f"{result['description']} {words}" if result.get("description") else words
    return result
