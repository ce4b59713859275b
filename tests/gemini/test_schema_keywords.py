from typing import Any

import pytest

from gcli2api_tui.gemini.schema_keywords import LONGEST, Unusual, Walk, likely_types, outline, strings, subschemas
from gcli2api_tui.gemini.schema_references import References


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({"type": "Dict"}, ["object"]),
        ({"type": ["str", "none"]}, ["string", "null"]),
        ({"enum": [1, "a", None, True]}, ["integer", "string", "null", "boolean"]),
        ({"const": 1.5}, ["number"]),
        ({"anyOf": [{"type": "int"}, {"type": "null"}]}, ["integer", "null"]),
        ({"anyOf": [{"type": "int"}, {}], "minItems": 1}, ["array"]),
        ({"oneOf": [{}, "string"]}, []),
        ({"enum": []}, []),
        ({"properties": {}}, ["object"]),
        ({"maximum": 4}, ["number"]),
        ({"description": "d"}, []),
    ],
)
def test_the_likely_types(schema: Any, kinds: list[str]) -> None:
    assert likely_types(schema) == kinds


def test_schemas_stand_where_keywords_say() -> None:
    schema = {"properties": {"a": 1}, "anyOf": [2], "items": [3], "not": 4, "const": {"not": 5}, "allOf": {"not": 6}}
    assert list(subschemas(schema)) == [1, 2, 3, 4]


STRING = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (STRING, ""),
        ({"type": "object"}, ""),
        ({"properties": {"id": STRING, "n": {"type": ["int", "null"]}}}, "Shape: {id: string, n: integer|null}."),
        ({"type": "array", "items": {"properties": {"a": {}}}}, "Shape: {a: any}[]."),
        ({"anyOf": [STRING, {"$ref": "#/$defs/d"}]}, "Shape: string|boolean."),
        ({"properties": {"a": {"properties": {"b": {"properties": {"c": STRING}}}}}}, "Shape: {a: {b: {…}}}."),
    ],
)
def test_what_is_inside_in_a_line(schema: Any, words: str) -> None:
    assert outline(schema, References({"$defs": {"d": {"type": "bool"}}}).target) == words


def test_a_line_is_short_and_a_circle_ends() -> None:
    wide = {"properties": {f"property{n}" * 5: {"properties": {"x" * 40: STRING}} for n in range(50)}}
    assert len(outline(wide, lambda reference: None)) <= LONGEST + len("Shape: .")
    circle: dict[str, Any] = {"properties": {"next": {"$ref": "#"}}}
    assert outline(circle, References(circle).target) == "Shape: {next: {…}}."


def test_strings_of_anything() -> None:
    assert strings(["a", 1, None, "b"]) == ["a", "b"]
    assert strings("ab") == strings(None) == []


def test_a_pass_changes_keywords_and_leaves_the_rest_to_others() -> None:
    walk = Walk(3)
    schema = {
        "type": "dict",
        "strict": True,
        "properties": {"a": {"type": ["str", "none"], "title": "A"}, "strict": "int"},
    }
    assert walk.schema(schema, 1) == {
        "type": "object",
        "properties": {"a": {"type": ["string", "null"], "title": "A"}, "strict": {"type": "integer"}},
    }
    for unusual in ({"properties": {"a": {"$ref": "#"}}}, {"items": {"items": {"type": "string"}}}):
        with pytest.raises(Unusual):
            walk.schema(unusual, 1)
