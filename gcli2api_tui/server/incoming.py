"""The running request as the routes of every dialect read it: its body, its headers, who asks; and its exchange.

A large body is understood in a thread, so that other streams go on and a stop is obeyed meanwhile.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

from quart import Response, request

from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.relay.ports import ClientFacts
from gcli2api_tui.server.answers import answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services

LARGE = 256 * 1024
"""Bytes of a body beyond which it is not understood on the loop."""
Understood = TypeVar("Understood")


async def understood(services: Services, parse: Callable[[object], Understood]) -> Understood:
    """The body as a dialect reads it; `parse` is pure. Raises ClientFault."""
    return await converted(services, parse, await json_body(services))


async def converted(
    services: Services, parse: Callable[[object], Understood], body: object, more: int = 0
) -> Understood:
    """The same for a body that was read already; `more` bytes belong to it that came from elsewhere."""
    if not _is_large() and more <= LARGE:
        return parse(body)
    async with services.heavy:
        return await asyncio.to_thread(parse, body)


def _is_large() -> bool:
    """A body without a length, or one that is packed, may be."""
    length = request.content_length
    return length is None or length > LARGE or "Content-Encoding" in request.headers


async def json_body(services: Services) -> object:
    """Any JSON value. Raises ClientFault 400, 413 or 415."""
    return await read_json(request, services.settings.max_body_mb * 2**20)


def headers() -> dict[str, str]:
    """Names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}


def client_facts() -> ClientFacts:
    """Who asks, for the ledger. The peer is the socket's, not what a header claims."""
    client = request.scope.get("client")
    return ClientFacts(
        path=request.path,
        user_agent=request.headers.get("User-Agent", "")[:200],
        peer=str(client[0]) if client else "",
    )


async def exchanged(services: Services, call: Call, encoder: Encoder, *, stream: bool = False) -> Response:
    """The answer of one exchange; `stream` says so where the content type does not."""
    scope = cast("dict[str, Any]", request.scope)
    return await answer(services.relay.run(call, encoder, client_facts()), scope, stream=stream)
