import json
from pathlib import Path

import pytest
from any_schema import JSON, SCHEMA
from hypothesis import given, settings

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.schema import MAX_DEPTH, MOST_ADDED, Room, inlined


def test_keywords_go_but_properties_named_like_them_stay():
    schema = {
        "$schema": "x",
        "$id": "y",
        "strict": True,
        "properties": {"title": {"type": "string", "$id": "z"}, "strict": {}, "$ref": {"type": "string"}, "$defs": {}},
        "default": {"$id": "data"},
    }
    assert inlined(schema, "p") == {
        "properties": {"title": {"type": "string"}, "strict": {}, "$ref": {"type": "string"}, "$defs": {}},
        "default": {"$id": "data"},
    }


def test_references_are_put_in_place():
    schema = {
        "$defs": {"a/b": {"type": "string", "description": "old"}},
        "items": {"$ref": "#/$defs/a~1b", "description": "new"},
        "anyOf": [{"$ref": "#/nowhere"}, {"$ref": "http://elsewhere/x", "type": "null"}],
    }
    assert inlined(schema, "p") == {
        "items": {"type": "string", "description": "new"},
        "anyOf": [{}, {"type": "null"}],
    }


def test_recursion_ends_as_a_plain_type():
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}}
    inner = inlined(tree, "p")["properties"]["children"]["items"]["properties"]["children"]["items"]
    assert inner == {"type": "object"}


def doubling(steps):
    defs = {
        f"d{n}": {"properties": {"a": {"$ref": f"#/$defs/d{n + 1}"}, "b": {"$ref": f"#/$defs/d{n + 1}"}}}
        for n in range(steps)
    }
    return {"$defs": defs, "type": "object", "properties": {"x": {"$ref": "#/$defs/d0"}, "y": {"type": "string"}}}


def test_a_schema_that_doubles_with_each_step_ends_in_plain_types():
    found = inlined(doubling(40), "tools.[0]")
    assert found["properties"]["y"] == {"type": "string"}
    assert found["properties"]["x"]["properties"].keys() == {"a", "b"}
    assert len(json.dumps(found)) < 2 * len(json.dumps(doubling(40))) + MOST_ADDED


def test_all_schemas_of_a_request_share_one_room():
    room = Room(left=30_000)
    sizes = [len(json.dumps(inlined(doubling(8), "p", room))) for _ in range(50)]
    assert sizes[0] > sizes[-1] and max(sizes[20:]) <= 2 * len(json.dumps(doubling(8)))


def test_references_without_room_still_say_what_they_are():
    colours = {"type": "string", "enum": ["c" * 90 + str(n) for n in range(30)]}
    schema = {"$defs": {"c": colours, "u": {"anyOf": [{}, colours]}}, "properties": {}}
    schema["properties"] = {f"p{n}": {"$ref": "#/$defs/c", "title": "t"} for n in range(60)}
    schema["properties"]["u"] = {"$ref": "#/$defs/u"}
    found = inlined(schema, "p", Room(left=0))["properties"]
    assert found["p0"] == {"type": "string", "title": "t"} and found["u"] == {} and len(found) == 61


def test_a_schema_that_is_too_deep_by_itself_is_refused():
    schema = {}
    for _ in range(MAX_DEPTH):
        schema = {"items": schema}
    with pytest.raises(ClientFault) as caught:
        inlined({"items": schema}, "tools.[0]")
    assert caught.value.param == "tools.[0]"


GONE = {"$schema", "$id", "$anchor", "$comment", "$defs", "definitions", "$ref", "strict"}
MAPS = {"properties", "patternProperties", "dependentSchemas"}
DATA = {"enum", "const", "default", "example", "examples", "required", "type", "description", "title"}


def left(node, *, names=False):
    """Keywords that may not be there any more, wherever a keyword can stand; `names`: the keys are properties."""
    if isinstance(node, list):
        return [found for one in node for found in left(one)]
    if not isinstance(node, dict):
        return []
    here = [] if names else sorted(GONE & node.keys())
    inner = (left(value, names=not names and key in MAPS) for key, value in node.items() if names or key not in DATA)
    return here + [found for one in inner for found in one]


@settings(max_examples=250, deadline=None)
@given((JSON | SCHEMA).filter(lambda schema: isinstance(schema, dict)))
def test_any_schema_loses_its_references_or_is_refused_by_name(schema):
    before = json.dumps(schema)
    try:
        found = inlined(schema, "p")
    except ClientFault as fault:
        assert fault.param == "p"
    else:
        assert left(found) == []
        if "$ref" not in schema and isinstance(schema.get("properties"), dict):
            assert found["properties"].keys() == schema["properties"].keys()
    assert json.dumps(schema) == before


CASES = sorted((Path(__file__).parent.parent / "cases" / "media-and-schemas").glob("unfold-*.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_schema_in_circles_stays_small_and_keeps_its_arguments(case):
    (tool,) = json.loads(case.read_text())["request"]["tools"]
    schema = tool.get("input_schema") or tool["function"]["parameters"]
    found = inlined(schema, "p")
    assert len(json.dumps(found, separators=(",", ":"))) <= 40_000
    assert found["properties"].keys() == schema["properties"].keys() and found["properties"]["b"]["type"] == "string"
