"""What programs ask of a server besides generating: is it alive, would it serve, its counts, its models, its state.

In: the services and a ClientRequest that the guard let in. Out: a whole answer, or a Problem. Nothing here knows Quart:
the short way (asgi_app.py) and the routes share it, and so answer alike; a probe, a scrape, `status` or a client that
lists the models waits for no import of Quart. A body, an odd path or another method is Quart's.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

from gcli2api_tui.control.readiness import readiness
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.ledger.metrics import Counted
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server import listed_models
from gcli2api_tui.server.client_request import ClientRequest, Scope
from gcli2api_tui.server.services import Services

ALIVE = "/healthz"
JSON = "application/json"
_BODY = frozenset((b"content-length", b"transfer-encoding"))
_MODEL = re.compile(r"(?:/v1beta|/v1)?/models/([\w.@-]+)", re.ASCII)
"""Names with anything else in them are Quart's to read."""


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """The whole of it; `pairs` are its headers."""

    body: bytes
    pairs: tuple[tuple[str, str], ...]
    status: int = 200


Plain = Callable[[Services, ClientRequest], Awaitable[PlainAnswer]]
"""What a route makes of a request. Raises Problem."""


def plain_route(scope: Scope) -> Plain | None:
    """What answers here; None where Quart does."""
    if scope["method"] != "GET":
        return None
    path: str = scope["path"]
    if path != ALIVE and not _BODY.isdisjoint(name for name, _ in scope["headers"]):
        return None
    if plain := PLAIN.get(path):
        return plain
    return partial(model, name=found[1]) if (found := _MODEL.fullmatch(path)) else None


def json_told(value: object, status: int = 200, *, kept: bool = True) -> PlainAnswer:
    """Any JSON value; `kept`: whoever stands between may keep it."""
    body = compact(value).encode()
    head = (("Content-Type", JSON), ("Content-Length", str(len(body))))
    return PlainAnswer(body, head if kept else (*head, ("Cache-Control", "no-store")), status)


_IS_ALIVE = json_told({"status": "ok"})


async def alive(services: Services, asked: ClientRequest) -> PlainAnswer:
    """Must name nothing of the pool or the settings: it needs no key."""
    return _IS_ALIVE


async def ready(services: Services, asked: ClientRequest) -> PlainAnswer:
    """For load balancers; what keeps a container alive asks /healthz. It needs no key either."""
    found = readiness(services.reader.snapshot())
    told = {"status": "ready" if found.ready else "not ready", "reason": found.reason, "until": found.until}
    warning = {"warning": found.warning} if found.warning else {}
    return json_told(told | warning, 200 if found.ready else 503, kept=False)


async def metrics(services: Services, asked: ClientRequest) -> PlainAnswer:
    """The counts since the start and the state of now, for Prometheus; the guard asks for the metrics key before.

    The copy is taken on the loop, the text is made in a thread.
    """
    seen, names = await services.reader.whole_snapshot(), services.live.now.metrics_labels == "on"
    accept, counted = asked.headers.get("accept", ""), services.metrics.look()
    body, content_type = await asyncio.to_thread(_text, counted, seen, accept, names_credentials=names)
    head = ("Cache-Control", "no-store"), ("Content-Type", content_type), ("Content-Length", str(len(body)))
    return PlainAnswer(body, head)


def _text(counted: Counted, seen: Snapshot, accept: str, *, names_credentials: bool) -> tuple[bytes, str]:
    """The library is read when somebody asks for the first time."""
    from gcli2api_tui.server.exposition import Moment, exposition

    return exposition(Moment(counted, seen, names_credentials=names_credentials), accept)


async def models(services: Services, asked: ClientRequest) -> PlainAnswer:
    return json_told(listed_models.all_of(services, asked))


async def model(services: Services, asked: ClientRequest, name: str) -> PlainAnswer:
    return json_told(listed_models.one_of(services, asked, name))


async def snapshot(services: Services, asked: ClientRequest) -> PlainAnswer:
    """The admin API's `whole_snapshot`, for `status`."""
    seen = await services.reader.whole_snapshot()
    return await asyncio.to_thread(lambda: json_told(to_json(seen)))


async def notice(services: Services, asked: ClientRequest) -> PlainAnswer:
    """The admin API's `sign_in_notice`: our own programs hear by it whether a server is there, and takes a key."""
    return json_told(to_json(await services.control.sign_in_notice(asked.argument("project"))))


OPEN: Mapping[str, Plain] = MappingProxyType({ALIVE: alive, "/readyz": ready})
METRICS: Mapping[str, Plain] = MappingProxyType({"/metrics": metrics})
MODELS: Mapping[str, Plain] = MappingProxyType({"/v1/models": models, "/models": models, "/v1beta/models": models})
"""With and without a version: people leave it out of the base URL."""
ADMIN: Mapping[str, Plain] = MappingProxyType({"/admin/api/snapshot": snapshot, "/admin/api/terms": notice})
"""Rows of the table of verbs (admin_routes.py) that need no word of the query but these."""
PLAIN: Mapping[str, Plain] = MappingProxyType({**OPEN, **METRICS, **MODELS, **ADMIN})
