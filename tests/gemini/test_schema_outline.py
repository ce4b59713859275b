from typing import Any

import pytest

from gcli2api_tui.gemini.schema_outline import LONGEST, outline
from gcli2api_tui.gemini.schema_references import References

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
