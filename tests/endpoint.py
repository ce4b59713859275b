"""The whole path on a socket: `whole_path.Proxy` behind our own listener, and the questions that are asked of it.

`async with asking(proxy) as (asks, url)`: what stands in between is what a client of ours meets, headers and all.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from whole_path import Proxy

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.questions_asked import AskKeys, Asks
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server.hypercorn_server import bind, serve, url_of


@asynccontextmanager
async def listening(proxy: Proxy) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """The address, and what stops it."""
    listener, stop = bind("127.0.0.1", 0), asyncio.Event()
    serving = asyncio.ensure_future(serve(proxy.client.app, listener, stop.wait, lambda: 0.05))
    try:
        yield url_of(listener), stop
    finally:
        stop.set()
        await serving
        listener.close()


@asynccontextmanager
async def asking(proxy: Proxy) -> AsyncIterator[Asks]:
    async with listening(proxy) as (url, _):
        asks = asks_of(url)
        try:
            yield asks
        finally:
            await asks.close()


def asks_of(url: str) -> Asks:
    return Asks(url, AskKeys(Secret("key"), Secret("token")), Clock(), lambda: None)
