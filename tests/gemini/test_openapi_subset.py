import json
from typing import Any

import pytest
from any_schema import JSON, SCHEMA
from examples import examples
from hypothesis import given, settings

from gcli2api_tui.gemini.openapi_subset import in_subset, subset
from gcli2api_tui.simulator.schema_rules import check_schema

STRING = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"const": "a"}, {"type": "string", "enum": ["a"]}),
        ({"const": 3}, {"type": "integer", "description": "One of: 3."}),
        ({"enum": ["a", None]}, {"type": "string", "enum": ["a"], "nullable": True}),
        ({"enum": ["", "a"]}, {"type": "string", "description": 'One of: "", "a".'}),
        ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}),
        ({"type": "number", "exclusiveMaximum": 1, "maximum": 5}, {"type": "number", "maximum": 1}),
        ({"type": "number", "exclusiveMinimum": True, "minimum": 2}, {"type": "number", "minimum": 2}),
        ({"type": ["string", "null"], "description": "d"}, {"type": "string", "description": "d", "nullable": True}),
        ({"anyOf": [STRING, {"type": "null"}]}, {"type": "string", "nullable": True}),
        ({"oneOf": [STRING, {"type": "boolean"}]}, {"anyOf": [STRING, {"type": "boolean"}]}),
        (
            {"type": ["string", "integer", "null"]},
            {"anyOf": [{"type": "string", "nullable": True}, {"type": "integer", "nullable": True}]},
        ),
        ({"type": "string", "format": "uri", "uniqueItems": True}, STRING),
        ({"type": "STRING", "format": "date-time"}, {"type": "string", "format": "date-time"}),
        ({"type": "array"}, {"type": "array", "items": STRING}),
        ({"prefixItems": [STRING, {"type": "null"}]}, {"type": "array", "items": {**STRING, "nullable": True}}),
        ({"type": "object", "required": ["gone"], "additionalProperties": False}, {"type": "object"}),
        (True, STRING),
        ({"type": "null"}, {"type": "null"}),
    ],
)
def test_keywords(schema: Any, expected: Any) -> None:
    assert subset(schema) == expected


def test_a_property_named_like_a_keyword_survives() -> None:
    names = ("title", "const", "$ref", "anyOf", "type", "allOf", "properties", "enum")
    schema = {"type": "object", "properties": {name: {"$id": "x", **STRING} for name in names}, "required": names}
    found = subset(json.loads(json.dumps(schema)))
    assert found == {"type": "object", "properties": dict.fromkeys(names, STRING), "required": list(names)}


def test_all_of_holds_together() -> None:
    schema = {
        "$defs": {"named": {"properties": {"name": STRING, "age": {"minimum": 0}}, "required": ["name"]}},
        "description": "outer",
        "allOf": [
            {"$ref": "#/$defs/named", "description": "inner"},
            {"properties": {"age": {"type": "integer"}}, "required": ["age"]},
        ],
    }
    assert subset(schema) == {
        "type": "object",
        "description": "outer",
        "properties": {"name": STRING, "age": {"type": "integer", "minimum": 0}},
        "required": ["name", "age"],
    }


def test_beside_any_of_nothing_stands() -> None:
    schema = {"description": "d", "required": ["a"], "anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}
    assert subset(schema) == {
        "anyOf": [
            {"type": "object", "description": "d", "properties": {"a": STRING}, "required": ["a"]},
            {"type": "object", "description": "d", "properties": {"b": STRING}},
        ]
    }


def test_a_reference_into_itself_ends_as_a_plain_type() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#"}, "also": {"allOf": [{"$ref": "#"}]}}}
    inner = subset(tree)["properties"]
    assert inner["next"]["properties"] == {"next": {"type": "object"}, "also": {"type": "object"}}
    assert subset({"$ref": "#"}) == {"type": "object"}


def test_what_doubles_with_each_step_has_an_end() -> None:
    steps = {f"d{n}": {"properties": {name: {"$ref": f"#/$defs/d{n + 1}"} for name in "ab"}} for n in range(40)}
    assert len(json.dumps(subset({"$defs": steps, "$ref": "#/$defs/d0"}))) < 2_000_000


def test_a_request_is_changed_wherever_it_holds_a_schema() -> None:
    with_input = {"name": "f", "parametersJsonSchema": {"properties": {"a": {"const": "x"}}}}
    without = {"name": "g", "parametersJsonSchema": {"type": "object", "properties": {}}}
    search: dict[str, Any] = {"googleSearch": {}}
    request: Any = {
        "contents": [],
        "tools": [{"functionDeclarations": [with_input, without]}, search],
        "generationConfig": {"seed": 1, "responseJsonSchema": {"const": "y"}},
    }
    before = json.dumps(request)
    parameters = {"type": "object", "properties": {"a": {"type": "string", "enum": ["x"]}}}
    assert in_subset(request) == {
        "contents": [],
        "tools": [{"functionDeclarations": [{"name": "f", "parameters": parameters}, {"name": "g"}]}, search],
        "generationConfig": {"seed": 1, "responseSchema": {"type": "string", "enum": ["y"]}},
    }
    assert json.dumps(request) == before
    assert in_subset({"contents": []}) == {"contents": []}


@settings(max_examples=examples(250), deadline=None)
@given(JSON | SCHEMA)
def test_any_schema_becomes_one_that_google_takes(schema: Any) -> None:
    before = json.dumps(schema)
    found = subset(schema)
    check_schema(found, "parameters")
    assert found["anyOf"] if "type" not in found else set(found)
    assert json.dumps(schema) == before, "the client's own schema was changed"
    assert subset(found) == found, "a schema in the subset is left as it is"
