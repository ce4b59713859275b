from gcli2api_tui.gemini.schema_definitions import Definitions


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
