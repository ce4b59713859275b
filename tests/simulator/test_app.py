"""The server around the services: it stops under load, stays silent, and two of them live side by side."""

import asyncio
from typing import Any

import httpx
import pytest

from gcli2api_tui.simulator.app import default_world, run_simulator, serve

BODY = {"contents": [{"parts": [{"text": "hi"}]}]}
URL = "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"


async def test_it_stops_while_a_stream_is_alive_and_prints_nothing(capfd: Any) -> None:
    world = default_world(1)
    world.faults.push("slow_chunks", delay_s=60)
    async with serve(world=world) as google, httpx.AsyncClient(base_url=google.url, trust_env=False) as http:
        request = http.build_request("POST", URL, json=BODY, headers={"x-goog-api-key": next(iter(world.api_keys))})
        answer = await http.send(request, stream=True)
        await anext(answer.aiter_raw())
    (entry,) = world.journal.calls("streamGenerateContent")
    assert entry.outcome == "cancelled"
    assert capfd.readouterr() == ("", "")


async def test_two_worlds_do_not_know_each_other() -> None:
    async with serve(seed=1) as one, serve(seed=2) as two:
        one.world.add_api_key("only-here")
        async with httpx.AsyncClient(headers={"x-goog-api-key": "only-here"}, trust_env=False) as http:
            seen = [(await http.get(f"{place.url}/v1beta/models")).status_code for place in (one, two)]
    assert seen == [200, 400]


async def test_a_taken_port_is_an_oserror() -> None:
    async with serve() as google:
        with pytest.raises(OSError, match="in use"):
            await run_simulator(int(google.url.rpartition(":")[2]))


async def test_the_command_serves_the_default_accounts_until_stopped() -> None:
    stop, addresses = asyncio.Event(), asyncio.Queue[str]()
    running = asyncio.create_task(run_simulator(0, 5, stop=stop, ready=addresses.put_nowait))
    async with httpx.AsyncClient(base_url=await addresses.get(), trust_env=False) as http:
        world = (await http.get("/sim/world")).json()
    stop.set()
    await running
    assert [one["email"].split("@")[0] for one in world["accounts"]] == ["alice", "bob", "erin", "frank"]
    assert [one["dead"] for one in world["accounts"]] == [False, False, True, False]
