"""The relay over a real backend and real sockets: a client that leaves is felt by Google."""

import asyncio

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.world import World
from gcli2api_tui.upstream.gemini_api import GeminiApi
from gcli2api_tui.upstream.http_client import open_client

REQUEST = {"contents": [{"role": "user", "parts": [{"text": "Say hi."}]}]}


async def test_leaving_closes_the_connection_to_google(bench):
    world = World(first_byte_s=0.0, pace_s=5.0)
    world.add_api_key("k", free=False)
    it = bench(model="gemini-2.5-flash", request=REQUEST)
    async with serve(world=world) as google, open_client(loopback_only=True) as client:
        it.serve({"gemini-api": GeminiApi(client, google.url, Clock(), lambda backend, model: model)})
        items = it.run()
        assert (await anext(items)).status == 200
        await anext(items)
        await items.aclose()
        async with asyncio.timeout(20):
            while world.journal.calls()[-1].outcome == "open":
                await asyncio.sleep(0.01)
        assert world.journal.calls()[-1].outcome == "cancelled"
    assert it.pool.held == 0 and it.recorder.names[-1] == "ExchangeCancelled"


CALL = {"functionCall": {"name": "f", "args": {}}}
RESULT = {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]}
FOREIGN = {**REQUEST, "contents": [
    *REQUEST["contents"], {"role": "model", "parts": [{**CALL, "thoughtSignature": "Zm9yZWlnbg=="}]}, RESULT,
]}  # fmt: skip
TOOLS = {"tools": [{"functionDeclarations": [
    {"name": "f", "parametersJsonSchema": {"type": "object", "properties": {"a": {"const": "x"}}}},
]}]}  # fmt: skip


@pytest.mark.parametrize(("request_", "faults"), [(FOREIGN, []), (REQUEST | TOOLS, ["invalid_argument"])])
async def test_what_google_refuses_for_its_form_is_repaired_so_that_google_takes_it(bench, request_, faults):
    world = World(first_byte_s=0.0, pace_s=0.0)
    world.add_api_key("k", free=False)
    for kind in faults:
        world.faults.push(kind)
    it = bench(model="gemini-3.1-pro-preview", request=request_)
    async with serve(world=world) as google, open_client(loopback_only=True) as client:
        it.serve({"gemini-api": GeminiApi(client, google.url, Clock(), lambda backend, model: model)})
        await it.read()
        assert [call.status for call in world.journal.calls()] == [400, 200]
    assert it.got.opened.status == 200 and it.got.body.endswith(b"done")
    assert it.pool.log == [("ok", "a")] and len(it.recorder.failures) == 1


@pytest.mark.parametrize("kind", ["cut", "no_finish"])
async def test_a_cut_stream_is_continued_in_a_way_that_google_takes(bench, kind):
    world = World(first_byte_s=0.0, pace_s=0.0)
    world.add_api_key("k", free=False)
    world.faults.push(kind, after=1) if kind == "cut" else world.faults.push(kind)
    it = bench(model="gemini-2.5-flash", request=REQUEST, full=True)
    async with serve(world=world) as google, open_client(loopback_only=True) as client:
        it.serve({"gemini-api": GeminiApi(client, google.url, Clock(), lambda backend, model: model)})
        await it.read()
        assert [call.status for call in world.journal.calls()] == [200, 200]
    assert it.got.body.endswith(b";done") and it.recorder.names[-1] == "ExchangeFinished"
    assert len(it.recorder.failures) == 1 and it.recorder.names.count("AttemptStarted") == 2


async def test_an_answer_at_its_limit_is_continued_in_a_way_that_google_takes(bench):
    world = World(first_byte_s=0.0, pace_s=0.0)
    world.add_api_key("k", free=False)
    limited = {**REQUEST, "generationConfig": {"maxOutputTokens": 1, "thinkingConfig": {"thinkingBudget": 0}}}
    it = bench(model="gemini-2.5-flash", request=limited, full=True)
    async with serve(world=world) as google, open_client(loopback_only=True) as client:
        it.serve({"gemini-api": GeminiApi(client, google.url, Clock(), lambda backend, model: model)})
        await it.read()
        assert [call.status for call in world.journal.calls()] == [200] * 5
    assert it.got.body.endswith(b";done") and it.encoder.finish_reason == "max_tokens"
