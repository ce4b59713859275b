from typing import Any

import pytest

from gcli2api_tui.gemini.schema_references import Definitions, Flattened, References, merged, references_in

A, B = {"$anchor": "addr", "type": "object"}, {"$id": "https://x.example/b", "$defs": {"in": {"type": "integer"}}}
ROOT: dict[str, Any] = {
    "$id": "https://x.example/root#",
    "$defs": {"A": A, "B": B, "a/b c": {"type": "array"}},
    "definitions": {"Old": {"type": "null"}},
    "anyOf": [{"type": "string"}],
    "properties": {"addr": {"type": "boolean"}},
}


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("#", ROOT),
        ("#/$defs/A", A),
        ("#/$defs/a~1b%20c", {"type": "array"}),
        ("#/anyOf/0", {"type": "string"}),
        ("#/anyOf/1", None),
        ("#addr", A),
        ("#gone", None),
        ("https://x.example/b", B),
        ("https://x.example/b#/$defs/in", {"type": "integer"}),
        ("https://x.example/root", ROOT),
        ("https://elsewhere.example/b", None),
        ("#/definitions/A", A),
        ("#/$defs/Old", {"type": "null"}),
        ("Old", {"type": "null"}),
        ("", None),
        ("#/properties/addr/type", None),
        (None, None),
        (5, None),
    ],
)
def test_what_a_reference_means(reference: Any, target: Any) -> None:
    assert References(ROOT).target(reference) == target


def test_references_are_those_of_keywords() -> None:
    schema = {
        "properties": {"$ref": {"$ref": "#/1"}, "a": {"anyOf": [{"$ref": "#/2"}], "default": {"$ref": "#/no"}}},
        "$defs": {"x": {"$ref": "#/no"}},
        "items": [{"$ref": "#/3"}, {"$ref": 4}],
    }
    assert sorted(references_in(schema)) == ["#/1", "#/2", "#/3"]


def test_ways_back_are_found_and_no_others() -> None:
    a, b, c = ({"items": {"$ref": f"#/$defs/{name}"}} for name in "bca")
    shared = {"anyOf": [{"$ref": "#/$defs/leaf"}, {"$ref": "#"}]}
    root = {"$defs": {"a": a, "b": b, "c": c, "leaf": {}, "s": shared}, "properties": {}}
    root["properties"] = {"a": {"$ref": "#/$defs/a"}, "s": {"$ref": "#/$defs/s"}, "l": {"$ref": "#/$defs/leaf"}}
    assert References(root).circles() == {(id(c), id(a)), (id(shared), id(root))}


def test_a_long_chain_is_gone_without_recursion() -> None:
    defs: dict[str, Any] = {f"d{n}": {"items": {"$ref": f"#/$defs/d{n + 1}"}} for n in range(5_000)}
    assert References({"$defs": defs, "$ref": "#/$defs/d0"}).circles() == frozenset()


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


def test_names_are_the_references_last_words_and_taken_once() -> None:
    definitions, one, two, three = Definitions(frozenset()), {"a": 1}, {"b": 1}, {"c": 1}
    assert definitions.name("#/$defs/Node", one, 2) == "Node"
    assert definitions.name("#/x/Node", two, 2) == "Node_1"
    assert definitions.name("#/$defs/<>", three, 2) == "schema"
    assert definitions.name("#/elsewhere", one, 2) == "Node"
    assert definitions.waiting == [("Node", one), ("Node_1", two), ("schema", three)]


def test_depth_is_counted_where_definitions_stand() -> None:
    definitions, inner = Definitions(frozenset(), owner=1), {"a": 1}
    definitions.reaches(3)
    definitions.name("#/i", inner, 3)
    definitions.name("#/i", inner, 2)
    definitions.owner = id(inner)
    definitions.reaches(4)
    assert not definitions.too_deep(1, 6) and definitions.too_deep(1, 5)
