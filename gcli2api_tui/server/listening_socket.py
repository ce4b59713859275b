"""The listening socket without what will serve on it, and the addresses by which it is reached.

It is bound before the screen opens, so that "address in use" is one readable line, and before Hypercorn is imported.
A server that listens at every address of its machine is told to people here as 127.0.0.1; elsewhere that is nobody.
"""

import errno
import os
import socket
from urllib.parse import urlsplit

from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.server.cross_origin import is_loopback

WAITING = 1024
"""Callers that the system keeps until they are let in; it takes less where it allows less."""
_FAR = ((socket.AF_INET6, "2001:db8::1"), (socket.AF_INET, "192.0.2.1"))
"""Addresses that nobody has (RFC 3849, 5737): a packet would take the way that leads out, and none is sent."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; `port` 0 takes a free one. Raises StartFault with exit status 2.

    Who connects before `serve` runs waits; bound sockets that do not listen would let two servers take one port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # By its number: asyncio turns Nagle's algorithm off only for sockets that know they are TCP. With it each
        # answer on a kept connection waited 40 ms for the client's acknowledgement of its head.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:  # a machine without IPv6
        raise StartFault(_why(error, host, port), way_out=_way_out(error)) from error
    if os.name == "posix":  # on Windows the option would let two servers share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(WAITING)
    except (OSError, UnicodeError, TypeError) as error:  # the last two: no name of a machine
        listener.close()
        raise StartFault(_why(error, host, port), way_out=_way_out(error)) from error
    listener.setblocking(False)
    return listener


def _why(error: Exception, host: str, port: int) -> Message:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return say("start.port_used", port=port, host=host)
    if number == errno.EACCES:
        return say("start.port_forbidden", port=port)
    return say("start.no_listen", host=host, port=port, why=str(getattr(error, "strerror", None) or error))


def _way_out(error: Exception) -> Message:
    if getattr(error, "errno", None) in (errno.EADDRINUSE, errno.EACCES):
        return say("start.stop_program")
    return say("start.other_address")


def url_of(listener: socket.socket, *, tls: bool = False) -> str:
    """`http://127.0.0.1:7861`: what a client on this machine is told."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{'https' if tls else 'http'}://{shown}:{port}"


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
