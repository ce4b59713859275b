"""What a proxy in front says of its client (X-Forwarded-For, -Proto, -Host), believed of the trusted ones alone.

In: the ASGI scope of a request. Out: the same with the client's own address, scheme and host in it, so that whoever
looks later (lockout, list of callers, cookies, addresses that are shown) need not know of proxies. Invariants: a header
of anybody else changes nothing, and one that cannot be read counts as absent, which is said once.
"""

import re
from collections.abc import Callable, Sequence
from typing import cast

from gcli2api_tui.config.allowed_hosts_and_proxies import Address, Network, as_address
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.server.client_request import Scope

_FOR, _PROTO, _HOST = b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"
_HOST_FORM = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?")
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](:\d{1,5})?|(?P<four>\d+\.\d+\.\d+\.\d+):\d{1,5}")
MOST_HOPS = 20
"""More than so many proxies stand in front of nobody."""


def believe(scope: Scope, trusted: Sequence[Network], tell: Callable[[Message], None]) -> None:
    """Change the scope to what trusted proxies say; `tell` hears of a header that cannot be read."""
    client = scope.get("client")
    if not trusted or not client or not _is_trusted(as_address(client[0]), trusted):
        return
    if hops := _values(scope, _FOR):
        if (peer := _client_of(hops, trusted)) is None:
            tell(say("net.forwarded", header="X-Forwarded-For", proxy=client[0]))
        elif peer:
            scope["client"] = (peer, 0)
    if proto := _last(scope, _PROTO):
        if proto.lower() in ("http", "https"):
            scope["scheme"] = proto.lower()
        else:
            tell(say("net.forwarded", header="X-Forwarded-Proto", proxy=client[0]))
    if host := _last(scope, _HOST):
        if _HOST_FORM.fullmatch(host):
            headers = cast("list[tuple[bytes, bytes]]", scope["headers"])
            scope["headers"] = [(b"host", host.encode()), *(one for one in headers if one[0].lower() != b"host")]
        else:
            tell(say("net.forwarded", header="X-Forwarded-Host", proxy=client[0]))


def _client_of(hops: Sequence[str], trusted: Sequence[Network]) -> str | None:
    """The last one that is no proxy of ours: what stands before it, anybody may have written. None: unreadable."""
    seen: Address | None = None
    for hop in hops[: -MOST_HOPS - 1 : -1]:
        if (address := _address_of(hop)) is None:
            return None
        seen = address
        if not _is_trusted(address, trusted):
            break
    return str(seen)


def _address_of(hop: str) -> Address | None:
    """Some proxies add the port."""
    match = _WITH_PORT.fullmatch(hop)
    return as_address((match["six"] or match["four"]) if match else hop)


def _is_trusted(address: Address | None, trusted: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in trusted)


def _last(scope: Scope, name: bytes) -> str:
    values = _values(scope, name)
    return values[-1] if values else ""


def _values(scope: Scope, name: bytes) -> list[str]:
    """All that stand in headers of this name, in their order."""
    lines = [value for key, value in scope["headers"] if key.lower() == name]
    return [part for one in b",".join(lines).decode("latin-1").split(",") if (part := one.strip())]
