"""The keywords of a JSON Schema: each as Google takes it, its words for types, and a schema in a line of words.

Which keywords hold schemas, which hold data that must not be touched, what a type word means, and the pass over a
schema that puts them right. Any JSON value is a schema here: what is none holds nothing. What a cut takes away is told
to the model as `Shape: {id: string, tags: string[], more: {…}}.`, within a bound.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
"""Their values are objects of schemas by name."""
LISTS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
ONES = frozenset(
    """
    items additionalItems unevaluatedItems contains additionalProperties unevaluatedProperties propertyNames
    not if then else contentSchema
    """.split()  # noqa: SIM905 - a list of words
)
NO_SCHEMAS = frozenset({"additionalProperties", "unevaluatedProperties", "additionalItems", "unevaluatedItems"})
"""Here `true` and `false` are what people write, and say much."""
NESTING = MAPS | LISTS | ONES | {"dependencies"}
"""All that hold schemas."""
DEFINITIONS = ("$defs", "definitions")
DROPPED = frozenset(
    """
    $schema $id $anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef $vocabulary $comment $defs
    definitions $ref strict
    """.split()  # noqa: SIM905 - a list of words
)
"""Mean nothing to Google, or are put in place."""
_WORDS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "string": "string str text char varchar uuid date datetime timestamp url uri email",
        "number": "number double float float32 float64 decimal numeric real",
        "integer": "integer int long short bigint int8 int16 int32 int64 uint uint8 uint16 uint32 uint64",
        "boolean": "boolean bool",
        "array": "array list tuple set sequence",
        "object": "object dict dictionary map mapping record struct",
        "null": "null none nil undefined void nonetype",
    }.items()
    for word in words.split()
}
_OF_VALUE = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
_HINTS = {
    "object": frozenset({"properties", "required", "additionalProperties", "patternProperties", "minProperties"}),
    "array": frozenset({"items", "prefixItems", "minItems", "maxItems", "uniqueItems"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
}
"""What a schema without a type must be about."""
LONGEST = 300
_DEPTH = 2
_MOST_NAMES = 10
Path = tuple[int, ...]
Look = Callable[[object], Mapping[str, object] | None]
"""A reference → the schema that it means."""


class Unusual(Exception):
    """There is a reference in the schema, or it has more levels than may be."""


class Walk:
    """One pass over one schema, as nearly all are written; who inherits from it knows what to do with the others."""

    def __init__(self, levels: int) -> None:
        self._levels = levels

    def schema(self, node: object, level: int, path: Path = ()) -> dict[str, object]:
        """One of it. Raises Unusual. `path` holds the ids of what is being unfolded above this node."""
        if not isinstance(node, dict):
            # People write the type alone in place of a schema that has one.
            return {"type": kind} if (kind := type_word(node)) else {}
        if "$ref" in node and isinstance(node["$ref"], str):
            return self._referred(node["$ref"], {key: node[key] for key in node if key != "$ref"}, level, path)
        return self._leaf(node) if level >= self._levels else self._keywords(node, level, path)

    def _referred(self, reference: str, beside: dict[str, object], level: int, path: Path) -> dict[str, object]:
        raise Unusual

    def _leaf(self, node: Mapping[str, object]) -> dict[str, object]:
        raise Unusual

    def _keywords(self, node: Mapping[str, object], level: int, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in node.items():
            if key not in DROPPED:
                if key in NESTING:
                    self._nested(found, key, value, level + 1, path)
                else:
                    add_data(found, key, value)
        return found

    def _nested(self, found: dict[str, object], key: str, value: object, level: int, path: Path) -> None:
        if key in MAPS:
            if isinstance(value, dict):
                found[key] = {name: self.schema(one, level, path) for name, one in value.items()}
        elif key in LISTS:
            if isinstance(value, list) and value:
                found[key] = [self.schema(one, level, path) for one in value]
        elif key in ONES:
            self._one(found, key, value, level, path)
        else:  # dependencies, until 2019: lists of names, or schemas
            named = value.items() if isinstance(value, dict) else ()
            found[key] = {name: one if isinstance(one, list) else self.schema(one, level, path) for name, one in named}

    def _one(self, found: dict[str, object], key: str, value: object, level: int, path: Path) -> None:
        if isinstance(value, list):  # until 2019 the items of a tuple
            if key == "items" and value:
                found["prefixItems"] = [self.schema(one, level, path) for one in value]
        elif isinstance(value, bool):
            if key in NO_SCHEMAS:
                found[key] = value
            elif value:
                found[key] = {}
        else:
            found[key] = self.schema(value, level, path)


def add_data(found: dict[str, object], key: str, value: object) -> None:
    """What holds no schemas; a type or a list of names that says nothing is left out."""
    if key == "type":
        value = types(value)
    elif key == "required":
        value = strings(value) or None
    if value is not None or key not in ("type", "required"):
        found[key] = value


def strings(value: object) -> list[str]:
    """The strings of a list; nothing of anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def type_word(word: object) -> str:
    """JSON Schema's word for a type; empty for one that nobody knows, and for `any`."""
    return _WORDS.get(word.strip().lower(), "") if isinstance(word, str) else ""


def types(value: object) -> str | list[str] | None:
    """The value of `type` in JSON Schema's words; None where it says nothing."""
    if isinstance(value, list):
        known = list(dict.fromkeys(filter(None, map(type_word, value))))
        return known if len(known) == len(value) or known not in ([], ["null"]) else None
    return type_word(value) or None


def likely_types(node: Mapping[str, object]) -> list[str]:
    """The types that a schema allows, from its type, its values, its alternatives or its keywords; none: any."""
    if told := types(node.get("type")):
        return told if isinstance(told, list) else [told]
    values = node["enum"] if isinstance(node.get("enum"), list) else [node["const"]] if "const" in node else []
    if isinstance(values, list) and values:
        return list(dict.fromkeys(_OF_VALUE.get(type(one), "null") for one in values))
    for key in ("anyOf", "oneOf"):
        if isinstance(members := node.get(key), list) and members:
            known = [likely_types(one) if isinstance(one, Mapping) else [] for one in members]
            if all(known):
                return list(dict.fromkeys(kind for kinds in known for kind in kinds))
    return next(([kind] for kind, hints in _HINTS.items() if not hints.isdisjoint(node)), [])


def subschemas(node: Mapping[str, object]) -> Iterator[object]:
    """The schemas that stand directly in this one, without those it refers to or defines."""
    for key, value in node.items():
        if key in MAPS and isinstance(value, dict):
            yield from value.values()
        elif key in LISTS and isinstance(value, list):
            yield from value
        elif key in ONES:
            yield from value if isinstance(value, list) else (value,)
        elif key == "dependencies" and isinstance(value, dict):
            yield from (one for one in value.values() if not isinstance(one, list))


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


def _either(members: Sequence[object], target: Look, depth: int) -> str:
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
