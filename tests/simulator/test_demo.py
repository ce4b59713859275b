"""The demo's world holds what it promises, and its clients ask like people."""

import asyncio
import json
from typing import Any

from quart import Quart, request

from gcli2api_tui.clock import Clock
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.demo_world import FLASH, LOW_KEY, PRO, demo_world
from gcli2api_tui.simulator.traffic import LONGEST_PAUSE_S, OPENING, SHORTEST_PAUSE_S, Traffic


async def test_six_files_in_their_states() -> None:
    world, files = demo_world(3, Clock())
    loaded = {name: json.loads(data) for name, data in files}
    assert len(loaded) == 6 and loaded["vertex-key.json"]["vertex_api_key"] in world.api_keys
    assert sum("api_key" in one for one in loaded.values()) == 2
    low = world.api_keys[LOW_KEY]
    assert world.meters.used(low.project, FLASH, world.clock.now()) > 0.9 * (low.limits.per_day or 0)
    dead = [one.email for one in world.accounts.values() if one.dead]
    assert dead == ["erin@example.com"] and loaded["demo-erin.json"]["refresh_token"] == "1//sim-erin"
    fault = world.faults.take("bob@example.com", PRO, "generateContent")
    assert fault and fault.options["delay_s"] > 3600
    assert world.faults.take("alice@example.com", PRO, "generateContent") is None


async def test_invented_clients_ask_steadily_and_stop_at_once(monkeypatch: Any) -> None:
    seen, slept = [], []

    async def chat() -> Any:
        seen.append((request.headers["user-agent"], (await request.get_json())["model"]))
        return "data: {}\n\n", 200, {"content-type": "text/event-stream"}

    def app(_: Any) -> Quart:
        made = Quart("proxy")
        made.add_url_rule("/v1/chat/completions", "chat", chat, methods=["POST"])
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
    assert set(opening) == {0.6} and all(SHORTEST_PAUSE_S <= pause <= LONGEST_PAUSE_S for pause in then)
    assert len({agent for agent, _ in seen}) > 2 and len({model for _, model in seen}) > 1
