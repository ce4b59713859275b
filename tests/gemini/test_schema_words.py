from typing import Any

import pytest

from gcli2api_tui.gemini.schema_words import likely_types, subschemas


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
