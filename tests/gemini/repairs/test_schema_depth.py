from typing import Any

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.abilities import Abilities, Lesson, taught
from gcli2api_tui.gemini.fitting import fitted
from gcli2api_tui.gemini.repairs.families import repaired
from gcli2api_tui.gemini.repairs.repair import Refusal
from gcli2api_tui.gemini.request_schemas import levels_of
from gcli2api_tui.messages.message import quoted

WORDS = [
    "FunctionDeclaration 'f' in the request exceeds the maximum allowed nesting depth.",
    "A FunctionDeclaration in the request exceeds the maximum allowed nesting depth.",
    "A schema in GenerationConfig in the request exceeds the maximum allowed nesting depth.",
]
MODEL = Abilities("gemini-9")


def request(levels: int) -> Any:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels - 1):
        schema = {"type": "object", "properties": {"p": schema, "q": {"type": "string"}}}
    return {"contents": [], "tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": schema}]}]}


def mended(asked: Any, words: str) -> Any:
    return repaired(Refusal(asked, UpstreamFault(FaultKind.CLIENT, quoted(words), status=400), MODEL))


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize(("levels", "steps"), [(14, [8, 5]), (8, [5]), (5, [])])
def test_it_gets_flatter_in_two_steps_and_is_learnt(words: str, levels: int, steps: list[int]) -> None:
    first = asked = request(levels)
    for step in steps:
        found = mended(asked, words)
        asked = found.request
        assert levels_of(asked) == step and (found.lesson.ability, found.lesson.value) == ("schema_depth", str(step))
        assert levels_of(fitted(taught(MODEL, [found.lesson]), first)[0]) == step
    assert mended(asked, words) is None


def test_the_smallest_depth_that_was_learnt_holds() -> None:
    lessons = [Lesson("gemini-9", "schema_depth", value) for value in ("5", "8", "odd")]
    assert taught(MODEL, lessons).schema_depth == 5
    assert fitted(taught(MODEL, lessons), request(4)) == (request(4), ())


def test_a_circle_is_cut_where_depth_is_not_the_matter() -> None:
    circle = {"type": "object", "properties": {"next": {"$ref": "#"}}}
    asked = {"tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": circle}]}]}
    found = mended(asked, WORDS[0])
    assert "$ref" not in str(found.request) and found.lesson is None
    assert mended(found.request, WORDS[0]) is None
