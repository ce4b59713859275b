"""A world with a hand-driven clock, served on a free loopback port, and a raw client for it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET, World


@dataclass
class Hand:
    """Time that moves when told; sleepers wait for ever, and say so."""

    at: float = 1_795_000_000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, monotonic=lambda: self.at, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if seconds >= 1:
            await asyncio.Event().wait()


@dataclass
class Google:
    world: World
    hand: Hand
    http: httpx.AsyncClient

    async def ask(self, text: str = "hi", *, model: str = "gemini-2.5-flash", stream: bool = False, **more: Any) -> Any:
        return await self.post({"contents": [said(text)], **more}, model=model, stream=stream)

    async def post(self, body: Any, *, model: str = "gemini-2.5-flash", stream: bool = False) -> httpx.Response:
        method = "streamGenerateContent?alt=sse" if stream else "generateContent"
        return await self.http.post(f"/v1beta/models/{model}:{method}", json=body, headers=KEY)

    async def token(self, **fields: str) -> httpx.Response:
        return await self.http.post("/token", data={"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **fields})

    async def assist(self, method: str, body: Any, email: str = "alice@example.com", query: str = "") -> httpx.Response:
        token = self.world.issue_token(email)
        return await self.http.post(
            f"/v1internal:{method}{query}", json=body, headers={"authorization": f"Bearer {token}"}
        )


KEY = {"x-goog-api-key": "AIza-sim-1"}


def said(text: str) -> dict[str, Any]:
    return {"role": "user", "parts": [{"text": text}]}


@pytest.fixture
async def google() -> AsyncIterator[Google]:
    hand = Hand()
    world = World(seed=7, clock=hand.clock())
    world.add_api_key("AIza-sim-1", project="p1")
    world.add_account("alice@example.com", project="alice-project")
    async with (
        serve(world=world) as served,
        # Else it reads the certificates of all the world, which takes longer than most of these tests.
        httpx.AsyncClient(base_url=served.url, verify=False, trust_env=False) as http,
    ):
        yield Google(world, hand, http)
