"""Hypercorn on the listening socket (listening_socket.py).

Hypercorn logs nothing but that the app crashed: its lines would tear the screen. `serve` ends within `drain_s` of the
trigger whatever the clients do.
"""

import logging
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable

from hypercorn.logging import Logger
from hypercorn.typing import ASGIFramework

from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.messages.message import Message
from gcli2api_tui.server.answer_head import DatedConfig
from gcli2api_tui.server.connection_admission import places
from gcli2api_tui.server.connections import Connections
from gcli2api_tui.server.http1 import MAX_HEAD_BYTES
from gcli2api_tui.server.listening_socket import bind as bind
from gcli2api_tui.server.listening_socket import url_of as url_of
from gcli2api_tui.server.middleware import crash
from gcli2api_tui.server.tls_handshakes import Missed


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


def hypercorn_config() -> DatedConfig:
    """Silent but for crashes, and bounded where Hypercorn keeps the bound; the rest is in Connections."""
    config = DatedConfig()
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
