import pytest

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
