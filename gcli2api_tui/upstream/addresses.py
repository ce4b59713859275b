"""Where an address leads, and what is asked for there.

In: an address as settings and Google have them. Out: host and port to connect to, the Host header, the target. What is
written as nearly all are needs no library; of the rest httpx knows what is escaped, and hosts in other alphabets. What
is none is an InvalidURL.
"""

import re
from typing import TYPE_CHECKING

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.transport_errors import InvalidURL, UnsupportedProtocol

if TYPE_CHECKING:
    import httpx

_PORTS = {"http": 80, "https": 443}
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9]+(?:[.-][a-z0-9]+)*)"
    r"(?::(?P<port>[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}))?"
)
"""As nearly all are written."""

_TARGET = re.compile(r"(?:/(?!\.)[!$-.0-;=?-_a-z|~]*)*")
"""What needs no escape, and leads nowhere but where it says."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where connections lead."""

    origin: str
    """As the address has it: what finds its connections."""
    scheme: str
    host: str
    port: int
    named: str
    """As the Host header has it."""


def place_of(origin: str) -> Place:
    if usual := _ORIGIN.fullmatch(origin):
        scheme, host, port = usual["scheme"], usual["host"], int(usual["port"] or _PORTS[usual["scheme"]])
        return Place(origin, scheme, host, port, host if port == _PORTS[scheme] else f"{host}:{port}")
    url = _unusual(origin)
    if url.scheme not in _PORTS:
        raise UnsupportedProtocol(f"{url.scheme or 'No scheme'} is not spoken here.")
    host, port = url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]
    return Place(origin, url.scheme, host, port, url.netloc.decode("ascii"))


def escaped(target: str, url: str) -> str:
    """The target as it is written into a request; `url` is the whole address."""
    return target if _TARGET.fullmatch(target) else _unusual(url).raw_path.decode("ascii")


def _unusual(url: str) -> "httpx.URL":
    """What must be escaped, or is a host by another name: httpx knows how."""
    import httpx

    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InvalidURL(str(error)) from error
