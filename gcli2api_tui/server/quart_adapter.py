"""Where our requests and answers meet Quart's: bounded bodies, the running request, answers, rules that only match.

In: Quart's context, or what the relay or a Problem gives. Out: the ClientRequest, one for each request, whoever asks
for it first; a Quart response. A running exchange is noted in the ASGI scope, where asgi_app closes it whatever
happens: Quart closes a body only after it has begun to send it, and a client may leave earlier.
A seam: tests/server/test_seam.py says what of Quart is replaced.
"""

import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from functools import partial
from typing import Any, TypeVar, cast

from hypercorn.typing import ASGIReceiveCallable, ASGIReceiveEvent
from quart import Blueprint, Request, Response, g, request
from quart.asgi import ASGIHTTPConnection
from quart.routing import QuartRule
from quart.wrappers.request import Body
from werkzeug.datastructures import Headers

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.sse import STREAM_HEADERS, compact
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.relay.ports import ClientFacts, Opened
from gcli2api_tui.server.bodies import BoundedBody, is_upload
from gcli2api_tui.server.client_request import ClientRequest, Scope, headers_of
from gcli2api_tui.server.generate_routes import EXCHANGE, NUMBER, Exchange, Generate, exchange
from gcli2api_tui.server.guard import Principal
from gcli2api_tui.server.services import Services
from gcli2api_tui.server.status_and_model_routes import PlainAnswer

T = TypeVar("T")
_NOT_KEPT = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Builder = Callable[..., tuple[str, str]]


def asked() -> ClientRequest:
    """The request at hand."""
    if (known := g.get("asked")) is None:
        scope = cast("Scope", request.scope)
        known = g.asked = ClientRequest(scope, headers_of(scope), cast(BoundedBody, request.body))
    return cast(ClientRequest, known)


def add_generating(routes: Blueprint, services: Services, table: Mapping[str, Generate]) -> None:
    """Routes that generate, with and without /v1."""
    for path, generate in table.items():
        for rule in (f"/v1/{path}", f"/{path}"):
            routes.add_url_rule(rule, rule.strip("/"), partial(generated, services, generate), methods=["POST"])


async def plainly(services: Services, plain: Callable[..., Awaitable[PlainAnswer]], **parts: str) -> Response:
    """The answer of a plain route."""
    told = await plain(services, asked(), **parts)
    return Response(told.body, told.status, Headers(list(told.pairs)))


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


def headers() -> Mapping[str, str]:
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


async def answer(exchange: Exchange, scope: MutableMapping[str, object], *, stream: bool = False) -> Response:
    """The response of one exchange: streamed if it is a stream, else in one piece with its length.

    `stream` says so where the content type does not: JSON can grow too.
    """
    scope[EXCHANGE] = exchange
    opened = cast(Opened, await anext(exchange))
    scope[NUMBER] = opened.exchange
    headers = Headers(list(opened.headers))
    if (stream and opened.status == 200) or headers.get("Content-Type", "").startswith("text/event-stream"):
        headers.extend(STREAM_HEADERS)
        response = Response(cast("AsyncGenerator[bytes, None]", exchange), opened.status, headers)
    else:
        body = b"".join([cast(bytes, item) async for item in exchange])
        response = Response(body, opened.status, headers)
    # Quart would cut a stream after 60 s.
    response.timeout = None
    return response


def lasting(lines: AsyncGenerator[bytes, None], content_type: str, *, packed: bool = False) -> Response:
    """What goes on until somebody leaves."""
    headers = {**_NOT_KEPT, "Content-Encoding": "gzip"} if packed else _NOT_KEPT
    response = Response(lines, headers=headers, content_type=content_type)
    response.timeout = None
    return response


def refused(refusal: Refusal, more: Iterable[tuple[str, str]] = ()) -> Response:
    """An error in the dialect's shape."""
    return Response(refusal.body, refusal.status, Headers([*refusal.headers, *more]))


def json_answer(value: object, status: int = 200) -> Response:
    """Any JSON value, or one of our records; a path on a disk need not be Unicode, what is told of it is."""
    if dataclasses.is_dataclass(value):
        value = to_json(value)
    return Response(compact(value).encode(errors="replace"), status, content_type="application/json")


class BoundedRequest(Request):
    """A request with such a body."""

    body_class = cast("type[Body]", BoundedBody)

    def __init__(self, method: str, scheme: str, path: str, *more: Any, **named: Any) -> None:
        super().__init__(method, scheme, path, *more, **named)
        cast(BoundedBody, self.body).streamed = is_upload(path)


class PacedConnection(ASGIHTTPConnection):
    """A seam: Quart takes a body as fast as it comes; this one asks for no more where the body has no room.

    What else `handle_messages` is given, and what it does with a piece, depends on Quart's version.
    """

    async def handle_messages(self, request: Request, receive: ASGIReceiveCallable, *more: Any) -> None:
        body = cast(BoundedBody, request.body)

        async def paced() -> ASGIReceiveEvent:
            await body.room()
            return await receive()

        await super().handle_messages(request, paced, *more)


async def read_bytes(request: Request, limit: int) -> bytes:
    """The body as it came. Raises ClientFault 408 or 413."""
    return bytes(await cast(BoundedBody, request.body).take(limit))


def pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes, of a request whose path is_upload. Raises ClientFault 408."""
    return cast(BoundedBody, request.body).pieces()


class RouteRule(QuartRule):
    """A rule that only matches: what would make an address of its name is compiled when it is asked for.

    Nothing here makes an address by name, and two functions compiled for each of a hundred rules and more took nine
    tenths of the time of building the app (measured). `_compile_builder` is werkzeug's own name (3.1): a rule of
    another werkzeug compiles at once, as before.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compiled = super()._compile_builder

        def build_late(rule: "RouteRule", *values: object, **named: object) -> tuple[str, str]:
            return compiled(append_unknown)(rule, *values, **named)

        return build_late
