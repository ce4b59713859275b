"""A value for any schema, and an end to each."""

import pytest

from gcli2api_tui.simulator.sample_values import sample


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"properties": {"a": {}}, "required": ["a", {"b": 1}, [{}]]}, {"a": "simulated a"}),
        ({"$ref": {"a": 1}, "type": "integer"}, 1),
        ({"$ref": "#"}, "simulated value"),
        ({"$ref": "#/a/b/c"}, "simulated value"),
        ({"anyOf": [], "type": "boolean"}, True),
        ({"type": "array", "minItems": 10**9}, ["simulated value"] * 8),
        ({"properties": 5, "type": "object"}, {}),
        (7, "simulated value"),
    ],
)
def test_a_value_for_any_schema(schema, value):
    """Found by the fuzz: Google passes JSON Schema that it cannot read."""
    assert sample(schema, "") == value


def test_a_schema_that_demands_itself_ends():
    circle = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}
    assert str(sample(circle, "")).count("a") < 30
