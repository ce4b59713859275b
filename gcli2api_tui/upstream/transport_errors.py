"""What goes wrong on the way to Google, before there is an answer or in the middle of one, and what people are told.

In: an error of our own connections, or the name of one of httpx's. Out: an UpstreamFault that names the host and
never the request. Ours have httpx's names: people read them in sentences, and each means the same by either way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.messages.message import say


class TransportError(Exception):
    """All that our own connections raise."""


class Late(TransportError):
    """Something took too long."""


class PoolTimeout(Late):
    """No room for one more request."""


class ConnectTimeout(Late):
    """Nobody answered at the address."""


class WriteTimeout(Late):
    """The request was not taken in time."""


class ReadTimeout(Late):
    """The answer, or more of it, did not come in time."""


class BrokenAnswer(TransportError):
    """What came is no answer, or not all of it."""


class RemoteProtocolError(BrokenAnswer):
    """It is not HTTP/1.1, or ends too early."""


class DecodingError(BrokenAnswer):
    """It cannot be unfolded."""


class ConnectError(TransportError):
    """No connection: the name, the address or the certificate is none."""


class WriteError(TransportError):
    """The connection was lost before the request was taken."""


class ReadError(TransportError):
    """The connection was lost before an answer came."""


class LocalProtocolError(TransportError):
    """The request itself cannot be written as HTTP."""


class UnsupportedProtocol(TransportError):
    """The address is neither http nor https."""


class InvalidURL(TransportError):
    """The address is none."""


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Errors of our own connections leave as UpstreamFaults."""
    try:
        yield
    except TransportError as error:
        raise fault_of(error, url) from error


def fault_of(error: TransportError, url: str) -> UpstreamFault:
    if isinstance(error, Late):
        return late(url)
    return broken_off(url) if isinstance(error, BrokenAnswer) else not_reached(url, type(error).__name__)


def late(url: str) -> UpstreamFault:
    return UpstreamFault(FaultKind.TIMEOUT, say("net.late", host=_host(url)))


def broken_off(url: str) -> UpstreamFault:
    return UpstreamFault(FaultKind.PROTOCOL, say("net.broke_off", host=_host(url)))


def not_reached(url: str, why: str) -> UpstreamFault:
    return UpstreamFault(
        FaultKind.NETWORK, say("net.not_reached", host=_host(url), error=why), way_out=say("net.check")
    )


def not_json(url: str) -> UpstreamFault:
    return UpstreamFault(FaultKind.PROTOCOL, say("net.not_json", host=_host(url)), status=200)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return (parts.hostname if parts.port != -1 else "") or say("net.the_address")
    except ValueError:
        return say("net.the_address")
