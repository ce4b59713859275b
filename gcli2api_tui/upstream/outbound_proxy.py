"""Which way a credential's requests go: on the process's one client, or through the proxy set for that credential.

In: the shared client, a credential. Out: a client to send with. One for each proxy, opened when it is first needed,
kept, and closed with the shared one. A proxy that cannot be used is an error, never a reason to go without it.
"""

from collections.abc import Callable
from typing import Any

import httpx

from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say

Opener = Callable[[Secret], httpx.AsyncClient]


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
            except (ValueError, ImportError, httpx.InvalidURL) as error:
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
