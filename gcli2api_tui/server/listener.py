"""The listening socket and Hypercorn on it.

The socket is bound before the screen opens, so that "address in use" is one readable line. Hypercorn logs nothing
but that the app crashed: its lines would tear the screen. `serve` ends within `drain_s` of the trigger whatever the
clients do.
"""

import errno
import logging
import os
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable

from hypercorn.config import Config
from hypercorn.logging import Logger
from hypercorn.typing import ASGIFramework

from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.server.connections import Connections
from gcli2api_tui.server.crashes import crash
from gcli2api_tui.server.file_limit import places
from gcli2api_tui.server.greetings import Missed
from gcli2api_tui.server.http1 import MAX_HEAD_BYTES


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
        listener.listen(100)
    except (OSError, UnicodeError) as error:  # the latter: no name of a machine
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


async def serve(
    app: ASGIFramework,
    listener: socket.socket,
    stopped: Callable[[], Awaitable[object]],
    drain_s: Callable[[], float],
    log: Callable[[Message], None] = lambda line: None,
    missed: Missed = lambda peer, why: None,
    counted: Metrics | None = None,
    tls: Callable[[], ssl.SSLContext] | None = None,
    guesses: Callable[[str], bool] = lambda peer: False,
) -> None:
    """Serve until `stopped()` returns; running answers then have `drain_s()` seconds to end. `log` tells people.

    `tls` is asked for each connection; None speaks http.
    """
    connections = Connections(
        app, hypercorn_config(), places(), log, missed=missed, counted=counted, tls=tls, guesses=guesses
    )
    await connections.serve(listener, stopped, drain_s)


def hypercorn_config() -> Config:
    """Silent but for crashes, and bounded where Hypercorn keeps the bound; the rest is in Connections."""
    config = Config()
    config.accesslog = config.errorlog = None
    config.logger_class = _Crashes
    config.keep_alive_max_requests = 1_000_000
    config.h11_max_incomplete_size = MAX_HEAD_BYTES
    # What comes for an answer that is over must find room: nobody takes it. Bodies are bounded where they are read.
    config.max_app_queue_size = 0
    return config


class _Crashes(Logger):
    """What the app raises where it handles no errors itself: the client gets an empty 500, and the log has to know."""

    async def exception(self, message: str, *args: object, **kwargs: object) -> None:
        kind, error, where = sys.exc_info()
        if not isinstance(error, ConnectionError):  # whose client has gone
            logging.getLogger(__name__).error(crash(kind, where))
