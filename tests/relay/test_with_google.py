"""The relay over a real backend and real sockets: a client that leaves is felt by Google."""

import asyncio

from gcli2api_tui.clock import Clock
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.world import World
from gcli2api_tui.upstream.client import open_client
from gcli2api_tui.upstream.gemini_api import GeminiApi

REQUEST = {"contents": [{"role": "user", "parts": [{"text": "Say hi."}]}]}


async def test_leaving_closes_the_connection_to_google(bench):
    world = World(first_byte_s=0.0, pace_s=5.0)
    world.add_api_key("k", free=False)
    it = bench(model="gemini-2.5-flash", request=REQUEST)
    async with serve(world=world) as google, open_client(loopback_only=True) as client:
        it.relay._backends = {"gemini-api": GeminiApi(client, google.url, Clock(), lambda backend, model: model)}
        items = it.run()
        assert (await anext(items)).status == 200
        await anext(items)
        await items.aclose()
        async with asyncio.timeout(3):
            while world.journal.calls()[-1].outcome == "open":
                await asyncio.sleep(0.01)
        assert world.journal.calls()[-1].outcome == "cancelled"
    assert it.pool.held == 0 and it.recorder.names[-1] == "ExchangeCancelled"
