"""The stand-in for Google as a server: all services on one port of 127.0.0.1, on Hypercorn, in the running loop.

`async with serve(world=world) as google:` gives `google.url`, which serves for all four base addresses. Nothing is
printed or logged. Here, and only here, a `Refusal` becomes a response and a `Cut` becomes a connection that ends.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

from hypercorn.asyncio import serve as run_hypercorn
from hypercorn.config import Config
from hypercorn.protocol.events import StreamClosed
from quart import Quart, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from gcli2api_tui.clock import Clock
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator import incoming
from gcli2api_tui.simulator.admin import Admin
from gcli2api_tui.simulator.code_assist import CodeAssist
from gcli2api_tui.simulator.gemini_api import GeminiApi
from gcli2api_tui.simulator.generation import PAGE, Cut, Page
from gcli2api_tui.simulator.oauth import OAuth
from gcli2api_tui.simulator.refusals import OAuthRefusal, Refusal
from gcli2api_tui.simulator.resources import Things
from gcli2api_tui.simulator.vertex import Vertex
from gcli2api_tui.simulator.world import OWN_CLIENT_ID, OWN_CLIENT_SECRET, World
from gcli2api_tui.tasks import spawn

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[object], Awaitable[None]]
STOP_S = 1.0

KEYS = ("AQ.sim-key-of-studio-0001", "AQ.sim-key-of-studio-0002", "AIza-sim-key-0001", "AIza-sim-key-0002")
"""API keys of the default world: a free one with limits and a paid one, as AI Studio makes them now and as it did."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running simulator: its address, without a slash at the end, and its state."""

    url: str
    world: World


@contextlib.asynccontextmanager
async def serve(
    port: int = 0, *, world: World | None = None, seed: int = 0, clock: Clock | None = None
) -> AsyncIterator[Served]:
    """Serves while the block runs; port 0 takes a free one. Raises OSError when the port is taken."""
    world = world or World(seed, clock)
    sock = _listening(port)
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    stop = asyncio.Event()
    running = spawn("simulator", _run(Watched(build(world), world), sock, stop))
    try:
        yield Served(url, world)
    finally:
        stop.set()
        await asyncio.wait([running], timeout=STOP_S)
        running.cancel()
        await asyncio.wait([running])


async def run_simulator(
    port: int, seed: int = 0, *, stop: asyncio.Event | None = None, ready: Callable[[str], None] | None = None
) -> None:
    """For the command `simulate`: the default world until `stop` is set or the task is cancelled."""
    async with serve(port, world=default_world(seed)) as served:
        if ready:
            ready(served.url)
        await (stop or asyncio.Event()).wait()


def default_world(seed: int = 0, clock: Clock | None = None) -> World:
    """Four API keys; alice and bob (standard), erin (refresh token dead), frank (UNSUPPORTED_CLIENT).

    The keys are KEYS; refresh tokens are `1//sim-alice` and so on, projects `sim-alice` and so on, and the client pair
    is CLIENT_ID and CLIENT_SECRET of `world`; OWN_CLIENT_ID is somebody's own. The keys are express keys of Vertex AI
    too; `POST /sim/service-account` makes a service account.
    """
    world = World(seed, clock)
    world.add_client(OWN_CLIENT_ID, OWN_CLIENT_SECRET)
    for free, paid in (KEYS[:2], KEYS[2:]):
        world.add_api_key(free, project="sim-keys-1", rpm=10, rpd=250)
        world.add_api_key(paid, project="sim-keys-2", free=False)
    for name in ("alice", "bob", "erin", "frank"):
        tier = "UNSUPPORTED_CLIENT" if name == "frank" else "standard-tier"
        world.add_account(f"{name}@example.com", project=f"sim-{name}", tier=tier, dead=name == "erin")
    return world


def build(world: World) -> Quart:
    app = Quart("simulator", static_folder=None)
    app.logger.handlers[:] = [logging.NullHandler()]  # Quart's own handler writes to the terminal
    app.config.update(RESPONSE_TIMEOUT=None, BODY_TIMEOUT=None, MAX_CONTENT_LENGTH=2 * 1024**3)
    api = GeminiApi(world)
    for service in (OAuth(world), CodeAssist(world), api, Things(world, api), Vertex(world), Admin(world)):
        service.attach(app)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(OAuthRefusal, _oauth_refused)
    app.register_error_handler(Cut, _hang_up)
    app.register_error_handler(Page, _page)
    app.register_error_handler(HTTPException, _no_route)
    return app


class Watched:
    """Journals every request around the app, and ends connections that are meant to break."""

    def __init__(self, app: Quart, world: World) -> None:
        self._app, self._world = app, world

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, cast(Any, send))
            return
        entry = scope["sim.entry"] = self._world.journal.open_scope(self._world.clock.now(), scope)

        async def watched_send(message: Any) -> None:
            if entry.outcome == "cut":
                return
            if scope.get("sim.hang_up"):
                entry.outcome = "cut"
                await _close(send)
                return
            if message["type"] == "http.response.start":
                self._world.journal.began(entry, message["status"])
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                entry.outcome = "finished"

        try:
            await self._app(scope, receive, cast(Any, watched_send))
        except (Cut, ExceptionGroup) as error:
            # Quart 0.23 answers inside a TaskGroup, which wraps what is raised in it.
            if isinstance(error, ExceptionGroup) and error.split(Cut)[1] is not None:
                raise
            entry.outcome = "cut"
            await _close(send)
        finally:
            entry.outcome = "cancelled" if entry.outcome == "open" else entry.outcome


async def _close(send: Send) -> None:
    """Ends the connection as it is. ASGI has no word for it, so Hypercorn's stream is told itself."""
    stream = cast(Any, send).__self__
    stream.closed = True
    await stream.send(StreamClosed(stream_id=stream.stream_id))


async def _run(app: Watched, sock: socket.socket, stop: asyncio.Event) -> None:
    config = Config()
    config.bind = [f"fd://{sock.detach()}"]
    config.accesslog = config.errorlog = None
    config.graceful_timeout = 0.2
    config.include_server_header = False
    await run_hypercorn(cast(Any, app), config, shutdown_trigger=stop.wait)


def _listening(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    sock.listen(128)
    return sock


async def _refused(refusal: Refusal) -> Response:
    """An error object; in an array where asked, and on a stream that is not SSE, whose body is an array anyway."""
    plain_stream = request.path.endswith(":streamGenerateContent") and request.args.get("alt") != "sse"
    body: object = [refusal.body()] if plain_stream or incoming.array_wanted() else refusal.body()
    response = jsonify(body)
    response.status_code = refusal.code
    return response


async def _oauth_refused(refusal: OAuthRefusal) -> Response:
    response = jsonify(refusal.body())
    response.status_code = refusal.code
    return response


async def _hang_up(_: Cut) -> Response:
    incoming.hang_up()
    return Response(b"")


async def _page(_: Page) -> Response:
    return Response(PAGE, content_type="text/html; charset=utf-8")


async def _no_route(error: HTTPException) -> Response:
    return await _refused(Refusal(error.code or 500, error.name, status="NOT_FOUND" if error.code == 404 else ""))
