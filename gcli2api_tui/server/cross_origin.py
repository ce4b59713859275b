"""Which site a request is for (Host), the page of which site sent it (Origin), and which pages may call the API (CORS).

In: a path, headers, the settings. Out: nothing, a ClientFault, or headers for the answer. Pure. Invariants: a name that
anybody can point at us is not served (DNS rebinding), at no bind and no door; what is for people is asked for by our
own pages or by none, whatever key or cookie comes with it, and never granted to another site. Clients' paths
are granted as `cors_origins` says; cookies are not in it: a page must know the key.
"""

import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, overload
from urllib.parse import urlsplit

from gcli2api_tui.config.allowed_hosts_and_proxies import as_address, may_be_named, named
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say

OURS = frozenset({"admin", "auth", "a", "metrics"})
"""What paths of ours begin with that are for people, not for clients."""
SHIELD = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Headers that keep answers for people from other sites and from caches; those that a route chose stay."""
_EXPOSED = (
    "x-request-id, x-gcli2api-model, x-gcli2api-exchange, retry-after, retry-after-ms, x-should-retry, "
    "x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests"
)
_REMEMBERED_S = "600"


class ReadHeaders(Protocol):
    """What is asked of a request's headers: Quart's, or a table. By names in lower case."""

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...

    def __contains__(self, key: str, /) -> bool: ...


def is_ours(path: str) -> bool:
    return path.lstrip("/").split("/", 1)[0] in OURS


def check_host(header: str | None, bound: str, allowed_hosts: str) -> None:
    """Raises ClientFault 421 where the request is for a name that is not ours."""
    if not header or header.partition(":")[0] == bound:
        return
    if _is_served(name := host_name(header), bound.lower(), allowed_hosts):
        return
    way_out = say("guard.allowed_hosts", name=name) if may_be_named(name) else say("guard.own_names")
    raise ClientFault(say("guard.address"), status=421, code="misdirected_request", way_out=way_out)


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
    origin, site = headers.get("origin", ""), headers.get("sec-fetch-site", "")
    if site in ("same-origin", "none") if site else not origin or _same(origin, headers.get("host", "")):
        return
    if method in ("GET", "HEAD") and _is_followed_link(path, headers):
        return
    raise ClientFault(
        say("guard.other_site"), status=403, code="other_site", way_out=say("guard.own_page", path=path[:80])
    )


def _is_followed_link(path: str, headers: ReadHeaders) -> bool:
    """To a page; the administration has none."""
    whole = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
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


def granted(origins: str, path: str, headers: ReadHeaders) -> Mapping[str, str]:
    """For any answer, also an error: a page could not read it otherwise."""
    origin = headers.get("origin", "")
    if not origins or is_ours(path):
        return {}
    if origins == "*":
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _EXPOSED} if origin else {}
    if origin not in _listed(origins):
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED, "Vary": "Origin"}


def preflight(
    origins: str, method: str, path: str, headers: ReadHeaders, methods: Callable[[str], Iterable[str]]
) -> Mapping[str, str] | None:
    """What a browser wants to know before it sends a key; None if this is no such question, or not ours to grant.

    `methods` knows those of a path that exists; the answer to another one may be read too, as it says what is wrong.
    """
    asked = headers.get("access-control-request-method", "")
    if method != "OPTIONS" or not asked or "Access-Control-Allow-Origin" not in granted(origins, path, headers):
        return None
    answer = {
        "Access-Control-Allow-Methods": ", ".join(sorted(methods(path))) or "GET, POST",
        # A star would not cover Authorization, and SDKs add headers of their own.
        "Access-Control-Allow-Headers": headers.get("access-control-request-headers", ""),
        "Access-Control-Max-Age": _REMEMBERED_S,
    }
    if headers.get("access-control-request-private-network") == "true":
        answer["Access-Control-Allow-Private-Network"] = "true"
    return answer


def _listed(origins: str) -> list[str]:
    return [one.strip().rstrip("/") for one in origins.split(",")]
