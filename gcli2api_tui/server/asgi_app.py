"""The app that listens: its own short way for what generates and for plain answers, Quart (quart_app.py) for all else.

In: ASGI scopes. Out: answers; on the short way what Quart would answer, byte for byte
(tests/server/test_usual_request_beside_quart.py): guard, routes, dialects and relay are the same. Quart is imported and
built in a thread when somebody asks for what is Quart's: a panel that only relays never needs its 10 MB. Invariant: an
exchange is closed when its request is over, however that came.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, NoReturn, Protocol, cast

from hypercorn.typing import ASGIReceiveCallable as Receive
from hypercorn.typing import ASGISendCallable as Send

from gcli2api_tui.dialects.sse import STREAM_HEADERS
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.process.collector import freeze_what_is_here
from gcli2api_tui.relay.ports import Opened
from gcli2api_tui.server.bodies import BoundedBody
from gcli2api_tui.server.client_request import ClientRequest, Scope, asked_in
from gcli2api_tui.server.generate_routes import EXCHANGE, NUMBER, Exchange, Generate, exchange, route
from gcli2api_tui.server.middleware import AnswerHeaders, Middleware
from gcli2api_tui.server.mistyped_base_urls import ODD
from gcli2api_tui.server.services import Services
from gcli2api_tui.server.status_and_model_routes import Plain, plain_route
from gcli2api_tui.server.usual_exchange import ARRIVES, Answering, Arriving
from gcli2api_tui.tasks import spawn

Pairs = tuple[tuple[str, str], ...]
App = Callable[[Any, Receive, Send], Awaitable[None]]


class Pages(Protocol):
    """What has no short way."""

    async def by_quart(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class AppDispatch:
    """One for a server."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.middleware = Middleware(services)
        self._fast_path = FastPath(services, self.middleware)
        self._wanted, self._whole = asyncio.Event(), asyncio.Event()
        self._pages: Pages | None = None

    async def __call__(self, scope: Any, receive: Receive, send: Send, rest: App | None = None) -> None:
        """To the end; `rest` answers what has no short way."""
        rest = rest or self._by_quart
        if scope["type"] != "http":
            await rest(scope, receive, send)
            return
        if self.services.live.now.trusted_proxies or ODD.search(scope["path"]):
            self.middleware.enter(scope)
        try:
            if generate := route(scope):
                await self._fast_path.answer(generate, asked_in(scope, is_clients=True), receive, send)
            elif plain := plain_route(scope):
                await self._fast_path.answer(None, asked_in(scope), receive, send, plain)
            else:
                await rest(scope, receive, send)
        finally:
            if (exchange := scope.get(EXCHANGE)) is not None:
                # It still runs only if the loop itself is being torn down, which then ends it.
                with contextlib.suppress(RuntimeError):
                    await exchange.aclose()

    async def complete(self, build: "Callable[[AppDispatch], Pages]") -> None:
        """Bring Quart once a request wants it. `build` imports it."""
        await self._wanted.wait()
        try:
            self._pages = await asyncio.to_thread(build, self)
            freeze_what_is_here()
        finally:
            self._whole.set()

    async def _by_quart(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        await self._whole.wait()
        if self._pages is not None:
            await self._pages.by_quart(scope, receive, send)
        elif scope["type"] == "http":
            await self._fast_path.answer(_not_built, asked_in(scope), receive, send)
        else:
            raise RoutesNotBuilt

    def missed(self, peer: str, why: Message) -> None:
        """Somebody's connection ended before it was a request."""
        self.middleware.missed(peer, why)

    def warn(self, text: Message) -> None:
        """A line of the log, from whoever listens for this app."""
        self.middleware.log("warning", text)


class RoutesNotBuilt(RuntimeError):
    """Quart's could not be: why, the log has said of the task that builds them."""


async def _not_built(services: Services, asked: ClientRequest) -> NoReturn:
    """In place of what would answer: a fault like any other of ours, told to the client and to the log."""
    raise RoutesNotBuilt


class FastPath:
    """One for a server."""

    def __init__(self, services: Services, middleware: Middleware) -> None:
        self._services, self._middleware = services, middleware

    async def answer(
        self,
        generate: Generate | None,
        asked: ClientRequest,
        receive: Receive,
        send: Send,
        plain: Plain | None = None,
    ) -> None:
        """One of the two, to the end of the answer, or until the client has left."""
        gone, receiving = _Gone(), None
        arriving = _arriving(asked.scope)
        if arriving:
            arriving.follow(asked.body, gone.leave)
        else:
            receiving = spawn("request", gone.watch(asked.body, receive))
        try:
            await self._answer(generate, asked, arriving or _ByAsgi(send), plain)
        except asyncio.CancelledError:
            if not gone.took_back():
                raise
        finally:
            gone.over = True
            if receiving:
                receiving.cancel()

    async def _answer(
        self, generate: Generate | None, asked: ClientRequest, way: Answering, plain: Plain | None
    ) -> None:
        try:
            await self._middleware.admit(asked)
            if plain:
                told = await plain(self._services, asked)
            if generate:
                call, encoder = await generate(self._services, asked)
                straight = _Straight(way, partial(self._stream_head, asked))
                items = asked.scope[EXCHANGE] = exchange(self._services, asked, call, encoder, straight)
                first = await anext(items, b"")
                whole = isinstance(first, Opened) and not ((call.stream and first.status == 200) or _is_stream(first))
                body = b"".join([cast(bytes, item) async for item in items]) if whole else b""
        except Problem as problem:
            await self._refuse(asked, problem, way)
        except Exception as error:  # ours, and whatever it is: the client is told, and the log where
            self._middleware.crashed(type(error), error.__traceback__, asked.path)
            broken = ClientFault(say("http.broke"), status=500, way_out=say("http.logs"))
            refusal = self._middleware.shaped(asked, broken)
            await self._whole(asked, refusal.status, refusal.headers, refusal.body, way)
        else:
            if plain:
                await self._told(asked, told.status, told.pairs, told.body, way)
            elif whole and isinstance(first, Opened):
                asked.scope[NUMBER] = first.exchange
                await self._whole(asked, first.status, first.headers, body, way)
            else:
                await self._rest(first, items, straight, way)

    async def _rest(self, first: Opened | bytes, items: Exchange, straight: "_Straight", way: Answering) -> None:
        """What the exchange of a stream did not write itself."""
        if isinstance(first, Opened):
            await way.answer(first.status, straight.head(first), None)
        elif not way.pass_on(first):
            await way.piece(first)
        async for item in items:
            if isinstance(item, bytes) and not way.pass_on(item):
                await way.piece(item)
        await way.end()

    async def _refuse(self, asked: ClientRequest, problem: Problem, way: Answering) -> None:
        more = self._middleware.refused(asked, problem)
        refusal = self._middleware.shaped(asked, problem)
        await self._whole(asked, refusal.status, (*refusal.headers, *more), refusal.body, way)

    async def _whole(self, asked: ClientRequest, status: int, pairs: Pairs, body: bytes, way: Answering) -> None:
        await self._told(asked, status, (*pairs, ("Content-Length", str(len(body)))), body, way)

    async def _told(self, asked: ClientRequest, status: int, pairs: Pairs, body: bytes | None, way: Answering) -> None:
        await way.answer(status, self._stamped(asked, status, pairs), body)

    def _stream_head(self, asked: ClientRequest, opened: Opened) -> Sequence[tuple[str, str]]:
        asked.scope[NUMBER] = opened.exchange
        return self._stamped(asked, opened.status, (*opened.headers, *STREAM_HEADERS))

    def _stamped(self, asked: ClientRequest, status: int, pairs: Pairs) -> Sequence[tuple[str, str]]:
        headers = AnswerHeaders(pairs)
        self._middleware.stamp(asked, status, headers)
        return headers.pairs


class _Straight:
    """What the exchange of a stream writes itself, in the loop's turn in which it comes (relay.ports.ClientWriter)."""

    def __init__(self, way: Answering, stamped: Callable[[Opened], Sequence[tuple[str, str]]]) -> None:
        self._way, self._stamped = way, stamped
        self._head: Sequence[tuple[str, str]] | None = None
        self.pass_on, self.end = way.pass_on, way.end_at_once

    def head(self, opened: Opened) -> Sequence[tuple[str, str]]:
        """As the client gets it; it is noted as it is made, and so made once."""
        if self._head is None:
            self._head = self._stamped(opened)
        return self._head

    def begin(self, opened: Opened) -> bool:
        return opened.status == 200 and self._way.begin(200, self.head(opened))


class _ByAsgi:
    """Where nothing but ASGI is known."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def answer(self, status: int, pairs: Sequence[tuple[str, str]], body: bytes | None) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in pairs]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        if body is not None:
            await self._send({"type": "http.response.body", "body": body, "more_body": False})

    def begin(self, status: int, pairs: Sequence[tuple[str, str]]) -> bool:
        """Each may have to wait."""
        return False

    def pass_on(self, data: bytes) -> bool:
        return False

    def end_at_once(self) -> bool:
        return False

    async def piece(self, data: bytes) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


class _Gone:
    """Takes in the body while the answer is made, and ends the answer when the client leaves."""

    def __init__(self) -> None:
        self._task = cast("asyncio.Task[object]", asyncio.current_task())
        self._left = False
        self.over = False

    async def watch(self, body: BoundedBody, receive: Receive) -> None:
        while (message := await receive())["type"] == "http.request":
            body.append(message.get("body", b""))
            if not message.get("more_body", False):
                body.set_complete()
        self.leave()

    def leave(self) -> None:
        if not self.over:
            self._left = True
            self._task.cancel()

    def took_back(self) -> bool:
        """The cancellation was ours, and nobody else wants one."""
        return self._left and not self._task.uncancel()


def _arriving(scope: Scope) -> Arriving | None:
    """Where the connection brings it (http1.py)."""
    return cast("Arriving | None", scope.get("extensions", {}).get(ARRIVES))


def _is_stream(opened: Opened) -> bool:
    told = [name for name, value in opened.headers if value.startswith("text/event-stream")]
    return any(name.lower() == "content-type" for name in told) if told else False
