"""The one HTTP client of the process, and those for the proxies of credentials.

One TLS context, one pool, our own User-Agent, no redirects: a token must not follow one to another host. In the demo
and in tests `loopback_only` refuses any other host before a packet leaves. A client for each proxy is opened when it
is first needed, kept, and closed with the shared one; a proxy that cannot be used is an error, never a reason to go
without it.
"""

import asyncio
import ipaddress
import os
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.request import getproxies

import httpx

from gcli2api_tui import __version__
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, StartFault, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.upstream.certificate_authorities import trusted_authorities
from gcli2api_tui.upstream.connection_pool import DirectTransport

Opener = Callable[[Secret], httpx.AsyncClient]
USER_AGENT = f"gcli2api-tui/{__version__}"
_ALWAYS = {"user-agent": USER_AGENT, "accept": "*/*", "accept-encoding": "gzip"}
"""What all is sent with."""
_SHORT = httpx.Timeout(30.0, connect=10.0)
"""Where nobody says how long."""

_UNUSABLE = (ValueError, ImportError, httpx.InvalidURL)
"""What a proxy's address may raise; ImportError: for SOCKS httpx needs a package that we do not."""


def open_client(tls: ssl.SSLContext | None = None, *, loopback_only: bool = False) -> httpx.AsyncClient:
    """A client to share; close it when the process ends. Without `tls` it makes its own. Raises StartFault where a
    variable of the environment cannot be followed."""
    tls = tls or trusted_authorities(loopback_only=loopback_only)
    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=60.0)
    headers = {"user-agent": USER_AGENT}
    late = LateTransport(partial(httpx.AsyncHTTPTransport, verify=tls, limits=limits, trust_env=False))
    if loopback_only:
        direct = DirectTransport(tls, always=_ALWAYS, permit=require_loopback)
        return ShortWay(
            direct, _no_proxies, transport=LoopbackOnly(late), timeout=_SHORT, headers=headers, trust_env=False
        )

    def through_proxy(proxy: Secret) -> httpx.AsyncClient:
        way = proxy.reveal()
        return httpx.AsyncClient(verify=tls, limits=limits, timeout=_SHORT, headers=headers, proxy=way, trust_env=False)

    if _behind_proxy():
        try:
            return OutboundProxyRouter(through_proxy, verify=tls, limits=limits, timeout=_SHORT, headers=headers)
        except _UNUSABLE:
            raise _wrong_variable() from None
    direct = DirectTransport(tls, always=_ALWAYS)
    return ShortWay(direct, through_proxy, transport=late, timeout=_SHORT, headers=headers)


def _no_proxies(proxy: Secret) -> httpx.AsyncClient:
    """The demo leaves this machine by no way."""
    raise ValueError("the demo uses no proxies")


def _behind_proxy() -> bool:
    """By the same settings that httpx reads; it then takes every way through the proxy, or round it."""
    found = getproxies()
    return any(found.get(scheme) for scheme in ("http", "https", "all"))


def _wrong_variable() -> StartFault:
    """What httpx raises names none; of the value, which may hold a password, nothing is told."""
    for name, value in sorted(os.environ.items()):
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy") and value:
            try:
                httpx.AsyncHTTPTransport(verify=False, proxy=value if "://" in value else f"http://{value}")
            except _UNUSABLE:
                return StartFault(say("start.no_proxy", name=name), way_out=say("doctor.check_proxy"))
    return StartFault(say("start.no_hosts", name="NO_PROXY"), way_out=say("doctor.check_proxy"))


def client_for(client: httpx.AsyncClient, credential: Credential) -> httpx.AsyncClient:
    """The client for what is sent on this credential."""
    proxy = credential.settings.proxy
    if not proxy:
        return client
    if not isinstance(client, OutboundProxyRouter):
        raise _unusable()
    return client.through(proxy)


def _unusable() -> UpstreamFault:
    return UpstreamFault(
        FaultKind.NETWORK,
        say("net.proxy"),
        way_out=say("net.mend_proxy"),
    )


class OutboundProxyRouter(httpx.AsyncClient):
    """A client that knows how to open others of its kind, for proxies."""

    def __init__(self, through_proxy: Opener, **options: Any) -> None:
        super().__init__(**options)
        self._through_proxy = through_proxy
        self._proxied: dict[Secret, httpx.AsyncClient] = {}

    def through(self, proxy: Secret) -> httpx.AsyncClient:
        """The client for this proxy; raises UpstreamFault(NETWORK) when there can be none."""
        if proxy not in self._proxied:
            try:
                self._proxied[proxy] = self._through_proxy(proxy)
            except _UNUSABLE as error:
                raise _unusable() from error
        return self._proxied[proxy]

    async def aclose(self) -> None:
        await self._close_proxied()
        await super().aclose()

    async def __aexit__(self, *raised: Any) -> None:
        await self._close_proxied()
        await super().__aexit__(*raised)

    async def _close_proxied(self) -> None:
        for client in self._proxied.values():
            await client.aclose()
        self._proxied.clear()


class ShortWay(OutboundProxyRouter):
    """httpx's client for things, whose bodies may still come; all else goes `direct`, without its cookies or hooks."""

    def __init__(self, direct: DirectTransport, through_proxy: Opener, **options: object) -> None:
        super().__init__(through_proxy, **options)
        self.direct = direct

    async def aclose(self) -> None:
        await self.direct.aclose()
        await super().aclose()

    async def __aexit__(self, *raised: object) -> None:
        await self.direct.aclose()
        await super().__aexit__(*raised)


class LateTransport(httpx.AsyncBaseTransport):
    """httpx's own, opened in a thread when something goes this way: it imports httpcore and anyio, a fifteenth of what
    a server computes before it answers, and next to nothing goes this way."""

    def __init__(self, opener: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._opener = opener
        self._opened: httpx.AsyncBaseTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._opened is None:
            opened = await asyncio.to_thread(self._opener)
            self._opened = self._opened or opened  # of two that were first one is used; the other holds nothing yet
        return await self._opened.handle_async_request(request)

    async def aclose(self) -> None:
        if self._opened is not None:
            await self._opened.aclose()


class LoopbackOnly(httpx.AsyncBaseTransport):
    """Lets requests to this machine through and refuses the rest."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        require_loopback(str(request.url))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def is_loopback(url: str) -> bool:
    """Whether a URL can only reach this machine."""
    host = httpx.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_loopback(url: str) -> None:
    """Raises UpstreamFault(NETWORK) for any other machine."""
    if not is_loopback(url):
        raise UpstreamFault(
            FaultKind.NETWORK,
            say("net.demo", host=httpx.URL(url).host),
            way_out=say("net.without_demo"),
        )
