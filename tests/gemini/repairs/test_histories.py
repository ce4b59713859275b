"""What Google refuses of a history is mended once, and only that."""

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.abilities import by_name
from gcli2api_tui.gemini.repairs.families import repaired
from gcli2api_tui.gemini.repairs.repair import Refusal
from gcli2api_tui.gemini.turns import GO_ON
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.simulator.turn_rules import ALONE, PLACE, REFERENCE

CALL = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}
SAID = {"role": "model", "parts": [{"text": "Speak"}]}


def result(response):
    return {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": response}}]}


def mended(contents, words):
    fault = UpstreamFault(FaultKind.CLIENT, quoted(words), status=400)
    found = repaired(Refusal({"contents": contents}, fault, by_name("gemini-2.5-flash")))
    return found and found.request["contents"]


@pytest.mark.parametrize(
    ("contents", "words", "better"),
    [
        ([CALL, result({})], PLACE, [GO_ON, CALL, result({})]),
        ([SAID], ALONE, [SAID, GO_ON]),
        (
            [GO_ON, CALL, result({"$ref": "#/a"})],
            REFERENCE.format(name="#/a"),
            [GO_ON, CALL, result({"result": '{"$ref": "#/a"}'})],
        ),
    ],
)
def test_a_history_is_mended_once(contents, words, better):
    assert mended(contents, words) == better
    assert mended(better, words) is None


def test_what_cannot_be_mended_is_left_to_google():
    assert mended([GO_ON, SAID, CALL, result({})], PLACE) is None
