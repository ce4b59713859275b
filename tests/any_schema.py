"""Schemas for properties: any JSON made of a schema's words, and schemas sensible enough to reach the depths."""

from typing import Any

from hypothesis import strategies as st

TYPES = ("string", "number", "integer", "boolean", "array", "object", "null", "NULL", "any")
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([*TYPES, "a", "", "#", "#/$defs/a", "#/properties/a", "date-time", "uri"])
)
WORDS = """
    type format title description nullable enum items minItems maxItems properties required minProperties
    minimum maximum minLength pattern example anyOf propertyOrdering default $schema $id $ref $defs
    definitions additionalProperties oneOf allOf not const exclusiveMinimum exclusiveMaximum patternProperties
    if prefixItems uniqueItems multipleOf strict a
""".split()  # noqa: SIM905 - a table, not code
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=20,
)


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.dictionaries(st.sampled_from(["a", "title", "$ref"]), inner, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), max_size=3),
            "properties": names,
            "$defs": names,
            "items": inner,
            "anyOf": st.lists(inner, max_size=3),
            "oneOf": st.lists(inner, max_size=2),
            "allOf": st.lists(inner, max_size=3),
            "$ref": st.sampled_from(["#", "#/$defs/a", "#/properties/a", "#/anyOf/0", "#/gone"]),
            "required": st.lists(st.sampled_from(["a", "title", "b"]), max_size=3),
            "enum": st.lists(SCALAR, max_size=3),
            "const": SCALAR,
            "exclusiveMinimum": SCALAR,
            "minItems": SCALAR,
            "description": st.just("d"),
        },
    )


SCHEMA = st.recursive(schemas(st.just({})), schemas, max_leaves=6)
