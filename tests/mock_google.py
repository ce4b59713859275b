"""A client whose every way leads to one function."""

from collections.abc import Awaitable, Callable

import httpx

from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.http_client import GoogleClient
from gcli2api_tui.upstream.httpx_way import HttpxWay

Handle = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Awaitable[httpx.Response]]


def mocked(handle: Handle) -> GoogleClient:
    way = HttpxWay(lambda: httpx.AsyncClient(transport=httpx.MockTransport(handle)))
    return GoogleClient(way, way, no_proxies)


def no_proxies(proxy: Secret) -> httpx.AsyncClient:
    raise ValueError("no proxies here")
