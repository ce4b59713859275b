"""Which of Google's refusals call for which repair, and that each is made once."""

from typing import Any

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.abilities import Abilities, Lesson, by_name, open_to, taught
from gcli2api_tui.gemini.fit_to_model import fitted
from gcli2api_tui.gemini.repairs import Refusal, repaired
from gcli2api_tui.gemini.request_schemas import levels_of
from gcli2api_tui.gemini.turns import GO_ON
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.simulator.turn_rules import ALONE, PLACE, REFERENCE

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


CALL = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}
SAID = {"role": "model", "parts": [{"text": "Speak"}]}


def result(response):
    return {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": response}}]}


def mended_history(contents, words):
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
    assert mended_history(contents, words) == better
    assert mended_history(better, words) is None


def test_what_cannot_be_mended_is_left_to_google():
    assert mended_history([GO_ON, SAID, CALL, result({})], PLACE) is None


MODEL = Abilities("gemini-9")


def mended_media(request: Any, words: str) -> Any:
    return repaired(Refusal(request, UpstreamFault(FaultKind.CLIENT, quoted(words), status=400), MODEL))


def with_part(**part: Any) -> Any:
    return {"contents": [{"role": "user", "parts": [part]}]}


@pytest.mark.parametrize(
    ("label", "words", "kind"),
    [
        ("image/jpg", "Unsupported MIME type: image/jpg", "image/jpeg"),
        ("image/JPG", "Unsupported MIME type: image/JPG.", "image/jpeg"),
        ("png", "Unsupported MIME type: png", "image/png"),
        ("audio/pcm;rate=8000", "Unsupported MIME type: audio/pcm;rate=8000", None),
        ("text/yaml", "Unsupported MIME type: 'text/yaml'", "text/plain"),
    ],
)
def test_a_type_is_exchanged_and_learnt(label: str, words: str, kind: str | None) -> None:
    request = with_part(inlineData={"mimeType": label, "data": "YTogMQ=="})
    found = mended_media(request, words)
    if kind is None:
        assert found is None
        return
    assert found.request == with_part(inlineData={"mimeType": kind, "data": "YTogMQ=="})
    assert (found.lesson.ability, found.lesson.value) == ("media_type", label.lower())
    assert label.lower() in str(found.lesson.sentence)
    assert fitted(taught(MODEL, [found.lesson]), request)[0] == found.request, "beforehand from then on"
    assert mended_media(found.request, words) is None


def test_an_address_gets_a_type_once() -> None:
    words = "Unable to submit request because it has an empty mimeType parameter in fileData. Add one and try again."
    found = mended_media(with_part(fileData={"fileUri": "gs://b/a.mp4"}), words)
    assert found.request == with_part(fileData={"mimeType": "video/mp4", "fileUri": "gs://b/a.mp4"})
    assert found.lesson is None and mended_media(found.request, words) is None
    assert mended_media(with_part(fileData={"fileUri": "gs://b/a"}), words) is None


WORDS = [
    "FunctionDeclaration 'f' in the request exceeds the maximum allowed nesting depth.",
    "A FunctionDeclaration in the request exceeds the maximum allowed nesting depth.",
    "A schema in GenerationConfig in the request exceeds the maximum allowed nesting depth.",
]
NESTING = Abilities("gemini-9")


def request(levels: int) -> Any:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels - 1):
        schema = {"type": "object", "properties": {"p": schema, "q": {"type": "string"}}}
    return {"contents": [], "tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": schema}]}]}


def mended_schema(asked: Any, words: str) -> Any:
    return repaired(Refusal(asked, UpstreamFault(FaultKind.CLIENT, quoted(words), status=400), NESTING))


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize(("levels", "steps"), [(14, [8, 5]), (8, [5]), (5, [])])
def test_it_gets_flatter_in_two_steps_and_is_learnt(words: str, levels: int, steps: list[int]) -> None:
    first = asked = request(levels)
    for step in steps:
        found = mended_schema(asked, words)
        asked = found.request
        assert levels_of(asked) == step and (found.lesson.ability, found.lesson.value) == ("schema_depth", str(step))
        assert levels_of(fitted(taught(NESTING, [found.lesson]), first)[0]) == step
    assert mended_schema(asked, words) is None


def test_the_smallest_depth_that_was_learnt_holds() -> None:
    lessons = [Lesson("gemini-9", "schema_depth", value) for value in ("5", "8", "odd")]
    assert taught(NESTING, lessons).schema_depth == 5
    assert fitted(taught(NESTING, lessons), request(4)) == (request(4), ())


def test_a_circle_is_cut_where_depth_is_not_the_matter() -> None:
    circle = {"type": "object", "properties": {"next": {"$ref": "#"}}}
    asked = {"tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": circle}]}]}
    found = mended_schema(asked, WORDS[0])
    assert "$ref" not in str(found.request) and found.lesson is None
    assert mended_schema(found.request, WORDS[0]) is None
