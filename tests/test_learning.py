"""A model that Google brought out today, through the whole path: repaired once for each refusal, and never again.

Google here is the stand-in's own table of rules, which shares nothing with the product's.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from whole_path import Answer, Google, Proxy

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.gemini.catalogue import Model, named
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.simulator import models
from gcli2api_tui.simulator.refusals import Refusal
from gcli2api_tui.simulator.validate import validated

OXYGEN = models.OXYGEN.id
GOOGLE_PATH = f"/v1beta/models/{OXYGEN}:generateContent"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
USER, MODEL = {"role": "user", "content": "hi"}, {"role": "assistant", "content": "I think"}
FORM = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
CHAT = {"model": OXYGEN, "messages": [{"role": "system", "content": "Be brief."}, USER, MODEL], "n": 2,
        "response_format": FORM, "presence_penalty": 1, "reasoning_effort": "minimal"}  # fmt: skip
MESSAGES = {"model": OXYGEN, "max_tokens": 2048, "system": "Be brief.", "messages": [USER, MODEL],
            "thinking": {"type": "enabled", "budget_tokens": 1024},
            "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}  # fmt: skip
RESPONSES = {"model": OXYGEN, "instructions": "Be brief.", "input": [USER, MODEL], "reasoning": {"effort": "minimal"},
             "text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}}}  # fmt: skip
COMPLETIONS = {"model": OXYGEN, "prompt": "Once", "frequency_penalty": 1, "n": 2}
NATIVE = {
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "contents": [{"role": "user", "parts": [{"text": "hi"}]}, {"role": "model", "parts": [{"text": "I think"}]}],
    "generationConfig": {
        "responseMimeType": "application/json",
        "responseJsonSchema": SCHEMA,
        "presencePenalty": 1,
        "candidateCount": 2,
        "thinkingConfig": {"thinkingLevel": "MINIMAL"},
    },
}
BUDGET = {**NATIVE, "generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}}
SPOKEN = {"system_instruction", "json_mode"}
"""What no rule tells of a model of a generation that nobody knows."""


class Simulated(Google):
    """Refuses as the stand-in does; what it takes it answers."""

    def __init__(self, *more: models.Model) -> None:
        super().__init__()
        self.models = (*models.MODELS, models.OXYGEN, *more)
        self.refused: list[str] = []

    @asynccontextmanager
    async def stream(self, credential: Any, model: str, request: Any, streamed: bool = True) -> AsyncIterator[Any]:
        known = models.find(model, among=self.models)
        assert known
        try:
            validated(request, known, 0, "gemini-api", streams=streamed)
        except Refusal as refusal:
            self.refused.append(refusal.message)
            raise UpstreamFault(FaultKind.CLIENT, quoted(refusal.message), status=refusal.code) from None
        async with super().stream(credential, model, request) as reads:
            yield reads


def proxy(*learnt: Lesson, new: Model | None = None) -> tuple[Proxy, Simulated]:
    """A server that has read Google's list, with what an earlier one learnt."""
    google = Simulated()
    made = Proxy(google, learnt=learnt)
    made.add_models(new or replace(named(OXYGEN, frozenset({"gemini-api"})), thinks=True))
    return made, google


async def ask(asked: Proxy, path: str, body: Any) -> Answer:
    answer = await asked.ask(path, data=json.dumps(body).encode())
    assert answer.status == 200, answer.raw
    return answer


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("path", "body", "learnt"),
    [
        ("/v1/chat/completions", CHAT, SPOKEN),
        ("/v1/messages", MESSAGES, SPOKEN),
        ("/v1/responses", RESPONSES, SPOKEN),
        ("/v1/completions", COMPLETIONS, set()),
        (GOOGLE_PATH, NATIVE, SPOKEN | {"penalties", "candidates", "thinking_level", "prefill"}),
        (GOOGLE_PATH, BUDGET, {"system_instruction", "thinking_budget", "thinking_level", "prefill"}),
    ],
    ids=["chat", "messages", "responses", "completions", "native", "native-budget"],
)
async def test_each_refusal_costs_one_repair_once_and_none_after_a_restart(
    path: str, body: Any, learnt: set[str], stream: bool
) -> None:
    if stream:
        native = "v1beta" in path
        path, body = path.replace(":gen", ":streamGen"), body if native else {**body, "stream": True}
    first, google = proxy()
    await ask(first, path, body)
    assert len(google.refused) == len(set(google.refused)) == len(learnt), google.refused
    assert {one.ability for one in first.lessons.all()} == learnt
    told = [line for line in first.log if "Learnt from" in line]
    assert len(told) == len(learnt) and all(any(words in line for line in told) for words in google.refused)
    assert [hop.count(f"{OXYGEN} takes no") > 0 for hop in first.hops[1:]] == [True] * len(learnt)

    google.refused.clear()
    await ask(first, path, body)
    later, after = proxy(*first.lessons.all())
    await ask(later, path, body)
    assert google.refused == after.refused == [] and len(later.hops) == 1
    assert len([line for line in first.log if "Learnt from" in line]) == len(learnt), "the log tells each once"
    assert google.asked[-1][1] == after.asked[-1][1]


async def test_what_one_dialect_learnt_serves_the_others() -> None:
    served, google = proxy()
    await ask(served, GOOGLE_PATH, NATIVE)
    google.refused.clear()
    for path, body in (("/v1/chat/completions", CHAT), ("/v1/messages", MESSAGES), ("/v1/responses", RESPONSES)):
        await ask(served, path, body)
    assert google.refused == []
    sent = google.asked[-1][1]
    assert "systemInstruction" not in sent and "responseMimeType" not in sent["generationConfig"]
    words = [part["text"] for part in sent["contents"][0]["parts"]]
    assert words[0] == "Be brief." and '"city"' in words[1] and words[2] == "hi"


async def test_the_hop_says_what_was_sent_in_place_of_it() -> None:
    """gemini-3.8-flash takes no MINIMAL: a file that says it does is put right by Google's refusal."""
    flash = "gemini-3.8-flash"
    wrong = named(flash, frozenset({"gemini-api"}))
    wrong = replace(wrong, abilities=replace(wrong.abilities, levels=("MINIMAL", "LOW", "HIGH")))
    served, google = proxy(new=wrong)
    await ask(served, "/v1/chat/completions", {"model": flash, "messages": [USER], "reasoning_effort": "minimal"})
    assert served.hops[1] == "gemini-3.8-flash takes no MINIMAL: sent LOW" and len(google.refused) == 1
    (line,) = [line for line in served.log if "Learnt" in line]
    assert line.startswith("gemini-3.8-flash takes no MINIMAL: sent LOW")


async def test_a_repair_that_did_not_help_teaches_nothing() -> None:
    class Never(Google):
        @asynccontextmanager
        async def stream(self, credential: Any, model: str, request: Any) -> AsyncIterator[Any]:
            self.asked.append((credential.label, request))
            raise UpstreamFault(FaultKind.CLIENT, quoted("JSON mode is not enabled for models/x"), status=400)
            yield

    served = Proxy(Never())
    answer = await served.ask(response_format={"type": "json_object"}, stream=True)
    assert answer.status == 400 and len(served.google.asked) == 2 and served.lessons.all() == ()


async def test_what_is_forgotten_is_asked_of_google_again() -> None:
    served, google = proxy()
    await ask(served, "/v1/responses", RESPONSES)
    google.refused.clear()
    assert served.lessons.forget(OXYGEN) == 2
    await ask(served, "/v1/responses", RESPONSES)
    assert len(google.refused) == 2


async def test_a_known_model_is_asked_within_its_rules_at_once_and_the_hop_tells() -> None:
    served, google = proxy()
    await ask(served, "/v1/chat/completions", {**CHAT, "model": "gemini-4-neon"})
    assert google.refused == [] and served.lessons.all() == ()
    (hop,) = served.hops
    assert "takes no presencePenalty: left out" in hop and "added “Continue.”" in hop
