"""What a server has beside its port when that speaks https: the certificate, and a loopback port for Google's sign-in.

In: the settings. Out: None where http is spoken. Google sends the browser back to http on 127.0.0.1, which a port with
TLS cannot answer; so that one path has a listener of its own.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, Scope

from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.certificate import Certificate, certificate_of
from gcli2api_tui.server.http1 import refusal
from gcli2api_tui.server.hypercorn_server import bind, serve
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    from gcli2api_tui.server.asgi_app import AppDispatch

CALLBACK = "/auth/callback"


@dataclass(frozen=True, slots=True)
class Https:
    """For one run of a server."""

    certificate: Certificate
    callback: socket.socket

    @property
    def callback_port(self) -> int:
        return int(self.callback.getsockname()[1])

    def context(self) -> ssl.SSLContext:
        """For the next connection."""
        return self.certificate.context

    @property
    def text(self) -> str:
        """The certificate, for this user's own programs."""
        return self.certificate.text

    @property
    def warning(self) -> Message:
        return self.certificate.warning

    def beside(
        self, app: "AppDispatch", clock: Clock, renewed: Callable[[], None], stopped: Callable[[], Awaitable[object]]
    ) -> "list[asyncio.Task[None]]":
        """Tasks beside the server: an eye on the files, and the sign-in's port."""
        callback = serve(_only_the_callback(app), self.callback, stopped, lambda: 1.0)
        return [spawn("certificate", self.certificate.watch(clock, app.warn, renewed)), spawn("callback", callback)]


def https_of(chosen: Settings, folder: Path) -> Https | None:
    """Raises SettingsFault where the files cannot be used. Relative paths begin in `folder`."""
    certificate = certificate_of(chosen.tls_cert, chosen.tls_key, folder)
    return Https(certificate, bind("127.0.0.1", 0)) if certificate else None


def _only_the_callback(app: ASGIFramework) -> ASGIFramework:
    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http" or scope["path"] == CALLBACK:
            await app(scope, receive, send)
            return
        headers, body = refusal(404)
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return answer
