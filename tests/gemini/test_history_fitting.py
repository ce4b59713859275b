"""What is changed in a history once Google has refused it, and what is left alone."""

from typing import Any

import pytest

from gcli2api_tui.gemini.abilities import Abilities, Lesson, open_to, taught
from gcli2api_tui.gemini.fitting import fitted

GO_ON = {"role": "user", "parts": [{"text": "Continue."}]}
CALL = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}
SAID = {"role": "model", "parts": [{"text": "I"}]}
RESULT = {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"a": {"$ref": "x"}}}}]}
PLAIN = {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"result": '{"a": {"$ref": "x"}}'}}}]}


@pytest.mark.parametrize(
    ("ability", "contents", "sent"),
    [
        ("begins_with_call", [CALL, RESULT], [GO_ON, CALL, RESULT]),
        ("begins_with_call", [GO_ON, CALL, RESULT], None),
        ("only_model_turn", [SAID], [SAID, GO_ON]),
        ("only_model_turn", [GO_ON, SAID], None),
        ("reference_in_result", [GO_ON, CALL, RESULT], [GO_ON, CALL, PLAIN]),
        ("reference_in_result", [GO_ON, CALL, PLAIN], None),
    ],
)
def test_what_was_refused_is_mended_and_nothing_before(ability: str, contents: Any, sent: Any) -> None:
    anything = open_to(Abilities("m"))
    assert fitted(anything, {"contents": contents}) == ({"contents": contents}, ())
    found, said = fitted(taught(anything, [Lesson("m", ability)]), {"contents": contents})
    assert found["contents"] == (sent or contents) and bool(said) == bool(sent)
