"""The ways to Google of one process: our own connections, and httpx's clients where those cannot serve.

One TLS context, one pool, our own User-Agent, no redirects: a token must not follow one to another host. In the demo
and in tests `loopback_only` refuses any other host before a packet leaves. A client for each proxy is opened when it
is first needed, kept, and closed with the rest; a proxy that cannot be used is an error, never a reason to go without
it.
"""

import ipaddress
import os
import ssl
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from gcli2api_tui import __version__
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, StartFault, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.upstream.certificate_authorities import trusted_authorities
from gcli2api_tui.upstream.connection_pool import DirectTransport
from gcli2api_tui.upstream.httpx_way import HttpxWay
from gcli2api_tui.upstream.way import Way

if TYPE_CHECKING:
    import httpx

OpenProxied = Callable[[Secret], "httpx.AsyncClient"]
USER_AGENT = f"gcli2api-tui/{__version__}"
_ALWAYS = {"user-agent": USER_AGENT, "accept": "*/*", "accept-encoding": "gzip"}
"""What all is sent with."""


class GoogleClient:
    """`usual` is the way of generations and questions; `by_httpx` that of things, whose bodies may still come."""

    def __init__(self, usual: Way, by_httpx: HttpxWay, open_proxied: OpenProxied) -> None:
        self.usual = usual
        self.by_httpx = by_httpx
        self._open_proxied = open_proxied
        self._proxied: dict[Secret, HttpxWay] = {}

    def way(self, credential: Credential) -> Way:
        """How what is sent on this credential goes."""
        proxy = credential.settings.proxy
        return self._through(proxy) if proxy else self.usual

    def httpx_way(self, credential: Credential) -> HttpxWay:
        """The same for a body that still comes."""
        proxy = credential.settings.proxy
        return self._through(proxy) if proxy else self.by_httpx

    def _through(self, proxy: Secret) -> HttpxWay:
        """That a proxy cannot be used is said to who sends something through it."""
        if proxy not in self._proxied:
            self._proxied[proxy] = HttpxWay(partial(_opened, self._open_proxied, proxy))
        return self._proxied[proxy]

    async def aclose(self) -> None:
        for way in (self.usual, self.by_httpx, *self._proxied.values()):
            await way.aclose()
        self._proxied.clear()

    async def __aenter__(self) -> "GoogleClient":
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.aclose()


def open_client(tls: ssl.SSLContext | None = None, *, loopback_only: bool = False) -> GoogleClient:
    """A client to share; close it when the process ends. Without `tls` it makes its own. Raises StartFault where a
    variable of the environment cannot be followed: every request would fail by it."""
    tls = tls or trusted_authorities(loopback_only=loopback_only)
    if loopback_only:
        direct = DirectTransport(tls, always=_ALWAYS, permit=require_loopback)
        return GoogleClient(direct, HttpxWay(partial(_open_httpx, tls, loopback_only=True)), _no_proxies)
    by_httpx = HttpxWay(partial(_by_variables, tls))
    if behind := _behind_proxy():
        _by_variables(tls)
    usual = by_httpx if behind else DirectTransport(tls, always=_ALWAYS)
    return GoogleClient(usual, by_httpx, partial(_open_httpx, tls))


def _by_variables(tls: ssl.SSLContext) -> "httpx.AsyncClient":
    try:
        return _open_httpx(tls)
    except _unusable() as error:
        raise _wrong_variable() from error


def _unusable() -> tuple[type[Exception], ...]:
    """What a proxy's address may raise; ImportError: for SOCKS httpx needs a package that we do not."""
    import httpx

    return ValueError, ImportError, httpx.InvalidURL


def _wrong_variable() -> StartFault:
    """What httpx raises names none; of the value, which may hold a password, nothing is told."""
    import httpx

    for name, value in sorted(os.environ.items()):
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy") and value:
            try:
                httpx.AsyncHTTPTransport(verify=False, proxy=value if "://" in value else f"http://{value}")
            except _unusable():
                return StartFault(say("start.no_proxy", name=name), way_out=say("doctor.check_proxy"))
    return StartFault(say("start.no_hosts", name="NO_PROXY"), way_out=say("doctor.check_proxy"))


def _open_httpx(
    tls: ssl.SSLContext, proxy: Secret | None = None, *, loopback_only: bool = False
) -> "httpx.AsyncClient":
    """Through this proxy; without one as the machine's settings have it, but never in the demo."""
    import httpx

    async def permitted(request: httpx.Request) -> None:
        require_loopback(str(request.url))

    return httpx.AsyncClient(
        verify=tls,
        limits=httpx.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=60.0),
        headers={"user-agent": USER_AGENT},
        proxy=proxy.reveal() if proxy else None,
        trust_env=not (proxy or loopback_only),
        event_hooks={"request": [permitted]} if loopback_only else None,
    )


def _opened(open_proxied: OpenProxied, proxy: Secret) -> "httpx.AsyncClient":
    try:
        return open_proxied(proxy)
    except _unusable() as error:
        raise UpstreamFault(FaultKind.NETWORK, say("net.proxy"), way_out=say("net.mend_proxy")) from error


def _no_proxies(proxy: Secret) -> "httpx.AsyncClient":
    """The demo leaves this machine by no way."""
    raise ValueError("the demo uses no proxies")


def _behind_proxy() -> bool:
    """By the same settings that httpx reads; it then takes every way through the proxy, or round it."""
    if sys.platform not in ("win32", "darwin") and not any(name.lower().endswith("_proxy") for name in os.environ):
        return False  # without urllib.request, which brings all of mail
    from urllib.request import getproxies

    found = getproxies()
    return any(found.get(scheme) for scheme in ("http", "https", "all"))


def is_loopback(url: str) -> bool:
    """Whether a URL can only reach this machine."""
    host = _host(url)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_loopback(url: str) -> None:
    """Raises UpstreamFault(NETWORK) for any other machine."""
    if not is_loopback(url):
        raise UpstreamFault(FaultKind.NETWORK, say("net.demo", host=_host(url)), way_out=say("net.without_demo"))


def _host(url: str) -> str:
    """As httpx reads it, which asks for it by some ways."""
    import httpx

    return httpx.URL(url).host
