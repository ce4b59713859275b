"""Models of autumn 2026, as requests through the whole path: tests/cases/models.

Each file is a request, what Google does with it (`google`) and what is `right`. Google here refuses by the rules that
the file names, in Google's words, and else gives the file's answers in order, the last one for ever.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from case_files import Strict, asked, at, files, read, strict
from whole_path import Google, Proxy, said

from gcli2api_tui.gemini.catalogue import named

CASES = files("models")
MADE_UP = ("gemini-3.9-flash", "gemini-5-xenon")
LMH = {"LOW", "MEDIUM", "HIGH"}


def levels(model: str) -> set[str]:
    """What Google takes; not from our catalogue."""
    if re.fullmatch(r"gemini-4-(hydrogen|neon)", model):
        return {*LMH, "XHIGH"}
    if re.match(r"gemini-(3\.1-pro|pro-latest|3\.[789]-flash|flash-latest|4-|5-)", model):
        return LMH
    return {"MINIMAL", *LMH}


def refuses_levels(model: str, request: Any, streamed: bool) -> str:
    level = at(request, "generationConfig.thinkingConfig.thinkingLevel")
    wrong = level is not None and level not in levels(model)
    words = f"Thinking level {level} is not supported for this model. Please retry with other thinking level."
    return words if wrong else ""


def refuses_as_gemini_4(model: str, request: Any, streamed: bool) -> str:
    config = request.get("generationConfig") or {}
    strict = re.match(r"gemini-[4-9]", model)
    bad = {"presencePenalty", "frequencyPenalty"} & config.keys() or config.get("candidateCount", 1) != 1
    bad = bad or at(config, "thinkingConfig.thinkingBudget") is not None
    return "Gemini 4 takes none of this." if strict and (bad or ends_with_model(request)) else ""


def refuses_unsigned(model: str, request: Any, streamed: bool) -> str:
    return "" if re.match(r"gemini-[12]", model) else refuses_all_unsigned(model, request, streamed)


def refuses_all_unsigned(model: str, request: Any, streamed: bool) -> str:
    missing = "Function call is missing a thought_signature in functionCall parts. This is required."
    return missing if any(not one for one in signed(request)) else ""


def refuses_long_hops(model: str, request: Any, streamed: bool) -> str:
    limit = at(request, "generationConfig.maxOutputTokens") or 0
    return f"maxOutputTokens {limit} must be streamed." if not streamed and limit > 32_768 else ""


RULES = {
    "levels": refuses_levels,
    "gemini4": refuses_as_gemini_4,
    "signatures": refuses_unsigned,
    "signatures_all": refuses_all_unsigned,
    "hop": refuses_long_hops,
}


def signed(request: Any) -> list[str | None]:
    """The signature of the first call of each content that calls."""
    calls = [[part for part in one["parts"] if "functionCall" in part] for one in request["contents"]]
    return [found[0].get("thoughtSignature") for found in calls if found]


def ends_with_model(request: Any) -> bool:
    return bool(request["contents"][-1].get("role") == "model")


def proxy(google: Google) -> Proxy:
    """With two models in the catalogue that only their names describe, as from a list of Google's."""
    made = Proxy(google)
    made.add_models(*(replace(named(name, frozenset({"gemini-api"})), thinks=True) for name in MADE_UP))
    return made


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
async def test_case(file: Path) -> None:
    case = json.loads(file.read_text("utf-8"))
    right, google = case["right"], strict(case, RULES)
    answer = await asked(case, proxy(google))
    assert answer.status == right.get("status", 200), answer.raw
    assert len(google.asked) <= right.get("attempts", 2) and google.refused <= right.get("refused", 2)
    last = google.asked[-1][1]
    for path, wanted in right.get("sent", {}).items():
        assert at(last, path) in (wanted if isinstance(wanted, list) else [wanted]), path
    assert [path for path in right.get("absent", ()) if at(last, path) is not None] == []
    if "signed" in right:
        assert bool(signed(last)[0]) == (right["signed"] == "some")
    if "ends" in right:
        before, end = last["contents"][-2:]
        assert (before["role"], end["role"]) == ("model", "user") and before["parts"][-1]["text"] == right["ends"]
    if "client" in right:
        assert all(words in answer.raw.decode() for words in right["client"])
    if "text" in right:
        assert read(case, answer)[0] == right["text"]
    if "ends_as" in right:
        assert read(case, answer)[1] in right["ends_as"]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
@pytest.mark.parametrize("text", ["", "words"])
async def test_an_end_that_nobody_knows_is_never_a_good_one(path: str, text: str) -> None:
    """Before content it is an error, tried again; after it the answer ends as one that was filtered."""
    google = Google([said(*([{"text": text}] if text else []), finish="SOMETHING_NEW")])
    answer = await Proxy(google).ask(path, max_tokens=9)
    if text:
        assert answer.status == 200 and ("content_filter" in answer.raw.decode() or "refusal" in answer.raw.decode())
    else:
        assert answer.status == 502 and "SOMETHING_NEW" in answer.raw.decode() and len(google.asked) > 1


async def test_an_account_that_google_limits_is_marked_and_goes_on() -> None:
    google = Google([said({"text": "a"}, finish="PUP_LIMITED_DISABLED")], [said({"text": "b"}, finish="STOP")])
    limited = Proxy(google)
    first = await limited.ask()
    assert first.body["choices"][0]["finish_reason"] == "content_filter"
    (marked,) = [view for view in limited.pool.view() if "limited" in view.last_error]
    assert not marked.state.waits_for_person
    assert (await limited.ask()).body["choices"][0]["message"]["content"] == "b"
    assert google.asked[1][0] != google.asked[0][0], "the other one is preferred now"


async def test_several_answers_of_a_model_that_gives_one_are_one_and_the_hop_says_so() -> None:
    served = proxy(Strict([refuses_as_gemini_4]))
    answer = await served.ask(model="gemini-4-neon", n=2, presence_penalty=1)
    assert answer.status == 200 and len(answer.body["choices"]) == 1 and served.google.refused == 0
    (hop,) = served.hops
    assert "candidateCount: left out" in hop and "presencePenalty: left out" in hop
