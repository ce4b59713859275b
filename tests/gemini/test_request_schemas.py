from typing import Any

import pytest

from gcli2api_tui.gemini.request_schemas import levels_of, well_spelled, within


def chain(levels: int, kind: str = "object") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels - 1):
        schema = {"type": kind, "properties": {"p": schema}} if kind == "object" else {"type": kind, "items": schema}
    return schema


def request(*functions: Any, **config: Any) -> Any:
    return {"tools": [{"functionDeclarations": list(functions)}, {"googleSearch": {}}], "generationConfig": config}


def test_levels_are_those_of_the_deepest_schema() -> None:
    circle = {"properties": {"next": {"$ref": "#"}, "also": {"$ref": "#/$defs/d"}}, "$defs": {"d": chain(4, "array")}}
    assert levels_of(request({"parameters": chain(3)}, {"parametersJsonSchema": chain(2)})) == 3
    assert levels_of(request(responseJsonSchema=circle)) == 5
    assert levels_of(request({"parametersJsonSchema": chain(200)})) >= 64
    for odd in ({}, {"tools": 5}, {"tools": [5, {"functionDeclarations": 5}]}, request(5, {"parameters": "x"})):
        assert levels_of(odd) == 0


@pytest.mark.parametrize("levels", [5, 8])
@pytest.mark.parametrize("kind", ["object", "array"])
def test_every_schema_is_flat_and_no_function_is_lost(levels: int, kind: str) -> None:
    asked = request(
        {"name": "f", "parameters": chain(12, kind)},
        {"name": "g", "parametersJsonSchema": chain(12, kind)},
        {"name": "h", "parametersJsonSchema": chain(3)},
        responseSchema=chain(12, kind),
    )
    flat: Any = within(asked, levels)
    assert levels_of(flat) <= levels and within(flat, levels) is flat
    functions = flat["tools"][0]["functionDeclarations"]
    assert [one["name"] for one in functions] == ["f", "g", "h"] and functions[2]["parametersJsonSchema"] == chain(3)
    assert flat["tools"][1] == {"googleSearch": {}} and flat["generationConfig"].keys() == {"responseSchema"}


def test_what_is_flat_enough_is_the_same_request() -> None:
    asked = request({"parameters": chain(4)}, {"parametersJsonSchema": {"$schema": "x", **chain(4)}})
    assert within(asked, 4) is asked


def test_spelling_is_for_json_schema_only() -> None:
    asked = request({"parameters": {"type": "double"}}, {"parametersJsonSchema": {"type": "double"}})
    spelled: Any = well_spelled(asked)
    first, second = spelled["tools"][0]["functionDeclarations"]
    assert first == {"parameters": {"type": "double"}} and second == {"parametersJsonSchema": {"type": "number"}}
    assert well_spelled(spelled) is spelled
