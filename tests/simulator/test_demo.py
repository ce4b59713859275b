"""The demo's world holds what it promises, and its clients ask like people."""

import asyncio
import json
import random
from itertools import islice
from typing import Any

import httpx
from quart import Quart, request

from gcli2api_tui.clock import Clock
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.demo_world import (
    CAROL,
    DAVE,
    ERIN,
    FLASH,
    GOOD_KEY,
    LOW_KEY,
    PRO,
    STREAM,
    VOICE,
    demo_world,
)
from gcli2api_tui.simulator.invented_answers import answer
from gcli2api_tui.simulator.models import MODELS
from gcli2api_tui.simulator.texts import ANSWERS, LOG, REGEX, STORY
from gcli2api_tui.simulator.traffic import (
    FAKE,
    LONGEST_PAUSE_S,
    OPENING,
    OPENING_PAUSE_S,
    PROGRAMS,
    SHORTEST_PAUSE_S,
    Question,
    Traffic,
    asked_in,
    questions,
)
from gcli2api_tui.simulator.usage import request_tokens


async def test_nine_files_in_their_states() -> None:
    world, files = demo_world(3, Clock())
    loaded = {name: json.loads(data) for name, data in files}
    assert len(loaded) == 9 and loaded["vertex-key.json"]["vertex_api_key"] in world.api_keys
    assert sum("api_key" in one for one in loaded.values()) == 3
    low, now = world.api_keys[LOW_KEY], world.clock.now()
    assert world.meters.used(low.project, FLASH, now) > 0.9 * (low.limits.per_day or 0)
    dead = [one.email for one in world.accounts.values() if one.dead]
    assert dead == [ERIN] and loaded["demo-erin.json"]["refresh_token"] == "1//sim-erin"
    spent = world.meters.charge(DAVE, PRO, world.accounts[DAVE].limits, now)
    assert spent and 3600 < spent.delay_s < 3 * 3600, "until its reset, not for a whole day"
    assert world.faults.take(CAROL, FLASH, STREAM) and not world.faults.take(CAROL, FLASH, STREAM)


def test_a_real_text_for_each_question_and_it_says_that_no_model_wrote_it() -> None:
    request = {"contents": [{"role": "user", "parts": [{"text": REGEX}]}]}
    said = answer(request, MODELS[0], 1, None, None, VOICE).text
    assert "2026-11-25" in said and said.endswith(VOICE.closing)
    unknown = answer(
        {"contents": [{"role": "user", "parts": [{"text": "你好，请介绍一下自己"}]}]}, MODELS[0], 1, None, None, VOICE
    )
    assert unknown.text.endswith(VOICE.closing_chinese)
    asked_for_json = {**request, "generationConfig": {"responseMimeType": "application/json"}}
    assert json.loads(answer(asked_for_json, MODELS[0], 1, None, None, VOICE).text) is not None


def test_a_seed_repeats_who_asks_what_and_every_question_has_its_answer() -> None:
    first, again, other = (list(islice(questions(random.Random(seed)), 150)) for seed in (4, 4, 5))
    assert first == again != other
    assert {one.text for one in first} <= set(ANSWERS)
    assert {one.program.protocol for one in first} == {"chat", "responses", "messages", "gemini"}
    assert any(one.leaves_early for one in first) and any(one.thinking for one in first)
    assert any(one.model.startswith(FAKE) and one.stream for one in first)
    assert first[0].model == FLASH, "the first is refused to carol, who is asked first, and answered by bob"


def test_the_longest_prompt_is_as_long_as_a_model_takes() -> None:
    _, body = asked_in(Question(PROGRAMS[0], FLASH, LOG))
    contents = [{"role": "user", "parts": [{"text": body["messages"][0]["content"]}]}]
    assert 0.95 * 1_048_576 < request_tokens({"contents": contents}) < 1_048_576
    assert answer({"contents": contents}, MODELS[0], 1, None, None, VOICE).text.startswith(ANSWERS[LOG][:40])


async def test_a_whole_answer_takes_as_long_as_its_words() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    world, _ = demo_world(3, Clock())
    world.pacing = Clock(sleep=sleep)
    async with serve(world=world) as google, httpx.AsyncClient() as client:
        body = {"contents": [{"role": "user", "parts": [{"text": STORY}]}]}
        url = f"{google.url}/v1beta/models/{PRO}:generateContent"
        answered = await client.post(url, json=body, headers={"x-goog-api-key": GOOD_KEY})
    said = answered.json()["usageMetadata"]["candidatesTokenCount"]
    assert sum(slept) > said / VOICE.tokens_per_s[PRO] > 5


async def test_invented_clients_ask_steadily_and_stop_at_once(monkeypatch: Any) -> None:
    seen, slept = [], []

    async def chat(**_: str) -> Any:
        seen.append((request.headers["user-agent"], (await request.get_json()).get("model", "")))
        return "data: {}\n\n", 200, {"content-type": "text/event-stream"}

    def app(_: Any) -> Quart:
        made = Quart("proxy")
        made.add_url_rule("/<path:path>", "chat", chat, methods=["POST"])
        return made

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0.005)

    monkeypatch.setattr("gcli2api_tui.simulator.app.build", app)
    async with serve() as proxy:
        running = asyncio.create_task(Traffic(proxy.url, "pwd", 1, Clock(sleep=sleep)).run())
        while len(seen) < 12:
            await asyncio.sleep(0.005)
        running.cancel()
        await asyncio.wait([running])
    opening, then = slept[:OPENING], slept[OPENING:]
    assert set(opening) == {OPENING_PAUSE_S} and all(SHORTEST_PAUSE_S <= pause <= LONGEST_PAUSE_S for pause in then)
    assert len({agent for agent, _ in seen}) > 2 and len({model for _, model in seen}) > 1
