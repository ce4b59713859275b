from typing import Any

import pytest

from gcli2api_tui.gemini.schema_references import References, references_in

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
