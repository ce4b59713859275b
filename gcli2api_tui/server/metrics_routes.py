"""`/metrics`, for Prometheus and what reads its form: behind the metrics key or the panel key.

In: a scrape. Out: the counts since the start and the state of now. The copy is taken on the loop, the text is made in a
thread.
"""

import asyncio

from quart import Blueprint, Response, request

from gcli2api_tui.ledger.metrics import Counted
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.server.services import Services


def metrics_routes(services: Services) -> Blueprint:
    """App asks for the key before."""
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
