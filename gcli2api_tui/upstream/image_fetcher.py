"""An image from the web, for clients that send its address.

In: an address that a stranger chose. Out: the image's type, told from its bytes, and the bytes; else a ClientFault.
Invariant: no packet goes to this machine or its network. A name is resolved here, every address of it is judged, and
the connection goes to an address that was judged, so that a second look-up cannot answer something else.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx

from gcli2api_tui import __version__
from gcli2api_tui.events.problems import ClientFault, StartFault
from gcli2api_tui.gemini.media_types import by_bytes
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.upstream.certificate_authorities import trusted_authorities

LIMIT_S = 10.0
LIMIT_BYTES = 20 * 2**20
REDIRECTS = 3

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that the open internet uses of IPv6; what is for something else (fec0::/10, ::/96, 5f00::/16) lies beside."""

_SHUT = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocols
        "192.88.99.0/24",  # relays of 6to4, given up
        "2001::/23",  # protocols, Teredo among them
        "2001:db8::/32",  # examples
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # examples
    )
)
"""What `is_global` of one supported Python or another lets through, though no server of the open internet is there."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_HEADERS = {"user-agent": f"gcli2api-tui/{__version__}", "accept": "image/*", "accept-encoding": "identity"}
_MOVED = frozenset({301, 302, 303, 307, 308})
_WAY_OUT = say("image.way_out")


def is_public(address: Address) -> bool:
    """Whether an address is on the open internet, also by the IPv4 address that is wrapped in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        if inner := _wrapped(address):
            return is_public(inner)
        if address not in _UNICAST:
            return False
    if any(address.version == shut.version and address in shut for shut in _SHUT):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:  # how phones reach IPv4 where the network has none
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class ImageFetcher:
    """Fetches images. `resolve` and `allowed` are replaced in tests only."""

    def __init__(self, resolve: Resolve = resolve, allowed: Callable[[Address], bool] = is_public) -> None:
        self._resolve = resolve
        self._allowed = allowed
        self._tls: ssl.SSLContext | None = None

    async def fetch(self, url: str, param: str) -> tuple[str, bytes]:
        """(type, content). Raises ClientFault naming `param`; of the address it tells no more than the host."""
        with _blamed(param):
            async with asyncio.timeout(LIMIT_S):
                content = await self._follow(httpx.URL(url))
            if not (kind := image_type(content)):
                raise _refusal(say("image.none"))
            return kind, content

    async def _follow(self, url: httpx.URL) -> bytes:
        # No proxy of the environment: it would look the name up once more. No cookies, no connection kept.
        self._tls = self._tls or trusted_authorities()
        async with httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=LIMIT_S) as client:
            for _ in range(REDIRECTS + 1):
                answer = await self._ask(client, url)
                if isinstance(answer, bytes):
                    return answer
                url = answer
        raise _refusal(say("image.redirects", n=REDIRECTS))

    async def _ask(self, client: httpx.AsyncClient, url: httpx.URL) -> bytes | httpx.URL:
        """What is there, or where it has gone; by the first address that a connection succeeds to."""
        addresses = await self._judged(url)
        for position, address in enumerate(addresses):
            try:
                return await _get(client, url, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if position == len(addresses) - 1:
                    raise
        raise _refusal(say("image.no_address", host=url.host))

    async def _judged(self, url: httpx.URL) -> list[Address]:
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise _refusal(say("image.plain_only"))
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = [ipaddress.ip_address(found) for found in await self._resolve(url.host, port)]
        if not all(map(self._allowed, addresses)):
            raise _refusal(say("image.not_open", host=url.host[:200]))
        return addresses


async def _get(client: httpx.AsyncClient, url: httpx.URL, address: Address) -> bytes | httpx.URL:
    # The certificate is still checked against the name: httpx takes the name from sni_hostname.
    there = url.copy_with(host=str(address), fragment=None)
    headers = {**_HEADERS, "host": url.netloc.decode("ascii")}
    extensions = {"sni_hostname": url.raw_host.decode("ascii")}
    async with client.stream("GET", there, headers=headers, extensions=extensions) as answer:
        if answer.status_code in _MOVED and (target := answer.headers.get("location")):
            return url.join(target)
        if answer.status_code != 200:
            raise _refusal(say("image.status", host=url.host[:200], status=answer.status_code))
        return await _limited(answer)


async def _limited(answer: httpx.Response) -> bytes:
    content = bytearray()
    async for piece in answer.aiter_raw():
        content += piece
        if len(content) > LIMIT_BYTES:
            raise _refusal(say("image.too_large", mb=LIMIT_BYTES // 2**20))
    return bytes(content)


def image_type(content: bytes) -> str:
    """The type by the first bytes, because servers say all sorts of things; empty if it is none that Gemini reads."""
    kind = by_bytes(content)
    return kind if kind.startswith("image/") else ""


def _refusal(message: Message) -> ClientFault:
    return ClientFault(message, way_out=_WAY_OUT)


@contextmanager
def _blamed(param: str) -> Iterator[None]:
    """Whatever went wrong is the address's fault, and the client's to mend."""
    try:
        yield
    except (ClientFault, StartFault) as fault:  # a variable of the environment leads nowhere since the start
        raise ClientFault(fault.message, param=param, way_out=fault.way_out) from None
    except TimeoutError:
        raise ClientFault(say("image.late", span=LIMIT_S), param=param, way_out=_WAY_OUT) from None
    except httpx.TimeoutException:
        raise ClientFault(say("image.late", span=LIMIT_S), param=param, way_out=_WAY_OUT) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        kind = type(error).__name__
        raise ClientFault(say("image.not_reached", error=kind), param=param, way_out=_WAY_OUT) from None
