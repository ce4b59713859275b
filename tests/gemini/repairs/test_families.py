"""Which of Google's refusals call for which repair, and that each is made once."""

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.repairs.families import repaired
from gcli2api_tui.gemini.repairs.repair import Refusal
from gcli2api_tui.messages.message import quoted

BYPASS = "skip_thought_signature_validator"
SCHEMA = {"type": "object", "properties": {"a": {"type": "string", "x-odd": 1}}, "additionalProperties": False}
PLAIN = {"contents": [{"role": "user", "parts": [{"text": "go"}]}]}
SIGNED = {
    "contents": [
        *PLAIN["contents"],
        {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "s"}]},
    ]
}
TOOLS = {"tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": SCHEMA}]}]}
FORM = {"generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA}}
UNKNOWN = "Invalid JSON payload received. Unknown name \"{}\" at '{}': Cannot find field."
KEYWORD = UNKNOWN.format("x-odd", "request.tools[0].function_declarations[0].parameters")
NO_FIELD = UNKNOWN.format("parametersJsonSchema", "tools[0].function_declarations[0]")


def mended(request, message, status=400, *, signs=True):
    """The request after its repair; None where there is none."""
    fault = UpstreamFault(FaultKind.CLIENT, quoted(message), status=status)
    found = repaired(Refusal(request, fault, Abilities("gemini-9", signatures=signs)))
    return found and found.request


@pytest.mark.parametrize(
    ("request_", "message", "repair"),
    [
        (SIGNED, "Corrupted thought signature.", "signature"),
        (SIGNED, "Invalid thought signature.", "signature"),
        (SIGNED, "Thought signature is not valid", "signature"),
        (SIGNED, "Invalid thought_signature in part 2", "signature"),
        (PLAIN, "Corrupted thought signature.", None),
        (SIGNED, "Function call is missing a thought_signature in functionCall parts.", None),
        (SIGNED | TOOLS, KEYWORD, "tools"),
        (SIGNED | TOOLS, NO_FIELD, "tools"),
        (PLAIN | FORM, UNKNOWN.format("responseJsonSchema", "request.generation_config"), "form"),
        (PLAIN | FORM, "The maximum schema depth exceeded.", "form"),
        (PLAIN | TOOLS, "Request contains an invalid argument.", "tools"),
        (PLAIN, "Request contains an invalid argument.", None),
        (PLAIN | TOOLS, UNKNOWN.format("topZ", "request.generation_config"), None),
        (PLAIN | TOOLS, "The input token count (1200000) exceeds the maximum number of tokens allowed.", None),
        (PLAIN | {"tools": ["junk"]}, NO_FIELD, None),
        (PLAIN | {"tools": [{"functionDeclarations": ["junk"]}]}, NO_FIELD, None),
        (PLAIN | {"tools": {"a": 1}, "generationConfig": "junk"}, NO_FIELD, None),
    ],
)
def test_the_repair_that_a_refusal_calls_for(request_, message, repair):
    new = mended(request_, message, signs=True)
    if repair is None:
        assert new is None
        return
    changed = {name: value for name, value in new.items() if value != request_[name]}
    part = {
        "signature": lambda: changed.pop("contents")[1]["parts"][0]["thoughtSignature"] == BYPASS,
        "tools": lambda: list(changed.pop("tools")[0]["functionDeclarations"][0]) == ["name", "parameters"],
        "form": lambda: "x-odd" not in str(changed.pop("generationConfig")["responseSchema"]),
    }[repair]
    assert part() and not changed
    assert mended(new, message, signs=True) is None, "each repair once"


def test_a_model_that_demands_no_signatures_gets_no_bypass_unless_google_asks_for_it():
    new = mended(SIGNED, "Corrupted thought signature.", signs=False)
    assert new["contents"][1]["parts"] == [{"functionCall": {"name": "f", "args": {}}}]
    missing = "Function call is missing a thought_signature in functionCall parts."
    again = mended(new, missing, signs=False)
    assert again["contents"][1]["parts"][0]["thoughtSignature"] == BYPASS
    assert mended(again, missing, signs=False) is None


@pytest.mark.parametrize("status", [403, 429, 500])
def test_only_a_refusal_of_the_request_is_repaired(status):
    assert mended(SIGNED, "Corrupted thought signature.", status, signs=True) is None
