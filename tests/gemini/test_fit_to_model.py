"""What is changed in a request because of the model, and that it is said; odd shapes pass."""

from dataclasses import replace
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.gemini.abilities import ABILITIES, Abilities, Lesson, by_name, open_to, taught
from gcli2api_tui.gemini.fit_to_model import asks_for_length, fitted

USER = {"role": "user", "parts": [{"text": "hi"}]}
MODEL = {"role": "model", "parts": [{"text": "I"}]}
FOUR = by_name("gemini-4-radon")
ANY = open_to(Abilities("m"))
TOOLS = [{"functionDeclarations": [{"name": "f"}]}]

WORDS = (
    "role parts text thinkingConfig thinkingLevel thinkingBudget seed logprobs responseMimeType responseJsonSchema "
    "candidateCount functionDeclarations functionCall functionResponse response $ref"
)
NAMES = st.sampled_from(WORDS.split())
VALUES = (
    st.none() | st.booleans() | st.integers() | st.sampled_from(["model", "user", "MINIMAL", "application/json", ""])
)
JSON = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4))
FIELDS = ("contents", "systemInstruction", "tools", "generationConfig")
ODD = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON))


def fit(abilities: Abilities, **fields: Any) -> tuple[Any, list[str]]:
    request, said = fitted(abilities, {"contents": [USER], **fields})  # type: ignore[typeddict-item]
    return request, list(map(str, said))


def config(abilities: Abilities, **fields: Any) -> tuple[Any, list[str]]:
    request, said = fit(abilities, generationConfig=fields)
    return request["generationConfig"], said


def without(*lessons: tuple[str, str], known: Abilities = ANY) -> Abilities:
    return taught(known, [Lesson(known.model, *one) for one in lessons])


def test_what_the_model_takes_stays_as_it_is() -> None:
    request: Any = {"contents": [USER, MODEL], "systemInstruction": USER, "tools": TOOLS,
                    "generationConfig": {"presencePenalty": 1, "candidateCount": 2, "seed": 1, "logprobs": 1,
                                         "thinkingConfig": {"thinkingBudget": 5}}}  # fmt: skip
    found, said = fitted(ANY, request)
    assert found is request and said == ()


def test_fields_are_left_out_and_named() -> None:
    found, said = config(FOUR, presencePenalty=1, frequencyPenalty=1, candidateCount=3, temperature=1)
    assert found == {"temperature": 1}
    assert said == ["gemini-4-radon takes no presencePenalty, frequencyPenalty: left out",
                    "gemini-4-radon takes no candidateCount: left out"]  # fmt: skip
    assert config(FOUR, candidateCount=1) == ({"candidateCount": 1}, [])
    less = without(("seed", ""), ("logprobs", ""))
    assert config(less, seed=3, responseLogprobs=True, logprobs=2, topK=1)[0] == {"topK": 1}


@pytest.mark.parametrize(
    ("abilities", "asked", "sent", "words"),
    [
        (FOUR, {"thinkingBudget": 0}, {"thinkingLevel": "LOW", "includeThoughts": False}, "budget 0: sent LOW"),
        (FOUR, {"thinkingBudget": 9000, "includeThoughts": False}, {"thinkingLevel": "HIGH", "includeThoughts": False},
         "sent HIGH"),
        (FOUR, {"thinkingBudget": -1}, None, "budget -1: left out"),
        (FOUR, {"thinkingLevel": "MINIMAL"}, {"thinkingLevel": "LOW"}, "takes no MINIMAL: sent LOW"),
        (FOUR, {"thinkingLevel": "minimal"}, {"thinkingLevel": "LOW"}, "takes no minimal: sent LOW"),
        (FOUR, {"thinkingLevel": "XHIGH"}, {"thinkingLevel": "HIGH"}, "takes no XHIGH: sent HIGH"),
        (FOUR, {"thinkingLevel": "HUGE"}, {"thinkingLevel": "HUGE"}, ""),
        (without(("thinking_level", "")), {"thinkingLevel": "LOW"}, None, "takes no LOW: left out"),
        (without(("thinking", "")), {"thinkingLevel": "LOW", "includeThoughts": True}, {"includeThoughts": True}, ""),
        (without(("thinking_budget", "0"), ("thinking_budget", "128-900")), {"thinkingBudget": 0},
         {"thinkingBudget": 128}, "budget 0: sent 128"),
        (without(("thinking_budget", "128-900")), {"thinkingBudget": 9000}, {"thinkingBudget": 900}, "sent 900"),
        (without(("thinking_budget", "128-900")), {"thinkingBudget": -1}, {"thinkingBudget": -1}, ""),
    ],
)  # fmt: skip
def test_thinking_becomes_what_the_model_has(abilities: Abilities, asked: Any, sent: Any, words: str) -> None:
    found, said = config(abilities, thinkingConfig=asked)
    assert found == ({"thinkingConfig": sent} if sent else {})
    assert words in " ".join(said) and bool(said) == (sent != asked)


def test_a_history_that_ends_with_the_model_goes_on() -> None:
    found, said = fitted(FOUR, {"contents": [USER, MODEL]})  # type: ignore[list-item]
    assert found["contents"] == [USER, MODEL, {"role": "user", "parts": [{"text": "Continue."}]}] and said


@pytest.mark.parametrize("instruction", [{"parts": [{"text": "be brief"}]}, "be brief"])
def test_a_system_instruction_leads_the_first_words_of_the_user(instruction: Any) -> None:
    no = without(("system_instruction", ""))
    found, said = fit(no, systemInstruction=instruction)
    assert found == {"contents": [{"role": "user", "parts": [{"text": "be brief"}, {"text": "hi"}]}]} and said
    found, _ = fit(no, systemInstruction=instruction, contents=[MODEL])
    assert found["contents"] == [{"role": "user", "parts": [{"text": "be brief"}]}, MODEL]


def test_json_mode_becomes_words_of_the_system_and_these_go_where_those_go() -> None:
    asked: Any = {"responseMimeType": "application/json", "responseJsonSchema": {"type": "object"}, "topK": 1}
    words = 'Answer with a JSON object only. It follows this schema: {"type":"object"}'
    found, said = fit(without(("json_mode", "")), generationConfig=asked, systemInstruction={"parts": [{"text": "s"}]})
    assert found["systemInstruction"]["parts"] == [{"text": "s"}, {"text": words}]
    assert found["generationConfig"] == {"topK": 1} and said
    found, said = fit(without(("json_mode", ""), ("system_instruction", "")), generationConfig=asked)
    assert found["contents"][0]["parts"][0] == {"text": words} and "systemInstruction" not in found and len(said) == 2


def test_json_mode_beside_functions_only() -> None:
    older = replace(ANY, json_beside_functions=False)
    asked = {"responseMimeType": "application/json"}
    assert fit(older, generationConfig=asked)[1] == []
    assert fit(older, generationConfig=asked, tools=[{"googleSearch": {}}])[1] == []
    found, said = fit(older, generationConfig=asked, tools=TOOLS)
    assert found["generationConfig"] == {} and said


@settings(max_examples=examples(150), deadline=None)
@given(ODD, st.sampled_from([FOUR, without(*((name, "") for name in ABILITIES))]))
def test_any_shape_passes_and_once_is_enough(request_: Any, abilities: Abilities) -> None:
    once, _ = fitted(abilities, request_)
    assert fitted(abilities, once) == (once, ())
    asks_for_length(once)
