"""A conversation whose credential changes in its middle: no signature is refused, and nothing is asked twice.

Google takes a signature from the credential that got it, and from no other. Clients send signatures back as each
protocol lets them, or lose them.
"""

import json
from typing import Any

import pytest
from judge import Judge, signature
from tool_loops import CLIENTS, pairs
from whole_path import Proxy, said

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.world import World
from gcli2api_tui.upstream.gemini_api import GeminiApi
from gcli2api_tui.upstream.http_client import open_client

MODELS = ("gemini-2.5-flash", "gemini-3-flash-preview", "gemini-4-neon")
SERVED = ["ann", "bob", "ann", "ann", "bob"]
QUOTA = UpstreamFault(FaultKind.DAILY, quoted("Quota exceeded."), status=429, hint_s=3_600.0)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Signing(Judge):
    """Answers each request with two equal calls, the first of them signed for the credential that asked."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model

    def script(self, label: str) -> Any:
        call = {"functionCall": {"name": "look", "args": {"city": "Rome"}}}
        signed = {**call, "thoughtSignature": signature(label, self.model, f"{len(self.asked)}")}
        return [said({"text": "hm", "thought": True}, {"text": "I look."}, signed, call, finish="STOP")]


def cool(proxy: Proxy, name: str, model: str) -> None:
    """One is out of quota, all others are well."""
    others = tuple(CredentialId(one) for one in proxy.names if one != name)
    proxy.pool.clear_cooldown(CredentialId(name))
    lease = proxy.pool.lease(model, ("gemini-api",), ALL, tried=others)
    proxy.pool.failed(lease, QUOTA)
    proxy.pool.release(lease)
    for other in others:
        proxy.pool.clear_cooldown(other)


async def converse(proxy: Proxy, client: Any, model: str) -> None:
    """Five requests of one turn; whoever is not to serve is out of quota."""
    for label in SERVED:
        cool(proxy, "bob" if label == "ann" else "ann", model)
        answer = await proxy.ask(client.path, data=json.dumps({**client.body, "model": model}).encode())
        assert answer.status == 200, answer.raw
        client.take(answer)


@pytest.mark.parametrize("keeps", [True, False], ids=["keeps signatures", "loses them"])
@pytest.mark.parametrize("dialect", CLIENTS)
@pytest.mark.parametrize("model", MODELS)
async def test_a_change_costs_no_refusal_and_no_second_attempt(model: str, dialect: Any, keeps: bool) -> None:
    google = Signing(model)
    await converse(Proxy(google), dialect(keeps=keeps, stream=keeps), model)
    assert google.words == [] and [label for label, _ in google.asked] == SERVED
    assert all(identity == result for identity, result in pairs(google.asked[-1][1]))


@pytest.mark.parametrize("dialect", CLIENTS)
async def test_the_stand_in_refuses_nothing_either(dialect: Any) -> None:
    """Over HTTP, with the stand-in's own calls and signatures; each key has a project of its own."""
    model, world = "gemini-3-flash-preview", World(first_byte_s=0.0, pace_s=0.0)
    for name in ("ann", "bob"):
        world.add_api_key(name, project=f"project-{name}")
    async with serve(world=world) as google, open_client(loopback_only=True) as client:
        google_api = GeminiApi(client, google.url, Clock(), lambda backend, model: model)
        proxy = Proxy(backends=lambda clock: {"gemini-api": google_api})
        talk = dialect()
        for _ in range(3):
            for label in ("ann", "bob"):
                world.faults.push("tool_call")
                cool(proxy, "bob" if label == "ann" else "ann", model)
                answer = await proxy.ask(talk.path, data=json.dumps({**talk.body, "model": model}).encode())
                assert len(talk.take(answer)) == 1
    assert [call.status for call in world.journal.calls()] == [200] * 6


async def test_a_picture_of_the_models_keeps_its_signature_with_the_credential_that_drew_it() -> None:
    model = "gemini-3-flash-preview"
    signed = signature("ann", model, "picture")
    drew = said({"inlineData": {"mimeType": "image/png", "data": PNG}, "thoughtSignature": signed}, finish="STOP")
    google = Judge([drew])
    proxy = Proxy(google)
    history: list[Any] = [{"role": "user", "content": "draw"}]
    sent = []
    for label in ("ann", "ann", "bob"):
        cool(proxy, "bob" if label == "ann" else "ann", model)
        answer = await proxy.ask(model=model, messages=history)
        history += [answer.body["choices"][0]["message"], {"role": "user", "content": "bluer"}]
        contents = google.asked[-1][1]["contents"]
        sent.append([part.get("thoughtSignature") for one in contents for part in one["parts"] if "inlineData" in part])
    bypass = "skip_thought_signature_validator"
    assert sent == [[], [signed], [bypass, bypass]] and google.words == []


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("dialect", CLIENTS)
@pytest.mark.parametrize("ids", [["g1", "g1", "g1"], ["", "", ""], ["g1", "", "g1_2"]])
async def test_calls_of_one_answer_have_distinct_ids_and_each_finds_its_result(
    ids: list[str], dialect: Any, stream: bool
) -> None:
    """Equal in name, arguments and signature, in one read or in several."""
    model = "gemini-3-flash-preview"
    signed = {"thoughtSignature": signature("ann", model, "x")}
    calls = [
        {"functionCall": {"name": "look", "args": {"city": "Rome"}} | ({"id": one} if one else {}), **signed}
        for one in ids
    ]
    reads = [said(*calls[:2]), said(calls[2], finish="STOP")] if stream else [said(*calls, finish="STOP")]
    google = Judge(reads, [said({"text": "well"}, finish="STOP")])
    proxy, client = Proxy(google, names=("ann",)), dialect(stream=stream)
    answer = await proxy.ask(client.path, data=json.dumps({**client.body, "model": model}).encode())
    given = client.take(answer)
    assert len({*given}) == 3
    again = await proxy.ask(client.path, data=json.dumps({**client.body, "model": model}).encode())
    assert again.status == 200 and google.words == []
    assert pairs(google.asked[-1][1]) == [(one, one) for one in given]
