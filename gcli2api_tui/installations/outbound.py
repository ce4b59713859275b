"""The one proxy that another program sent everything through, as the proxy of each credential that came from it.

In: an Installation and a URL. Out: the same, with the proxy on each credential that has none of its own. A credential
whose proxy cannot be used here is switched off: without it the requests would go another way. Pure.
"""

from collections.abc import Callable
from dataclasses import replace

from gcli2api_tui.credentials.credential import CredentialSettings, proxy_objection, shown_proxy
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.installations.found import Brought, Installation, LeftOut
from gcli2api_tui.messages.message import say, sentences

DIRECT = ("", "direct", "none")


def through(found: Installation, url: str, source: str) -> Installation:
    if url.lower() in DIRECT:
        return found
    if why := proxy_objection(url):
        off = tuple(_set(one, lambda settings: replace(settings, enabled=False)) for one in found.credentials)
        line = LeftOut(source, sentences(why, say("over.off_without_proxy")))
        return replace(found, credentials=off, settings_left_out=(*found.settings_left_out, line))
    line = LeftOut(source, say("over.proxy_of_each", proxy=shown_proxy(url)))
    proxied = tuple(_set(one, lambda settings: _through(settings, url)) for one in found.credentials)
    return replace(found, credentials=proxied, settings_left_out=(*found.settings_left_out, line))


def _set(brought: Brought, change: Callable[[CredentialSettings], CredentialSettings]) -> Brought:
    credential = brought.credential
    return replace(brought, credential=replace(credential, settings=change(credential.settings)))


def _through(settings: CredentialSettings, url: str) -> CredentialSettings:
    return settings if settings.proxy else replace(settings, proxy=Secret(url))
