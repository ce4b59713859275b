"""A conversation whose credential changes in its middle: no signature is refused, and nothing is asked twice.

Google takes a signature from the credential that got it, and from no other. Clients send signatures back as each
protocol lets them, or lose them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from judge import Judge, signature
from whole_path import Google, Proxy, said

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.world import World
from gcli2api_tui.upstream.client import open_client
from gcli2api_tui.upstream.gemini_api import GeminiApi

MODELS = ("gemini-2.5-flash", "gemini-3-flash-preview", "gemini-4-neon")
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
SERVED = ["ann", "bob", "ann", "ann", "bob"]
QUOTA = UpstreamFault(FaultKind.DAILY, "Quota exceeded.", status=429, hint_s=3_600.0)


class Signing(Judge):
    """Answers each request with two parallel calls, the first of them signed for the credential that asked."""

    def script(self, label: str) -> Any:
        model = self.model
        call = {"functionCall": {"name": "look", "args": {"city": "Rome"}}}
        signed = {**call, "thoughtSignature": signature(label, model, f"{len(self.asked)}")}
        return [said({"text": "hm", "thought": True}, {"text": "I look."}, signed, call, finish="STOP")]

    model = ""


class Chat:
    path = "/v1/chat/completions"

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self.messages: list[dict[str, Any]] = [{"role": "user", "content": "Which weather has Rome?"}]

    @property
    def body(self) -> dict[str, Any]:
        tool = {"type": "function", "function": {"name": "look", "parameters": PARAMETERS}}
        return {"messages": self.messages, "tools": [tool]}

    def take(self, body: Any) -> None:
        message = body["choices"][0]["message"]
        for call in message["tool_calls"] if not self.keeps else ():
            call.pop("extra_content", None)
        self.messages.append(message)
        ids = [call["id"] for call in message["tool_calls"]]
        assert len({*ids}) == len(ids)
        self.messages += [{"role": "tool", "tool_call_id": identity, "content": identity} for identity in ids]


class Responses:
    path = "/v1/responses"

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self.items: list[dict[str, Any]] = [{"role": "user", "content": "Which weather has Rome?"}]

    @property
    def body(self) -> dict[str, Any]:
        include = {"include": ["reasoning.encrypted_content"]} if self.keeps else {}
        tool = {"type": "function", "name": "look", "parameters": PARAMETERS}
        return {"input": self.items, "tools": [tool], "store": False, **include}

    def take(self, body: Any) -> None:
        self.items += [item for item in body["output"] if self.keeps or item["type"] != "reasoning"]
        ids = [item["call_id"] for item in body["output"] if item["type"] == "function_call"]
        assert len({*ids}) == len(ids)
        self.items += [{"type": "function_call_output", "call_id": one, "output": one} for one in ids]


class Messages:
    path = "/v1/messages"

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self.messages: list[dict[str, Any]] = [{"role": "user", "content": "Which weather has Rome?"}]

    @property
    def body(self) -> dict[str, Any]:
        thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}} if self.keeps else {}
        tools = [{"name": "look", "input_schema": PARAMETERS}]
        return {"messages": self.messages, "tools": tools, "max_tokens": 4096, **thinking}

    def take(self, body: Any) -> None:
        self.messages.append({"role": "assistant", "content": body["content"]})
        ids = [block["id"] for block in body["content"] if block["type"] == "tool_use"]
        assert len({*ids}) == len(ids)
        results = [{"type": "tool_result", "tool_use_id": identity, "content": identity} for identity in ids]
        self.messages.append({"role": "user", "content": results})


def cool(proxy: Proxy, name: str, model: str) -> None:
    """One is out of quota, all others are well."""
    others = tuple(CredentialId(one) for one in proxy.names if one != name)
    proxy.pool.clear_cooldown(CredentialId(name))
    lease = proxy.pool.lease(model, ("gemini-api",), tried=others)
    proxy.pool.failed(lease, QUOTA)
    proxy.pool.release(lease)
    for other in others:
        proxy.pool.clear_cooldown(other)


async def converse(proxy: Proxy, client: Any, model: str) -> None:
    """Five requests of one turn; whoever is not to serve is out of quota."""
    for label in SERVED:
        cool(proxy, "bob" if label == "ann" else "ann", model)
        answer = await proxy.ask(client.path, data=json.dumps({"model": model, **client.body}).encode())
        assert answer.status == 200, answer.raw
        client.take(answer.body)


@pytest.mark.parametrize("keeps", [True, False], ids=["keeps signatures", "loses them"])
@pytest.mark.parametrize("dialect", [Chat, Responses, Messages])
@pytest.mark.parametrize("model", MODELS)
async def test_a_change_costs_no_refusal_and_no_second_attempt(model: str, dialect: Any, keeps: bool) -> None:
    google = Signing()
    google.model = model
    await converse(Proxy(google), dialect(keeps=keeps), model)
    assert google.words == []
    assert [label for label, _ in google.asked] == SERVED
    last = google.asked[-1][1]
    ids = [part["functionCall"]["id"] for one in last["contents"] for part in one["parts"] if "functionCall" in part]
    results = [part["functionResponse"] for one in last["contents"] for part in one["parts"] if "functionResponse" in part]
    assert [(one["id"], one["response"]) for one in results] == [(identity, {"result": identity}) for identity in ids]
