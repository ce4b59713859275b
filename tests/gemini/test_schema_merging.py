from gcli2api_tui.gemini.schema_merging import Flattened, merged, strings

STRING, COUNT = {"type": "string"}, {"type": "integer"}


def test_both_hold() -> None:
    base = {"type": "object", "title": "a", "properties": {"x": STRING, "y": STRING}, "required": ["x"]}
    more = {"title": "b", "properties": {"y": {"minLength": 1}}, "required": ["y", "x", 3]}
    assert merged(base, more) == {
        "type": "object",
        "title": "b",
        "properties": {"x": STRING, "y": {"allOf": [STRING, {"minLength": 1}]}},
        "required": ["x", "y"],
    }
    assert merged({"allOf": [STRING]}, {"allOf": [COUNT]}) == {"allOf": [STRING, COUNT]}


def test_references_in_a_row_and_inside_all_of() -> None:
    root = {
        "$defs": {"a": {"$ref": "#/$defs/b", "title": "a"}, "b": {"title": "b", "allOf": [STRING, {"minLength": 1}]}}
    }
    node, path = Flattened(root).of({"$ref": "#/$defs/a"}, ())
    assert node == {"type": "string", "title": "a", "minLength": 1}
    assert path == ("#/$defs/a", "#/$defs/b")


def test_a_circle_ends() -> None:
    root = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a", "type": "array"}}}
    assert Flattened(root).of({"$ref": "#/$defs/a"}, ())[0] == {"type": "array"}
    own = {"type": "object", "allOf": [{"$ref": "#"}], "title": "t"}
    assert Flattened(own).of(own, ())[0] == {"type": "object", "title": "t"}


def test_strings_of_anything() -> None:
    assert strings(["a", 1, None, "b"]) == ["a", "b"]
    assert strings("ab") == strings(None) == []
