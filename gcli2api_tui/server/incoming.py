"""The running request as the routes of every dialect read it: its body, its headers, who asks; and its exchange.

A large body is understood in a thread, so that other streams go on and a stop is obeyed meanwhile.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from quart import Response, g, request

from gcli2api_tui.control.question import CREDENTIAL_HEADER
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.wire_rows import Sent
from gcli2api_tui.relay.ports import ClientFacts
from gcli2api_tui.server.answers import answer
from gcli2api_tui.server.bodies import ON_LOOP, BoundedBody, read_json
from gcli2api_tui.server.masking import masked_headers, masked_query
from gcli2api_tui.server.principal import NOBODY, Principal
from gcli2api_tui.server.program import program_of
from gcli2api_tui.server.services import Services

T = TypeVar("T")


async def json_body(services: Services) -> object:
    """Any JSON value. Raises ClientFault 400, 408, 413 or 415."""
    return await read_json(request, services.settings.max_body_mb * 2**20, services.large_bodies)


async def understood(services: Services, parse: Callable[[object], T]) -> T:
    """What `parse` makes of the body; a large one is parsed in a thread, and is gone when this returns."""
    return await parsed(services, await json_body(services), parse)


async def parsed(services: Services, body: object, parse: Callable[[object], T], more: int = 0) -> T:
    """The same for a body that was looked at before; `more` bytes belong to it that came from elsewhere."""
    if not cast(BoundedBody, request.body).large and more <= ON_LOOP:
        return parse(body)
    async with services.large_bodies:
        return await asyncio.to_thread(parse, body)


def headers() -> dict[str, str]:
    """Names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}


def peer() -> str:
    """The address that the socket says, not what a header claims."""
    client = request.scope.get("client")
    return str(client[0]) if client else ""


def principal() -> Principal:
    """Who asks, as the guard found out; nobody until it did."""
    return cast("Principal", g.get("principal", NOBODY))


def client_facts() -> ClientFacts:
    """Who asks, for the ledger."""
    program = program_of(cast("Mapping[str, str]", request.headers))
    return ClientFacts(request.path, program, peer(), principal().client_key, _sent())


def _sent() -> Sent:
    """The request as it came, without its secrets; the text of its body only where it has been parsed."""
    body = cast(BoundedBody, request.body)
    query = masked_query(request.query_string.decode("latin-1"))
    target = f"{request.path}?{query}" if query else request.path
    return Sent(request.method, target, masked_headers(request.headers.items()), body.text, body.received, body.cut)


async def exchanged(services: Services, call: Call, encoder: Encoder, *, stream: bool = False) -> Response:
    """The answer of one exchange; `stream` says so where the content type does not."""
    scope = cast("dict[str, Any]", request.scope)
    if cast(BoundedBody, request.body).large:
        call = replace(call, large=True)
    if choice := request.headers.get(CREDENTIAL_HEADER, "").strip():
        call = replace(call, only=CredentialId(choice))
    return await answer(services.relay.run(call, encoder, client_facts()), scope, stream=stream)
