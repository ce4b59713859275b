"""Which of Google's refusals call for which repair, and that each is made once."""

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.abilities import Abilities, open_to, taught
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


def fault(message, status=400):
    return UpstreamFault(FaultKind.CLIENT, quoted(message), status=status)


def mended(request, message, status=400, *, signs=True):
    """The request after its repair; None where there is none."""
    found = repaired(Refusal(request, fault(message, status), Abilities("gemini-9", signatures=signs)))
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


HISTORY = {
    "contents": [PLAIN["contents"][0], {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}]
}
BARE = "Request contains an invalid argument."


def test_where_google_says_nothing_a_missing_signature_comes_first_and_the_genuine_ones_go_last():
    request = {"contents": [*SIGNED["contents"], *HISTORY["contents"]], **TOOLS}
    filled = mended(request, BARE)
    assert [part["parts"][0].get("thoughtSignature") for part in filled["contents"]] == [None, "s", None, BYPASS]
    plain = mended(filled, BARE)
    assert plain["contents"] == filled["contents"] and plain["tools"] != request["tools"]
    bare = mended(plain, BARE)
    assert [part["parts"][0].get("thoughtSignature") for part in bare["contents"]] == [None, BYPASS, None, BYPASS]
    assert mended(bare, BARE) is None


def test_a_model_that_demands_none_loses_its_signatures_last():
    plain = mended(SIGNED | TOOLS, BARE, signs=False)
    assert plain["contents"] == SIGNED["contents"]
    assert "thoughtSignature" not in str(mended(plain, BARE, signs=False)["contents"])


@pytest.mark.parametrize(
    ("words", "ability", "value"),
    [
        ("Penalty is not enabled for this model", "penalties", ""),
        ("Frequency penalty is not supported for gemini-9", "penalties", ""),
        ("Multiple candidates is not enabled for this model", "candidates", ""),
        ("Unable to submit request because seed is not supported.", "seed", ""),
        ("Logprobs is not enabled for models/gemini-9", "logprobs", ""),
        ("Requests ending with a model turn are not supported.", "prefill", ""),
        ("Developer instruction is not enabled for models/gemma-9", "system_instruction", ""),
        ("JSON mode is not enabled for models/gemma-9", "json_mode", ""),
        (UNKNOWN.format("seed", "generation_config"), "seed", ""),
        ("Thinking level LOW is not supported for this model. Please retry with other thinking level.",
         "thinking_level", "LOW"),
        ("Thinking level is not supported for this model.", "thinking_level", ""),
        ("Function calling with a response mime type: 'application/json' is unsupported", "json_beside_functions", ""),
    ],
)  # fmt: skip
def test_googles_words_name_the_ability(words, ability, value):
    form = {"presencePenalty": 1, "candidateCount": 2, "seed": 1, "logprobs": 1, "responseMimeType": "application/json"}
    request = {
        "systemInstruction": {"parts": [{"text": "s"}]},
        "contents": [*PLAIN["contents"], {"role": "model", "parts": [{"text": "I"}]}],
        "generationConfig": {**form, "thinkingConfig": {"thinkingLevel": "LOW"}},
        **TOOLS,
    }
    found = repaired(Refusal(request, fault(words), open_to(Abilities("m"))))
    assert (found.lesson.ability, found.lesson.value, found.lesson.words) == (ability, value, words)
    assert "m " in found.said and found.request != request
    again = Refusal(found.request, fault(words), taught(open_to(Abilities("m")), [found.lesson]))
    assert ability == "thinking_level" or repaired(again) is None


@pytest.mark.parametrize(
    ("words", "asked", "sent"),
    [
        ("Thinking budget is not supported for this model. Please use thinking level instead.", 9000, "HIGH"),
        ("Budget 0 is invalid. This model only works in thinking mode.", 0, 128),
        ("The thinking budget 50 is invalid. Please choose a value between 128 and 32768.", 50, 128),
    ],
)
def test_a_budget_that_was_refused(words, asked, sent):
    request = {"contents": [], "generationConfig": {"thinkingConfig": {"thinkingBudget": asked}}}
    known = Abilities("m", "budget", budget_min=1 if asked else 0, budget_max=40_000, zero_ok=True)
    found = repaired(Refusal(request, fault(words), known))
    thinking = found.request["generationConfig"].get("thinkingConfig", {}) if found else {}
    assert (thinking.get("thinkingLevel") or thinking.get("thinkingBudget")) == sent
