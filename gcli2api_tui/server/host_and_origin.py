"""Which site a request is for (Host), and the page of which site sent it (Origin, Sec-Fetch-Site). Pure.

In: headers. Out: nothing, or a ClientFault. Invariants: a name that anybody can point at us is not served (DNS
rebinding), at no bind and no door; and what is for people is asked for by our own pages or by none, whatever key or
cookie comes with it. Clients' paths are asked for by pages as `cors_origins` says (cors.py), and need a key.
"""

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from gcli2api_tui.config.door_settings import as_address, named
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.answer_headers import WrittenHeaders
from gcli2api_tui.server.sent_headers import ReadHeaders

OURS = frozenset({"admin", "auth", "a", "metrics"})
"""What paths of ours begin with that are for people, not for clients."""

_SHIELD = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def is_ours(path: str) -> bool:
    return path.lstrip("/").split("/", 1)[0] in OURS


def shield(path: str, headers: WrittenHeaders) -> Mapping[str, str]:
    """Headers that keep answers for people from other sites and from caches; those that a route chose stay."""
    return {name: value for name, value in _SHIELD.items() if name not in headers} if is_ours(path) else {}


def check_host(header: str | None, bound: str, allowed_hosts: str) -> None:
    """Raises ClientFault 421 where the request is for a name that is not ours."""
    if not header or _is_served(name := host_name(header), bound.lower(), allowed_hosts):
        return
    raise ClientFault(
        say("guard.address"), status=421, code="misdirected_request", way_out=say("guard.allowed_hosts", name=name[:80])
    )


def _is_served(name: str, bound: str, allowed_hosts: str) -> bool:
    """Beyond loopback: an address cannot be pointed elsewhere, nor can a name without dots, which no DNS gives away."""
    if name == bound or is_loopback(name) or named(name, allowed_hosts):
        return True
    if not name or is_loopback(bound):
        return False
    return as_address(name) is not None or "." not in name or name in _own_names()


def _own_names() -> tuple[str, str]:
    """By the machine's own setting, and what its neighbours call it without a DNS."""
    own = socket.gethostname().lower()
    return own, f"{own.partition('.')[0]}.local"


def host_name(header: str) -> str:
    """The name without port and brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower().rstrip(".")


def is_loopback(name: str) -> bool:
    address = as_address(name)
    return address.is_loopback if address else name == "localhost" or name.endswith(".localhost")


def check_origin(path: str, method: str, headers: ReadHeaders) -> None:
    """Raises ClientFault 403 where the page of another site asks for what is for people.

    A link that is followed is no page that asks: Google's sign-in comes back by one. What a browser says itself
    (Sec-Fetch-Site, over https and to loopback, and no page can write it) counts before what can be compared.
    """
    if not is_ours(path):
        return
    origin, site = headers.get("Origin", ""), headers.get("Sec-Fetch-Site", "")
    if site in ("same-origin", "none") if site else not origin or _same(origin, headers.get("Host", "")):
        return
    if method in ("GET", "HEAD") and _is_followed_link(path, headers):
        return
    raise ClientFault(
        say("guard.other_site"), status=403, code="other_site", way_out=say("guard.own_page", path=path[:80])
    )


def _is_followed_link(path: str, headers: ReadHeaders) -> bool:
    """To a page; the administration has none."""
    whole = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
    return whole and path.lstrip("/").split("/", 1)[0] in ("auth", "a")


def _same(origin: str, host: str) -> bool:
    """By name and port. The scheme is not compared: a proxy in front may speak https for us."""
    try:
        parts = urlsplit(origin)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        asked = urlsplit(f"//{host}")
        return usual is not None and parts.hostname == asked.hostname and (parts.port or usual) == (asked.port or usual)
    except ValueError:
        return False
