"""Google's rules of order, on contents of any shape; what is changed in a history once Google has refused it."""

from typing import Any

import pytest

from gcli2api_tui.gemini.abilities import Abilities, Lesson, open_to, taught
from gcli2api_tui.gemini.fit_to_model import fitted
from gcli2api_tui.gemini.turns import GO_ON, begun_by_user, ended_by_user, refers, without_references

CALL = {"functionCall": {"name": "f", "args": {}}}


def model(*parts):
    return {"role": "model", "parts": list(parts)}


def test_a_call_is_not_the_beginning_and_the_model_not_the_end():
    assert begun_by_user([model({"text": "a"}, CALL)]) == [GO_ON, model({"text": "a"}, CALL)]
    assert ended_by_user([model({"text": "a"})]) == [model({"text": "a"}), GO_ON]


@pytest.mark.parametrize("contents", [[], [model({"text": "hi"}), GO_ON], [GO_ON], [model(), GO_ON], [{"parts": None}]])
def test_what_google_takes_stays_itself(contents):
    for rule in (begun_by_user, ended_by_user, without_references):
        assert rule(contents) is contents


@pytest.mark.parametrize(
    ("response", "found"),
    [
        ({"$ref": "a"}, True),
        ({"a": [{"b": {"$ref": 1}}]}, True),
        ({"a": "$ref"}, False),
        (None, False),
        ("$ref", False),
    ],
)
def test_a_reference_is_a_key(response, found):
    assert refers(response) is found


def test_a_response_that_refers_becomes_text_unless_pictures_stand_beside_it():
    def said(**more):
        return {"role": "user", "parts": ["junk", {"functionResponse": {"name": "f", **more}}]}

    refers_to_picture = said(response={"$ref": "a"}, parts=[{"inlineData": {"displayName": "a"}}])
    plain = said(response={"a": 1})
    contents = [said(response={"é": {"$ref": "#/a"}}), refers_to_picture, plain]
    changed = without_references(contents)
    assert changed[0] == said(response={"result": '{"é": {"$ref": "#/a"}}'})
    assert changed[1] is refers_to_picture and changed[2] is plain


MADE = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}
SAID = {"role": "model", "parts": [{"text": "I"}]}
RESULT = {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"a": {"$ref": "x"}}}}]}
PLAIN = {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"result": '{"a": {"$ref": "x"}}'}}}]}


@pytest.mark.parametrize(
    ("ability", "contents", "sent"),
    [
        ("begins_with_call", [MADE, RESULT], [GO_ON, MADE, RESULT]),
        ("begins_with_call", [GO_ON, MADE, RESULT], None),
        ("only_model_turn", [SAID], [SAID, GO_ON]),
        ("only_model_turn", [GO_ON, SAID], None),
        ("reference_in_result", [GO_ON, MADE, RESULT], [GO_ON, MADE, PLAIN]),
        ("reference_in_result", [GO_ON, MADE, PLAIN], None),
    ],
)
def test_what_was_refused_is_mended_and_nothing_before(ability: str, contents: Any, sent: Any) -> None:
    anything = open_to(Abilities("m"))
    assert fitted(anything, {"contents": contents}) == ({"contents": contents}, ())
    found, said = fitted(taught(anything, [Lesson("m", ability)]), {"contents": contents})
    assert found["contents"] == (sent or contents) and bool(said) == bool(sent)
