"""Quart's requests with our bodies: bounded, and taken in no faster than they are passed on.

A seam: tests/server/test_seam.py says what of Quart is replaced.
"""

from collections.abc import AsyncIterator
from typing import Any, cast

from quart import Request
from quart.asgi import ASGIHTTPConnection

from gcli2api_tui.server.bodies import BoundedBody, is_upload


class BoundedRequest(Request):
    """A request with such a body."""

    body_class = cast(Any, BoundedBody)

    def __init__(self, method: str, scheme: str, path: str, *more: Any, **named: Any) -> None:
        super().__init__(method, scheme, path, *more, **named)
        cast(BoundedBody, self.body).streamed = is_upload(path)


class PacedConnection(ASGIHTTPConnection):
    """A seam: Quart takes a body as fast as it comes; this one asks for no more where the body has no room.

    What else `handle_messages` is given, and what it does with a piece, depends on Quart's version.
    """

    async def handle_messages(self, request: Request, receive: Any, *more: Any) -> None:
        body = cast(BoundedBody, request.body)

        async def paced() -> Any:
            await body.room()
            return await receive()

        await super().handle_messages(request, paced, *more)


async def read_bytes(request: Request, limit: int) -> bytes:
    """The body as it came. Raises ClientFault 408 or 413."""
    return bytes(await cast(BoundedBody, request.body).take(limit))


def pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes, of a request whose path is_upload. Raises ClientFault 408."""
    return cast(BoundedBody, request.body).pieces()
