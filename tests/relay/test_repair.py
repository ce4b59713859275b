"""Which of Google's refusals call for which repair, and that each is made once, on the same credential."""

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import AttemptFailed
from gcli2api_tui.relay.repair import repaired

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


def refused(message, status=400):
    return UpstreamFault(FaultKind.CLIENT, message, status=status)


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
    new = repaired(request_, refused(message), signs=True)
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
    assert repaired(new, refused(message), signs=True) is None, "each repair once"


def test_a_model_that_demands_no_signatures_gets_no_bypass_unless_google_asks_for_it():
    new = repaired(SIGNED, refused("Corrupted thought signature."), signs=False)
    assert new["contents"][1]["parts"] == [{"functionCall": {"name": "f", "args": {}}}]
    missing = refused("Function call is missing a thought_signature in functionCall parts.")
    again = repaired(new, missing, signs=False)
    assert again["contents"][1]["parts"][0]["thoughtSignature"] == BYPASS
    assert repaired(again, missing, signs=False) is None


@pytest.mark.parametrize("status", [403, 429, 500])
def test_only_a_refusal_of_the_request_is_repaired(status):
    assert repaired(SIGNED, refused("Corrupted thought signature.", status), signs=True) is None


@pytest.mark.parametrize("more", [{}, {"stream": False}, {"fake": True}])
async def test_a_repaired_request_goes_out_again_on_the_same_credential(bench, say, more):
    bad = refused("Corrupted thought signature.")
    it = bench(bad, [say.text("ok", "STOP")], request=SIGNED, **more)
    await it.play()
    assert it.got.opened.status == 200 and b"ok" in it.got.body
    sent = [request["contents"][1]["parts"][0]["thoughtSignature"] for request in it.backend.requests]
    assert (it.backend.asked, sent) == (["a", "a"], ["s", BYPASS])
    assert it.pool.log == [("ok", "a")]
    failed = [event for event in it.recorder.events if isinstance(event, AttemptFailed)]
    assert [event.message for event in failed] == [bad.message]


async def test_two_refusals_are_repaired_one_after_the_other(bench, say):
    faults = [refused("Corrupted thought signature."), refused(KEYWORD)]
    it = bench(*faults, [say.text("ok", "STOP")], request=SIGNED | TOOLS)
    await it.play()
    last = it.backend.requests[-1]
    assert it.got.body == b"role;ok;done" and it.backend.asked == ["a"] * 3
    assert last["contents"][1]["parts"][0]["thoughtSignature"] == BYPASS
    assert "parameters" in last["tools"][0]["functionDeclarations"][0]


async def test_what_a_repair_does_not_mend_is_the_clients_to_hear(bench):
    bad = refused("Corrupted thought signature.")
    it = bench(bad, bad, request=SIGNED)
    await it.play()
    assert (it.got.opened.status, it.got.body) == (400, b"Corrupted thought signature.")
    assert it.backend.asked == ["a", "a"]


async def test_the_next_credential_gets_the_repaired_request(bench, say):
    it = bench(refused(KEYWORD), say.fault("rate", 429), [say.text("ok", "STOP")], request=PLAIN | TOOLS)
    await it.play()
    assert it.backend.asked == ["a", "a", "b"]
    assert "parameters" in it.backend.requests[-1]["tools"][0]["functionDeclarations"][0]
