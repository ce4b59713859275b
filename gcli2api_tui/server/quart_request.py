"""The running request in Quart's hands, as the routes read it, and how those that generate answer there.

In: Quart's context. Out: the ClientRequest, or parts of it. One for each request, whoever asks for it first.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

from quart import Blueprint, Response, g, request

from gcli2api_tui.relay.ports import ClientFacts
from gcli2api_tui.server.bodies import BoundedBody
from gcli2api_tui.server.client_request import ClientRequest
from gcli2api_tui.server.generating import Generate, exchange
from gcli2api_tui.server.guard import Principal
from gcli2api_tui.server.quart_responses import answer
from gcli2api_tui.server.services import Services

T = TypeVar("T")


def asked() -> ClientRequest:
    """The request at hand."""
    if (known := g.get("asked")) is None:
        known = g.asked = ClientRequest(cast("Any", request.scope), request.headers, cast(BoundedBody, request.body))
    return cast(ClientRequest, known)


def add_generating(routes: Blueprint, services: Services, table: Mapping[str, Generate]) -> None:
    """Routes that generate, with and without /v1."""
    for path, generate in table.items():
        for rule in (f"/v1/{path}", f"/{path}"):
            routes.add_url_rule(rule, rule.strip("/"), partial(generated, services, generate), methods=["POST"])


async def generated(services: Services, generate: Generate) -> Response:
    """The answer of one exchange."""
    at_hand = asked()
    call, encoder = await generate(services, at_hand)
    return await answer(exchange(services, at_hand, call, encoder), at_hand.scope, stream=call.stream)


async def json_body(services: Services) -> object:
    """Any JSON value. Raises ClientFault 400, 408, 413 or 415."""
    return await asked().json(services)


async def understood(services: Services, parse: Callable[[object], T]) -> T:
    """What `parse` makes of the body; a large one is parsed in a thread, and is gone when this returns."""
    return await asked().understood(services, parse)


def headers() -> dict[str, str]:
    """Names in lower case."""
    return asked().lower_headers()


def peer() -> str:
    """The address that the socket says, not what a header claims."""
    return asked().peer


def principal() -> Principal:
    """Who asks, as the guard found out; nobody until it did."""
    return asked().principal


def client_facts() -> ClientFacts:
    """Who asks, for the ledger."""
    return asked().facts()
