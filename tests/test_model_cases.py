"""Models of autumn 2026, as requests through the whole path: tests/cases/models.

Each file is a request, what Google does with it (`google`) and what is `right`. Google here refuses by the rules that
the file names, in Google's words, and else gives the file's answers in order, the last one for ever.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from whole_path import Google, Proxy, said

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.catalogue import named

CASES = sorted((Path(__file__).parent / "cases" / "models").glob("*.json"))
LATER = "the text is kept and ends as one that was too long; asking for the next hop is not built"
NOT_BUILT = {"continuation-stream", "continuation-whole", "continuation-messages-stream"}
MADE_UP = ("gemini-3.9-flash", "gemini-5-xenon")
OK = said({"text": "Hello ... 世界 \n🎉 done"}, finish="STOP", usageMetadata={"promptTokenCount": 3})
LMH = {"LOW", "MEDIUM", "HIGH"}


def levels(model: str) -> set[str]:
    """What Google takes; not from our catalogue."""
    if re.fullmatch(r"gemini-4-(hydrogen|neon)", model):
        return {*LMH, "XHIGH"}
    if re.match(r"gemini-(3\.1-pro|pro-latest|3\.[789]-flash|flash-latest|4-|5-)", model):
        return LMH
    return {"MINIMAL", *LMH}


class Strict(Google):
    """Refuses by the rules of a case; counts what it refused."""

    def __init__(self, rules: list[str], answers: list[Any]) -> None:
        super().__init__(*([OK] if answer == "ok" else answer["raw"] for answer in answers or ["ok"]))
        self.rules, self.refused, self.models = rules, 0, list[str]()

    @asynccontextmanager
    async def stream(self, credential: Any, model: str, request: Any, streamed: bool = True) -> AsyncIterator[Any]:
        self.models.append(model)
        if words := self.refusal(model, request, streamed):
            self.asked.append((credential.label, request))
            self.refused += 1
            raise UpstreamFault(FaultKind.CLIENT, words, status=400)
        async with super().stream(credential, model, request) as reads:
            yield reads

    async def generate(self, credential: Any, model: str, request: Any) -> Any:
        async with self.stream(credential, model, request, streamed=False) as reads:
            return [item async for read in reads for item in read][-1]

    def refusal(self, model: str, request: Any, streamed: bool) -> str:
        return next(filter(None, (getattr(self, rule)(model, request, streamed) for rule in self.rules)), "")

    def levels(self, model: str, request: Any, streamed: bool) -> str:
        level = at(request, "generationConfig.thinkingConfig.thinkingLevel")
        wrong = level is not None and level not in levels(model)
        words = f"Thinking level {level} is not supported for this model. Please retry with other thinking level."
        return words if wrong else ""

    def gemini4(self, model: str, request: Any, streamed: bool) -> str:
        config = request.get("generationConfig") or {}
        strict = re.match(r"gemini-[4-9]", model)
        bad = {"presencePenalty", "frequencyPenalty"} & config.keys() or config.get("candidateCount", 1) != 1
        bad = bad or at(config, "thinkingConfig.thinkingBudget") is not None
        return "Gemini 4 takes none of this." if strict and (bad or ends_with_model(request)) else ""

    def signatures(self, model: str, request: Any, streamed: bool) -> str:
        return "" if re.match(r"gemini-[12]", model) else self.signatures_all(model, request, streamed)

    def signatures_all(self, model: str, request: Any, streamed: bool) -> str:
        missing = "Function call is missing a thought_signature in functionCall parts. This is required."
        return missing if any(not one for one in signed(request)) else ""

    def hop(self, model: str, request: Any, streamed: bool) -> str:
        limit = at(request, "generationConfig.maxOutputTokens") or 0
        return f"maxOutputTokens {limit} must be streamed." if not streamed and limit > 32_768 else ""


def at(value: Any, path: str) -> Any:
    """What stands at a path; None where nothing does."""
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def signed(request: Any) -> list[str | None]:
    """The signature of the first call of each content that calls."""
    calls = [[part for part in one["parts"] if "functionCall" in part] for one in request["contents"]]
    return [found[0].get("thoughtSignature") for found in calls if found]


def ends_with_model(request: Any) -> bool:
    return bool(request["contents"][-1].get("role") == "model")


def read(case: Any, answer: Any) -> tuple[str, str]:
    """(what the client reads, how it ends in the dialect's word), of a whole answer or a stream."""
    if case["request"].get("stream"):
        return streamed(case["path"], answer)
    body = answer.body
    if case["path"].endswith("messages"):
        return "".join(block.get("text", "") for block in body["content"]), body["stop_reason"]
    return body["choices"][0]["message"]["content"], body["choices"][0]["finish_reason"]


def streamed(path: str, answer: Any) -> tuple[str, str]:
    if path.endswith("messages"):
        deltas = [event.get("delta") or {} for event in answer.events]
        ends = [delta["stop_reason"] for delta in deltas if delta.get("stop_reason")]
        return "".join(delta.get("text", "") for delta in deltas), ends[-1] if ends else "error"
    ends = [one["finish_reason"] for event in answer.events for one in event.get("choices", ()) if one["finish_reason"]]
    return answer.text, ends[-1] if ends else "error"


def proxy(google: Google) -> Proxy:
    """With two models in the catalogue that only their names describe, as from a list of Google's."""
    made = Proxy(google)
    made.add_models(*(replace(named(name, frozenset({"gemini-api"})), thinks=True) for name in MADE_UP))
    return made


@pytest.mark.parametrize("file", [file for file in CASES if file.stem not in NOT_BUILT], ids=lambda file: file.stem)
async def test_case(file: Path) -> None:
    case = json.loads(file.read_text("utf-8"))
    right, google = case["right"], Strict(case["google"].get("rules", []), case["google"].get("answers", []))
    answer = await proxy(google).ask(case["path"], data=json.dumps(case["request"]).encode())
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


@pytest.mark.parametrize("name", sorted(NOT_BUILT))
async def test_a_hop_is_neither_lost_nor_a_good_end(name: str) -> None:
    """A long answer comes in hops, and the next one is not asked for yet: what there is arrives, and ends as cut."""
    case = json.loads((CASES[0].parent / f"{name}.json").read_text("utf-8"))
    answer = await proxy(Strict([], case["google"]["answers"])).ask(
        case["path"], data=json.dumps(case["request"]).encode()
    )
    assert read(case, answer) == ("Half one, ", "max_tokens" if "messages" in name else "length")


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
    asked = Proxy(google)
    first = await asked.ask()
    assert first.body["choices"][0]["finish_reason"] == "content_filter"
    (marked,) = [view for view in asked.pool.view() if "limited" in view.last_error]
    assert not marked.state.waits_for_person
    assert (await asked.ask()).body["choices"][0]["message"]["content"] == "b"
    assert google.asked[1][0] != google.asked[0][0], "the other one is preferred now"


async def test_several_answers_of_a_model_that_gives_one_are_one_and_the_hop_says_so() -> None:
    asked = proxy(Strict(["gemini4"], []))
    answer = await asked.ask(model="gemini-4-neon", n=2, presence_penalty=1)
    assert answer.status == 200 and len(answer.body["choices"]) == 1 and asked.google.refused == 0
    (hop,) = asked.hops
    assert "candidateCount: left out" in hop and "presencePenalty: left out" in hop
