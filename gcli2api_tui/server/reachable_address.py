"""The address by which another device reaches this server. In: what this machine calls it. Out: an address, or none.

A server that listens at every address of its machine is told to people here as 127.0.0.1; elsewhere that is nobody.
"""

import socket
from urllib.parse import urlsplit

from gcli2api_tui.server.host_and_origin import is_loopback

_FAR = ((socket.AF_INET6, "2001:db8::1"), (socket.AF_INET, "192.0.2.1"))
"""Addresses that nobody has (RFC 3849, 5737): a packet would take the way that leads out, and none is sent."""


def url_elsewhere(url: str, bound: str) -> str:
    """`http://192.168.1.23:7861`; empty where only this machine reaches it. Asked anew: a laptop changes networks."""
    if is_loopback(bound):
        return ""
    here = urlsplit(url)
    if not is_loopback(here.hostname or ""):
        return url
    own = _own_address(here.hostname == "::1")
    name = f"[{own}]" if ":" in own else own
    return f"{here.scheme}://{name}:{here.port}" if own else ""


def _own_address(at_ipv6: bool) -> str:
    """Of the way out; where both kinds are listened at, either will do."""
    for family, far in _FAR if at_ipv6 else _FAR[1:]:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                own = str(probe.getsockname()[0])
        except OSError:  # no network of this kind
            continue
        if not is_loopback(own):
            return own
    return ""
