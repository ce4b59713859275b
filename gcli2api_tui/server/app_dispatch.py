"""The app that listens: the short way for what it knows (fast_path.py), Quart (app.py) for all else.

In: ASGI scopes. Out: answers. Quart is imported and built in a thread when somebody asks for what is Quart's: a panel
that only relays never needs its 10 MB. Invariant: an exchange is closed when its request is over, however that came.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Protocol

from gcli2api_tui.messages.message import Message
from gcli2api_tui.process_wide import freeze_what_is_here
from gcli2api_tui.server.client_request import Scope
from gcli2api_tui.server.fast_path import ALIVE, App, FastPath, Receive, Send
from gcli2api_tui.server.generating import EXCHANGE, route
from gcli2api_tui.server.middleware import Middleware
from gcli2api_tui.server.services import Services


class Pages(Protocol):
    """What has no short way."""

    async def by_quart(self, scope: Any, receive: Receive, send: Send) -> None: ...


class AppDispatch:
    """One for a server."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.middleware = Middleware(services)
        self._fast_path = FastPath(services, self.middleware)
        self._wanted, self._whole = asyncio.Event(), asyncio.Event()
        self._pages: Pages | None = None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        await self.answer(scope, receive, send, self._by_quart)

    async def answer(self, scope: Scope, receive: Receive, send: Send, rest: App) -> None:
        """To the end; `rest` answers what has no short way."""
        if scope["type"] != "http":
            await rest(scope, receive, send)
            return
        self.middleware.enter(scope)
        try:
            if generate := route(scope):
                await self._fast_path.answer(generate, scope, receive, send)
            elif scope["path"] == ALIVE and scope["method"] == "GET":
                await self._fast_path.alive(scope, send)
            else:
                await rest(scope, receive, send)
        finally:
            if (exchange := scope.get(EXCHANGE)) is not None:
                # It still runs only if the loop itself is being torn down, which then ends it.
                with contextlib.suppress(RuntimeError):
                    await exchange.aclose()

    async def complete(self, build: "Callable[[AppDispatch], Pages]") -> None:
        """Bring Quart once a request wants it. `build` imports it."""
        await self._wanted.wait()
        try:
            self._pages = await asyncio.to_thread(build, self)
            freeze_what_is_here()
        finally:
            self._whole.set()

    async def _by_quart(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        await self._whole.wait()
        if self._pages is None:
            raise RuntimeError("the pages could not be built")
        await self._pages.by_quart(scope, receive, send)

    def missed(self, peer: str, why: Message) -> None:
        """Somebody's connection ended before it was a request."""
        self.middleware.missed(peer, why)

    def warn(self, text: Message) -> None:
        """A line of the log, from whoever listens for this app."""
        self.middleware.log("warning", text)
