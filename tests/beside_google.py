"""The whole path with the real backends and the stand-in for Google, all in this process.

In: keys that the stand-in knows. Out: the program as clients reach it, by raw requests and by their own SDKs, and the
stand-in's world. One socket, to the stand-in; clients call the app itself.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import openai
from holding import Holding
from openai import AsyncOpenAI
from sdk_http import library_of
from stand_in import key
from whole_path import Proxy

from gcli2api_tui.config.settings import Settings
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.world import World
from gcli2api_tui.state.ports import OwnedRow
from gcli2api_tui.upstream.backends import all_backends
from gcli2api_tui.upstream.gemini_api import GoogleThings
from gcli2api_tui.upstream.http_client import open_client

HTTP = library_of(openai)
PAID, OTHER = "AQ.paid-1", "AQ.paid-2"


@dataclass
class Beside:
    """Clients' side and Google's."""

    world: World
    proxy: Proxy
    http: Any
    """As a client of ours; its key is sent with every request."""

    def openai(self, **more: Any) -> AsyncOpenAI:
        return AsyncOpenAI(base_url="http://127.0.0.1/v1", api_key="key", http_client=self.http, max_retries=0, **more)

    def anonymous(self, library: ModuleType = HTTP) -> Any:
        """A client that sends no key by itself."""
        transport = library.ASGITransport(app=self.proxy.client.app)
        return library.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    def owned(self, kind: str) -> list[OwnedRow]:
        """What is known of files, cachedContents or interactions."""
        return [row for name, row in self.proxy.owners.owned.items() if name.startswith(kind)]

    def owns(self, name: str, who: str) -> None:
        self.proxy.owners.learn(name, CredentialId(who), self.proxy.now + 1000)

    def forget_all(self) -> None:
        for row in self.owned(""):
            self.proxy.owners.forget(row.name)

    def rejoin(self, who: str) -> None:
        self.proxy.pool.add(key(who))

    @property
    def rows(self) -> Any:
        return self.proxy.ledger.snapshot().exchanges


@asynccontextmanager
async def beside_google(*keys: str, world: World | None = None) -> AsyncIterator[Beside]:
    """A pool of API keys, of a project each; those of `keys` that the world knows stay as they are."""
    world = world or World()
    for name in keys or (PAID,):
        if name not in world.api_keys:
            world.add_api_key(name, project=f"project-{name}", free=False)
    async with serve(world=world) as google, open_client(loopback_only=True) as client:
        url = google.url
        chosen = Settings(gemini_base_url=url, vertex_base_url=url, code_assist_endpoint=url, oauth_base_url=url)

        def backends(clock: Any) -> Any:
            ignore = lambda *told: None  # noqa: E731
            return all_backends(client, chosen, clock, lambda backend, model: model, tuple, Holding(), ignore, ignore)

        google_things = lambda clock: GoogleThings(client, url, clock)  # noqa: E731
        proxy = Proxy(names=keys or (PAID,), backends=backends, credential=key, things=google_things)
        transport = HTTP.ASGITransport(app=proxy.client.app)
        headers = {"Authorization": "Bearer key"}
        async with HTTP.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as http:
            yield Beside(world, proxy, http)
