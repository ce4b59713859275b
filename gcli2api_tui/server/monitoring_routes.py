"""What watches a server asks: who answers here, is it alive, would it serve, and `/metrics` for Prometheus.

In: a probe or a scrape. Out: a word or two, or the counts since the start and the state of now; the copy of these is
taken on the loop, the text is made in a thread. Only metrics need a key, for which the guard asks before.
"""

import asyncio

from quart import Blueprint, Response, redirect, request

from gcli2api_tui import __version__
from gcli2api_tui.control.readiness import readiness
from gcli2api_tui.ledger.metrics import Counted
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.server.asgi_app import ALIVE, IS_ALIVE
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.services import Services


def open_routes(services: Services) -> Blueprint:
    """Must name nothing of the pool or the settings."""
    routes = Blueprint("open", __name__)

    @routes.get("/")
    async def root() -> Response:
        """People are led to the page; programs are told whose server it is."""
        if request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html":
            return redirect("/auth", 302)  # type: ignore[return-value]
        answer = json_answer({"name": "gcli2api-tui", "version": __version__, "api": "/v1"})
        answer.headers["Vary"] = "Accept"
        return answer

    @routes.get(ALIVE)
    async def healthz() -> Response:
        """The short way's, but for who asks for its head alone."""
        return Response(IS_ALIVE, content_type="application/json")

    @routes.get("/readyz")
    async def readyz() -> Response:
        """For load balancers; what keeps a container alive asks /healthz."""
        found = readiness(services.reader.snapshot())
        told = {"status": "ready" if found.ready else "not ready", "reason": found.reason, "until": found.until}
        answer = json_answer(told | ({"warning": found.warning} if found.warning else {}), 200 if found.ready else 503)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes


def metrics_routes(services: Services) -> Blueprint:
    """The guard asks before: for the metrics key or the panel key."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/metrics")
    async def metrics() -> Response:
        seen, names = await services.reader.whole_snapshot(), services.live.now.metrics_labels == "on"
        accept = request.headers.get("Accept", "")
        counted = services.metrics.look()
        body, content_type = await asyncio.to_thread(_text, counted, seen, accept, names_credentials=names)
        return Response(body, content_type=content_type, headers={"Cache-Control": "no-store"})

    return routes


def _text(counted: Counted, seen: Snapshot, accept: str, *, names_credentials: bool) -> tuple[bytes, str]:
    """The library is read when somebody asks for the first time."""
    from gcli2api_tui.server.exposition import Moment, exposition

    return exposition(Moment(counted, seen, names_credentials=names_credentials), accept)
