import json

import pytest
from any_schema import JSON, SCHEMA
from hypothesis import given, settings

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.schema import inlined


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


def test_a_schema_that_doubles_with_each_step_is_refused():
    defs = {
        f"d{n}": {"properties": {"a": {"$ref": f"#/$defs/d{n + 1}"}, "b": {"$ref": f"#/$defs/d{n + 1}"}}}
        for n in range(40)
    }
    with pytest.raises(ClientFault) as caught:
        inlined({"$defs": defs, "$ref": "#/$defs/d0"}, "tools.[0]")
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
