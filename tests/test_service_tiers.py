"""Service tiers through the whole path: asked in each API's words, served by Google, told in the answer and shown."""

from typing import Any

import pytest
from beside_google import PAID, beside_google
from stand_in import key, sign_in

from gcli2api_tui.credentials.credential import Kind
from gcli2api_tui.simulator.world import World

MODEL = "gemini-3.5-flash-lite"
CHAT = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
NATIVE = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
FREE = "AQ.free-1"


def asked(world: World) -> list[Any]:
    return [entry.body.get("serviceTier") for entry in world.journal.calls(path=":")]


@pytest.mark.parametrize(
    ("word", "google", "told"),
    [("flex", "flex", "flex"), ("priority", "priority", "priority"), ("fast", "priority", "priority"),
     ("auto", None, "default"), ("default", None, "default"), ("scale", None, "default")],
)  # fmt: skip
async def test_openais_words_go_there_and_back(word: Any, google: str | None, told: str) -> None:
    async with beside_google(PAID) as it:
        answer = await it.openai().chat.completions.create(**CHAT, service_tier=word)
        assert (asked(it.world), answer.service_tier) == ([google], told)
        assert it.rows[-1].tier == (google or "")


async def test_each_chunk_of_a_stream_says_it() -> None:
    async with beside_google(PAID) as it:
        stream = await it.openai().chat.completions.create(**CHAT, service_tier="flex", stream=True)
        assert [chunk.service_tier async for chunk in stream][-1] == "flex"


async def test_a_downgrade_is_told_and_shown() -> None:
    world = World()
    world.add_api_key(FREE, free=True)
    async with beside_google(FREE, world=world) as it:
        openai = it.openai()
        assert (await openai.chat.completions.create(**CHAT, service_tier="priority")).service_tier == "default"
        assert it.rows[-1].tier == "priority → standard"
        answer = await openai.responses.create(model=MODEL, input="hi", service_tier="priority")
        assert answer.service_tier == "default"
        native = await it.http.post(
            f"/v1beta/models/{MODEL}:generateContent", json={**NATIVE, "service_tier": "SERVICE_TIER_PRIORITY"}
        )
        assert native.headers["x-gemini-service-tier"] == "standard"
        assert "servedTier" not in native.text and asked(it.world)[-1] == "SERVICE_TIER_PRIORITY"


async def test_a_response_says_what_served_it() -> None:
    async with beside_google(PAID) as it:
        answer = await it.openai().responses.create(model=MODEL, input="hi", service_tier="flex")
        assert (answer.service_tier, asked(it.world)) == ("flex", ["flex"])


@pytest.mark.parametrize(
    ("word", "told"), [("auto", "standard"), ("standard_only", "standard"), ("priority", "priority")]
)
async def test_anthropics_usage_says_it(word: str, told: str) -> None:
    async with beside_google(PAID) as it:
        body = {**CHAT, "max_tokens": 99, "service_tier": word}
        assert (await it.http.post("/v1/messages", json=body)).json()["usage"]["service_tier"] == told
        assert (
            "service_tier" not in (await it.http.post("/v1/messages", json={**CHAT, "max_tokens": 9})).json()["usage"]
        )


async def test_who_does_not_ask_is_told_nothing() -> None:
    async with beside_google(PAID) as it:
        answer = await it.http.post("/v1/chat/completions", json=CHAT)
        assert "service_tier" not in answer.json() and "x-gemini-service-tier" not in answer.headers
        assert it.rows[-1].tier == ""


@pytest.mark.parametrize(("word", "told"), [("flex", "flex"), ("priority", "priority"), ("default", "default")])
async def test_vertex_takes_it_in_a_header_and_tells_it_in_the_usage(word: Any, told: str) -> None:
    world = World()
    world.add_api_key(PAID, free=False)
    async with beside_google(PAID, world=world) as it:
        it.proxy.pool.retire(it.proxy.pool.members()[0].credential.id)
        it.proxy.pool.add(key(PAID, Kind.VERTEX_EXPRESS))
        answer = await it.openai().chat.completions.create(**CHAT, service_tier=word)
        entry = it.world.journal.calls(path="publishers")[-1]
        assert (entry.headers.get("x-vertex-ai-llm-shared-request-type"), answer.service_tier) == (
            None if told == "default" else told, told
        )  # fmt: skip
        assert "serviceTier" not in entry.body


async def test_code_assist_has_none_and_the_attempt_says_so() -> None:
    world = World()
    world.add_account(
        "alice@example.com", refresh_token="refresh-alice", client_id="client", client_secret="pair", project="project"
    )
    async with beside_google(PAID, world=world) as it:
        it.proxy.pool.retire(it.proxy.pool.members()[0].credential.id)
        it.proxy.pool.add(sign_in("alice"))
        answer = await it.openai().chat.completions.create(
            model="gemini-3-flash-preview",
            messages=CHAT["messages"],
            service_tier="flex",  # type: ignore[arg-type]
        )
        assert answer.service_tier == "default"
        assert "flex is left out" in it.rows[-1].hops[-1].reason
