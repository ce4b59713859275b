"""A request for a model that has ended at Google, through the whole path: who is asked, who answers, what is said.

Google here does not find the models that a test names, in its own words, and answers for all others.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from whole_path import Answer, Google, Proxy, said

from gcli2api_tui.clock import day_of
from gcli2api_tui.control.ended_models import REMEMBERED_S
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.ledger.credential_rows import CredentialState

ENDED, NEXT = "gemini-2.5-pro", "gemini-3.8-flash"
AFTER = 1_796_515_200.0
"""2026-12-06: Google's day for ENDED has come."""
TEXT = [{"role": "user", "content": "hi"}]
NATIVE = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
DIALECTS: dict[str, tuple[str, Any]] = {
    "chat": ("/v1/chat/completions", {"model": ENDED, "messages": TEXT}),
    "chat-stream": ("/v1/chat/completions", {"model": ENDED, "messages": TEXT, "stream": True}),
    "completions": ("/v1/completions", {"model": ENDED, "prompt": "hi"}),
    "responses": ("/v1/responses", {"model": ENDED, "input": "hi"}),
    "responses-stream": ("/v1/responses", {"model": ENDED, "input": "hi", "stream": True}),
    "messages": ("/v1/messages", {"model": ENDED, "messages": TEXT, "max_tokens": 9}),
    "messages-stream": ("/v1/messages", {"model": ENDED, "messages": TEXT, "max_tokens": 9, "stream": True}),
    "native": (f"/v1beta/models/{ENDED}:generateContent", NATIVE),
    "native-stream": (f"/v1beta/models/{ENDED}:streamGenerateContent?alt=sse", NATIVE),
}


class Ending(Google):
    """Does not find `gone`; notes whom it was asked for."""

    def __init__(self, *gone: str, **status: Any) -> None:
        super().__init__([said({"text": "hello"}, finish="STOP", **status)])
        self.gone, self.models = set(gone), list[str]()

    @asynccontextmanager
    async def stream(self, credential: Any, model: str, request: Any) -> AsyncIterator[Any]:
        self.models.append(model)
        self._find(model)
        async with super().stream(credential, model, request) as reads:
            yield reads

    async def count_tokens(self, credential: Any, model: str, request: Any) -> Any:
        self.models.append(model)
        self._find(model)
        return {"totalTokens": 7}

    async def embed(self, credential: Any, model: str, method: str, request: Any) -> Any:
        self.models.append(model)
        self._find(model)
        return {"embeddings": [{"values": [1.0]}]}

    def _find(self, model: str) -> None:
        if model in self.gone:
            words = f"models/{model} is not found for API version v1beta, or is not supported for generateContent."
            raise UpstreamFault(FaultKind.MODEL, words, status=404)  # type: ignore[arg-type]


def proxy(google: Ending, *names: str, successors: bool = False, now: float = AFTER) -> Proxy:
    made = Proxy(google, names or ("ann", "bob", "carl"), successors=successors)
    made.now = now
    return made


async def send(asked: Proxy, dialect: str = "chat", **more: Any) -> Answer:
    path, body = DIALECTS[dialect]
    return await asked.ask(path, data=json.dumps({**body, **more}).encode())


def lines(asked: Proxy) -> list[str]:
    return [row.text for row in asked.ledger.snapshot().log if row.source == "models"]


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_the_404_names_the_successor_and_the_setting_and_costs_no_credential(dialect: str) -> None:
    google = Ending(ENDED)
    asked = proxy(google)
    first, second = await send(asked, dialect), await send(asked, dialect)
    for answer in (first, second):
        words = answer.raw.decode()
        assert answer.status == 404 and NEXT in words and "successors" in words and "is not found" in words
        assert "x-gcli2api-model" not in answer.headers
    assert google.models == [ENDED], "one credential is asked, and the second request is answered from memory"
    assert {view.state for view in asked.pool.view()} == {CredentialState.READY}
    assert [view.cooldowns for view in asked.pool.view()] == [()] * 3
    assert len([line for line in lines(asked) if "has ended" in line]) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_the_successor_answers_after_the_404_and_then_at_once(dialect: str) -> None:
    google = Ending(ENDED)
    asked = proxy(google, successors=True)
    for _ in range(2):
        answer = await send(asked, dialect)
        assert answer.status == 200 and "hello" in answer.raw.decode()
        assert answer.headers["x-gcli2api-model"] == NEXT
    assert google.models == [ENDED, NEXT, NEXT]
    told = [line for line in lines(asked) if f"{NEXT}, which Google names to follow it, answers" in line]
    assert len(told) == 2 and "#1" in told[0] and "#2" in told[1]
    row = asked.ledger.snapshot().exchanges[0]
    assert [hop.status for hop in row.hops] == [404, 200] and NEXT in row.hops[1].reason


async def test_an_openai_error_has_its_four_keys() -> None:
    error = (await send(proxy(Ending(ENDED)))).body["error"]
    assert (error["param"], error["code"], error["type"]) == ("model", "model_not_found", "invalid_request_error")


async def test_a_404_is_forgotten_after_a_day() -> None:
    google = Ending(ENDED)
    asked = proxy(google)
    await send(asked)
    asked.now += REMEMBERED_S - 1
    await send(asked)
    assert google.models == [ENDED]
    asked.now += 1
    google.gone.clear()
    assert (await send(asked)).status == 200 and google.models == [ENDED, ENDED]


async def test_before_googles_day_a_404_is_of_the_credential_that_was_asked() -> None:
    """A key may not be entitled where another is; when nobody has the model, it has ended all the same."""
    google = Ending(ENDED)
    asked = proxy(google, successors=True, now=AFTER - 30 * 86_400)
    assert day_of(asked.now) < asked.catalogue.models[ENDED].ends["gemini-api"]
    answer = await send(asked)
    assert answer.status == 200 and answer.headers["x-gcli2api-model"] == NEXT
    assert google.models == [ENDED] * 3 + [NEXT]
    await send(asked)
    assert google.models[4:] == [NEXT], "each credential's 404 is remembered"


async def test_a_chain_ends_at_one_that_lives() -> None:
    """By Google's dates the next one has ended as well; the one after it lives, and is asked at once."""
    google = Ending("gemini-a")
    asked = proxy(google, successors=True)
    asked.add_models(
        model("gemini-a", "gemini-b", over=True), model("gemini-b", "gemini-c", over=True), model("gemini-c")
    )
    answer = await send(asked, model="gemini-a")
    assert answer.headers["x-gcli2api-model"] == "gemini-c" and google.models == ["gemini-a", "gemini-c"]


async def test_a_successor_that_google_does_not_find_either_is_followed_further() -> None:
    google = Ending("gemini-a", "gemini-b")
    asked = proxy(google, "ann", successors=True)
    asked.add_models(model("gemini-a", "gemini-b", over=True), model("gemini-b", "gemini-c"), model("gemini-c"))
    answer = await send(asked, model="gemini-a")
    assert answer.headers["x-gcli2api-model"] == "gemini-c"
    assert google.models == ["gemini-a", "gemini-b", "gemini-c"]


async def test_a_chain_of_the_dead_ends_in_a_404_that_says_so() -> None:
    google = Ending("gemini-a", "gemini-b")
    asked = proxy(google, "ann", successors=True)
    asked.add_models(model("gemini-a", "gemini-b", over=True), model("gemini-b", over=True))
    answer = await send(asked, model="gemini-a")
    assert answer.status == 404 and google.models == ["gemini-a", "gemini-b"]
    assert (await send(asked, model="gemini-a")).status == 404 and len(google.models) == 2


async def test_a_circle_of_googles_ends() -> None:
    google = Ending("gemini-a", "gemini-b")
    asked = proxy(google, "ann", successors=True)
    asked.add_models(model("gemini-a", "gemini-b", over=True), model("gemini-b", "gemini-a", over=True))
    assert (await send(asked, model="gemini-a")).status == 404 and google.models == ["gemini-a", "gemini-b"]


async def test_no_other_models_404_is_followed_by_anybody() -> None:
    google = Ending("gemini-3.8-flash")
    answer = await send(proxy(google, successors=True), model="gemini-3.8-flash")
    assert answer.status == 404 and "x-gcli2api-model" not in answer.headers


async def test_a_successor_is_asked_by_its_own_rules() -> None:
    """A budget of thinking becomes a level, also of one who speaks Google's protocol: nobody asked for this model."""
    google = Ending("gemini-a")
    asked = proxy(google, successors=True)
    asked.add_models(model("gemini-a", "gemini-4-neon", over=True))
    thinking = {"generationConfig": {"thinkingConfig": {"thinkingBudget": 1024}}}
    await asked.ask("/v1beta/models/gemini-a:generateContent", data=json.dumps({**NATIVE, **thinking}).encode())
    assert google.asked[-1][1]["generationConfig"]["thinkingConfig"] == {
        "thinkingLevel": "LOW",
        "includeThoughts": True,
    }


async def test_a_count_follows_and_vectors_do_not() -> None:
    google = Ending(ENDED)
    asked = proxy(google, successors=True)
    counted = await asked.ask(f"/v1beta/models/{ENDED}:countTokens", data=json.dumps(NATIVE).encode())
    assert counted.body == {"totalTokens": 7} and google.models == [ENDED, NEXT]
    body = {"model": ENDED, "input": "hi"}
    refused = await asked.ask("/v1/embeddings", data=json.dumps(body).encode())
    assert refused.status == 404 and google.models == [ENDED, NEXT], "vectors of two models cannot be compared"


async def test_that_a_model_makes_no_vectors_does_not_end_it() -> None:
    """Google's sentence for it is the same, and its day has come."""
    google = Ending(ENDED)
    asked = proxy(google, "ann")
    body = json.dumps({"model": ENDED, "input": "hi"}).encode()
    assert (await asked.ask("/v1/embeddings", data=body)).status == 404
    google.gone.clear()
    assert (await send(asked)).status == 200
    assert not lines(asked)


async def test_what_lives_on_elsewhere_is_asked_there() -> None:
    """Ended on one backend only, and no credential for the others: no advice to add one, the 404 of Google."""
    google = Ending("gemini-a")
    asked = proxy(google)
    asked.add_models(replace(model("gemini-a", over=True), backends=frozenset({"gemini-api", "code-assist"})))
    for _ in range(2):
        answer = await send(asked, model="gemini-a")
        assert answer.status == 404 and answer.body["error"]["code"] == "model_not_found"
    assert google.models == ["gemini-a"]


async def test_a_model_that_no_backend_here_serves_is_no_matter_of_ends() -> None:
    asked = proxy(Ending(), successors=True)
    asked.add_models(replace(model("gemini-a", "gemini-b"), backends=frozenset({"code-assist"})))
    assert (await send(asked, model="gemini-a")).status == 503


def model(name: str, successor: str = "", *, over: bool = False) -> Model:
    ends = {"gemini-api": "2026-12-01"} if over else {}
    return Model(name, frozenset({"gemini-api"}), ends=ends, successor=successor)
