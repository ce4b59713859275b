import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from any_schema import JSON, SCHEMA
from examples import examples
from hypothesis import given, settings

from gcli2api_tui.gemini.json_schema import DEEPEST, MOST_ADDED, Room, converted, flattened
from gcli2api_tui.gemini.schema_keywords import subschemas
from gcli2api_tui.simulator.schema_rules import check_json_schema

STRING = {"type": "string"}


def test_keywords_go_but_properties_named_like_them_stay() -> None:
    schema = {
        "$schema": "x",
        "$id": "y",
        "strict": True,
        "properties": {"title": {**STRING, "$id": "z"}, "strict": {}, "$ref": STRING, "$defs": {}},
        "default": {"$id": "data"},
        "dependentRequired": {"strict": ["title"], "$id": ["strict"]},
        "dependencies": {"strict": ["title"], "$id": {"$id": "z", "type": "str"}},
    }
    assert converted(schema) == {
        "properties": {"title": STRING, "strict": {}, "$ref": STRING, "$defs": {}},
        "default": {"$id": "data"},
        "dependentRequired": {"strict": ["title"], "$id": ["strict"]},
        "dependencies": {"strict": ["title"], "$id": STRING},
    }


def test_references_are_put_in_place() -> None:
    schema = {
        "$defs": {"a/b": {**STRING, "description": "old"}},
        "items": {"$ref": "#/$defs/a~1b", "description": "new"},
        "anyOf": [{"$ref": "#/nowhere"}, {"$ref": "http://elsewhere/x", "type": "null"}],
    }
    assert converted(schema) == {
        "items": {**STRING, "description": "new"},
        "anyOf": [{}, {"type": "null"}],
    }


def test_what_stands_beside_a_reference_holds_too() -> None:
    named = {"type": "object", "properties": {"x": STRING, "z": STRING}, "required": ["x"]}
    beside = {"$ref": "#/$defs/n", "properties": {"y": STRING, "z": {"minLength": 1}}, "required": ["y"], "title": "t"}
    assert converted({"$defs": {"n": named}, "properties": {"a": beside}}) == {
        "properties": {
            "a": {
                "type": "object",
                "properties": {"x": STRING, "z": {"allOf": [STRING, {"minLength": 1}]}, "y": STRING},
                "required": ["x", "y"],
                "title": "t",
            }
        }
    }


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("double", "number"),
        ("Int", "integer"),
        ("int64", "integer"),
        ("bool", "boolean"),
        ("list", "array"),
        ("dict", "object"),
        ("str", "string"),
        ("STRING", "string"),
        ("None", "null"),
        (["str", "none"], ["string", "null"]),
        (["int", "integer"], ["integer"]),
        ("any", None),
        ("made-up", None),
        (["made-up", "null"], None),
        (5, None),
    ],
)
def test_words_for_types_are_those_of_json_schema_wherever_they_stand(word: Any, kind: Any) -> None:
    wanted = {} if kind is None else {"type": kind}
    written = {"type": word, "enum": ["double"], "default": {"type": "double"}}
    places = {"items": written, "anyOf": [written], "properties": {"type": written}, "additionalProperties": written}
    kept = {**wanted, "enum": ["double"], "default": {"type": "double"}}
    assert converted({"$defs": {"a": written}, **places, "not": {"$ref": "#/$defs/a"}}) == {
        "items": kept,
        "anyOf": [kept],
        "properties": {"type": kept},
        "additionalProperties": kept,
        "not": kept,
    }


def test_what_is_malformed_is_left_out_and_what_people_shorten_is_understood() -> None:
    schema = {
        "properties": {"a": "string", "b": True, "c": 7, "d": {"items": [STRING]}, "e": {"required": True}},
        "required": "a",
        "anyOf": [],
        "oneOf": {},
        "items": False,
        "additionalProperties": False,
        "patternProperties": [],
    }
    assert converted(schema) == {
        "properties": {"a": STRING, "b": {}, "c": {}, "d": {"prefixItems": [STRING]}, "e": {}},
        "additionalProperties": False,
    }


def test_recursion_ends_as_a_plain_type() -> None:
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}}
    found: Any = converted(tree)
    inner = found["properties"]["children"]["items"]["properties"]["children"]["items"]
    assert inner == {"type": "object"}


def doubling(steps: int) -> dict[str, Any]:
    defs = {
        f"d{n}": {"properties": {"a": {"$ref": f"#/$defs/d{n + 1}"}, "b": {"$ref": f"#/$defs/d{n + 1}"}}}
        for n in range(steps)
    }
    return {"$defs": defs, "type": "object", "properties": {"x": {"$ref": "#/$defs/d0"}, "y": STRING}}


def test_references_stay_where_they_would_make_much_of_it() -> None:
    """And go into `$defs` under names of their own, without anything beside them, and without circles."""
    large = {"type": "object", "properties": {f"c{n}": STRING for n in range(40)} | {"back": {"$ref": "#/$defs/N"}}}
    uses = {f"p{n}": {"$ref": "#/$defs/N", "description": str(n)} for n in range(30)}
    other = {"q": {"$ref": "#/properties/p0"}, "r": {"$ref": "#/$defs/x~1N"}, "s": {"$ref": "#/gone"}}
    found: Any = converted({"$defs": {"N": large, "x/N": STRING}, "properties": uses | other})
    assert found["properties"]["p3"] == {"description": "3", "anyOf": [{"$ref": "#/$defs/N"}]}
    assert found["properties"]["q"] == {"$ref": "#/$defs/p0"} and found["properties"]["s"] == {}
    assert found["$defs"]["N"]["properties"]["back"] == {"type": "object"}
    assert found["properties"]["r"] == {"$ref": "#/$defs/x1N"} and found["$defs"]["x1N"] == STRING
    assert found["$defs"]["p0"] == {"description": "0", "anyOf": [{"$ref": "#/$defs/N"}]}


def test_a_schema_that_doubles_with_each_step_stays_as_large_as_it_was() -> None:
    found: Any = converted(doubling(20))
    assert found["properties"] == {"x": {"$ref": "#/$defs/d0"}, "y": STRING}
    assert len(found["$defs"]) == 20
    deep: Any = converted(doubling(40))
    assert deep["properties"]["y"] == STRING and deep["properties"]["x"]["properties"].keys() == {"a", "b"}
    assert len(json.dumps(deep)) < 2 * len(json.dumps(doubling(40))) + MOST_ADDED


def test_all_schemas_of_a_request_share_one_room() -> None:
    room = Room(left=10_000)
    sizes = [len(json.dumps(converted(doubling(6), room))) for _ in range(20)]
    assert sizes[0] > sizes[-1] and max(sizes[10:]) <= 2 * len(json.dumps(doubling(6)))


def chain(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = STRING
    for _ in range(levels - 1):
        schema = {"type": "object", "properties": {"p": schema, "q": STRING}, "required": ["p"]}
    return schema


def test_a_cut_says_what_it_took_away_and_keeps_the_type() -> None:
    inner = {"type": "array", "items": {"properties": {"id": {"type": "int"}, "more": chain(3)}}, "description": "All."}
    schema = {"properties": {"a": {"properties": {"b": inner, "c": {"anyOf": [chain(2), {"type": "null"}]}}}}}
    assert flattened(schema, 3) == {
        "properties": {
            "a": {
                "properties": {
                    "b": {"type": "array", "description": "All. Shape: {id: integer, more: {…}}[]."},
                    "c": {"type": ["object", "null"], "description": "Shape: {p: string, q: string}|null."},
                }
            }
        }
    }


@pytest.mark.parametrize("levels", [1, 2, 5, 20])
def test_a_flat_schema_has_no_more_levels_and_what_is_flat_stays(levels: int) -> None:
    deep = {"$defs": {"d": chain(25)}, "properties": {"x": {"$ref": "#/$defs/d"}, "y": chain(3)}}
    found = flattened(deep, levels)
    assert depth(found) <= levels and flattened(found, levels) == found
    assert flattened(chain(levels), levels) == chain(levels)


def depth(schema: Any, root: Any = None) -> int:
    """Schemas inside schemas, by a count of its own."""
    root = schema if root is None else root
    if not isinstance(schema, dict):
        return 1
    inner = [*schema.get("properties", {}).values(), *schema.get("patternProperties", {}).values()]
    inner += schema.get("dependentSchemas", {}).values()
    inner += [one for key in ("anyOf", "oneOf", "allOf", "prefixItems") for one in schema.get(key, ())]
    ones = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
    inner += [schema[key] for key in ones if isinstance(schema.get(key), dict)]
    return 1 + max((depth(one, root) for one in inner), default=0)


def references(schema: Any) -> Iterator[Any]:
    """All schemas with the keyword $ref."""
    if "$ref" in schema:
        yield schema
    for inner in (*subschemas(schema), *schema.get("$defs", {}).values()):
        if isinstance(inner, dict):
            yield from references(inner)


@settings(max_examples=examples(150), deadline=None)
@given((JSON | SCHEMA).filter(lambda schema: isinstance(schema, dict)))
def test_any_schema_arrives_as_one_that_google_takes(schema: Any) -> None:
    before = json.dumps(schema)
    found = converted(schema)
    assert json.dumps(schema) == before, "the client's own schema was changed"
    check_json_schema(found)
    assert depth(found) <= DEEPEST
    assert all(list(one) == ["$ref"] and one["$ref"].startswith("#/$defs/") for one in references(found))
    assert len(json.dumps(found)) <= 2 * len(before) + MOST_ADDED
    again = converted(found)
    assert again == found or "$defs" in found
    if "$ref" not in schema and isinstance(schema.get("properties"), dict):
        assert found["properties"].keys() == schema["properties"].keys()


@settings(max_examples=examples(60), deadline=None)
@given((JSON | SCHEMA).filter(lambda schema: isinstance(schema, dict)))
def test_any_schema_can_be_made_flat(schema: Any) -> None:
    for levels in (2, 5):
        found = flattened(converted(schema), levels)
        check_json_schema(found)
        assert depth(found) <= levels and not list(references(found))
        assert flattened(found, levels) == found
        if "$ref" not in schema and isinstance(schema.get("properties"), dict):
            assert found["properties"].keys() == schema["properties"].keys()


CASES = sorted((Path(__file__).parent.parent / "cases" / "media-and-schemas").glob("unfold-*.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_schema_in_circles_stays_small_and_keeps_its_arguments(case: Path) -> None:
    (tool,) = json.loads(case.read_text())["request"]["tools"]
    schema = tool.get("input_schema") or tool["function"]["parameters"]
    for found in (converted(schema), flattened(schema, 12)):
        assert len(json.dumps(found, separators=(",", ":"))) <= 40_000
        properties: Any = found["properties"]
        assert properties.keys() == schema["properties"].keys() and properties["b"]["type"] == "string"
