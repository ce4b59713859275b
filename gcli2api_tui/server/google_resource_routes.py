"""Google's paths for what it keeps: files, cached contents, interactions; under /v1beta and, as newer SDKs ask, /v1.

In: Google's own requests. Out: Google's own answers, from the credential that owns the thing. Uploads go through as
they come and are in memory nowhere; their address holds a ticket of ours, because SDKs send no key with the bytes.
"""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from urllib.parse import urlencode

from quart import Blueprint, Response, request
from werkzeug.datastructures import Headers

from gcli2api_tui.dialects.fields import sound, table
from gcli2api_tui.dialects.sse import STREAM_HEADERS, data
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.events.records import ClientKeyId, LogLine
from gcli2api_tui.gemini.model_names import without_provider
from gcli2api_tui.gemini.owned_resources import CACHES, FILES, INTERACTIONS
from gcli2api_tui.messages.message import say
from gcli2api_tui.relay.google_resources import GoogleResources, Wanted
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.api_flavour import is_google
from gcli2api_tui.server.generate_routes import EXCHANGE
from gcli2api_tui.server.quart_adapter import json_answer, pieces, read_bytes
from gcli2api_tui.server.services import Services
from gcli2api_tui.server.unsupported_paths import FILES_ELSEWHERE
from gcli2api_tui.upstream.ports import OpenedAnswer

VERSIONS = ("v1beta", "v1")
MOST_ABOUT = 2**20
"""Bytes of what a client says about a file before it sends it."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}(:download)?")
_UPLOAD_HEADERS = "x-goog-upload-"
_OF_A_BODY = ("content-type", "content-length")


def google_resource_routes(services: Services) -> Blueprint:
    """The routes; a list or a thing at each path, whose method says what is wanted."""
    routes = Blueprint("things", __name__)
    for version in VERSIONS:
        _file_routes(routes, services, version)
        _json_routes(routes, services, version, CACHES, ["GET", "PATCH", "DELETE"])
        _interaction_routes(routes, services, version)
    return routes


def _file_routes(routes: Blueprint, services: Services, version: str) -> None:
    root = f"/{version}/{FILES}"

    @routes.post(f"/upload{root}", endpoint=f"upload {version}")
    async def upload() -> Response:
        resources, ticket = _resources(services), request.args.get("upload_id", "")
        return await (_go_on(resources, ticket) if ticket else _begin(services, resources))

    @routes.route(root, endpoint=root, methods=["GET", "POST"])
    async def files() -> Response:
        _only_googles()
        return await _listed(services, root)

    @routes.route(f"{root}/<path:name>", endpoint=f"{root} one", methods=["GET", "DELETE", "POST"])
    async def file(name: str) -> Response:
        _only_googles()
        if name.endswith(":download"):
            return await _opened(services, _about(root, FILES, name))
        return await _asked(services, _about(root, FILES, name))


def _json_routes(routes: Blueprint, services: Services, version: str, kind: str, methods: list[str]) -> None:
    root = f"/{version}/{kind}"

    @routes.get(root, endpoint=f"{root} list")
    async def listed() -> Response:
        return await _listed(services, root)

    @routes.post(root, endpoint=f"{root} new")
    async def new() -> Response:
        body = await _body(services)
        wanted = Wanted(_client(), "POST", root, body, body, without_provider(str(body.get("model") or "")))
        return await _asked(services, wanted)

    @routes.route(f"{root}/<name>", endpoint=f"{root} one", methods=methods)
    async def one(name: str) -> Response:
        body = await _body(services) if request.method == "PATCH" else None
        return await _asked(services, _about(root, kind, name, body))


def _interaction_routes(routes: Blueprint, services: Services, version: str) -> None:
    root = f"/{version}/{INTERACTIONS}"

    @routes.post(root, endpoint=f"{root} new")
    async def new() -> Response:
        body = await _body(services)
        model = without_provider(str(body.get("model") or ""))
        body = {**body, "model": model} if model else body
        wanted = Wanted(_client(), "POST", _with_query(root), body, body, model, counted=True)
        return await (_opened(services, wanted) if body.get("stream") is True else _asked(services, wanted))

    @routes.route(f"{root}/<name>", endpoint=f"{root} one", methods=["GET", "DELETE"])
    async def one(name: str) -> Response:
        wanted = _about(root, INTERACTIONS, name)
        streamed = request.args.get("stream", "").lower() == "true" or request.args.get("alt") == "sse"
        return await (_opened(services, wanted) if streamed else _asked(services, wanted))

    @routes.post(f"{root}/<name>/cancel", endpoint=f"{root} cancel")
    async def cancel(name: str) -> Response:
        named = _about(root, INTERACTIONS, name)
        return await _asked(services, Wanted(_client(), "POST", f"{root}/{name}/cancel", {}, named.names))


def _resources(services: Services) -> GoogleResources:
    if services.things is None:
        raise ClientFault(say("things.needs_key"), status=501, way_out=say("things.add_key"))
    return services.things


def _only_googles() -> None:
    """OpenAI and Anthropic have files at the same path; theirs are not built. Google's are made by an upload."""
    if not is_google(request.path, request.headers) or request.method == "POST":
        raise ClientFault(FILES_ELSEWHERE[0], status=501, way_out=FILES_ELSEWHERE[1])


async def _listed(services: Services, root: str) -> Response:
    asked = [(name, value) for name, value in _query() if name != "pageToken"]
    token = request.args.get("pageToken", "")
    return json_answer(await _resources(services).listed(_client(), root, urlencode(asked), token))


async def _asked(services: Services, wanted: Wanted) -> Response:
    return json_answer(await _resources(services).ask(wanted))


async def _opened(services: Services, wanted: Wanted) -> Response:
    """Google's bytes as they come."""
    opened = await _resources(services).open(wanted)
    headers = Headers({"Content-Type": opened.headers.get("content-type", "application/octet-stream")})
    headers.extend(STREAM_HEADERS)
    quart_adapter.asked().scope[EXCHANGE] = opened  # a client may leave before the body has begun
    events = headers["Content-Type"].startswith("text/event-stream")
    response = Response(_body_of(services, opened, path=request.path, events=events), 200, headers)
    response.timeout = None  # Quart would cut a stream after 60 s
    return response


async def _body_of(services: Services, opened: OpenedAnswer, *, path: str, events: bool) -> AsyncGenerator[bytes, None]:
    """What breaks off is logged; a stream of events tells why, as Google's own do, and a file is plainly not whole."""
    try:
        async with aclosing(opened.reads()) as reads:
            async for received in reads:
                yield received
    except Problem as problem:
        told = say("http.broke_off", path=path[:200], said=problem.sentence)
        services.recorder.record(LogLine(services.clock.now(), "warning", "server", told))
        if not events:
            raise ConnectionAbortedError from problem
        code = problem.code if isinstance(problem, ClientFault) else None
        error = {"code": code or "error", "message": problem.sentence}
        # An event that was cut through must not swallow this one.
        yield b"\n\nevent: error\n" + data({"event_type": "error", "error": error})


async def _begin(services: Services, resources: GoogleResources) -> Response:
    if request.headers.get("X-Goog-Upload-Command", "").strip().lower() != "start":
        raise ClientFault(say("things.resumable"), status=501, way_out=say("things.as_sdks"))
    about = await read_bytes(request, MOST_ABOUT)
    ticket, headers = await resources.begin_upload(_with_query(request.path), _passed_headers(), about, _client())
    address = f"{request.host_url.rstrip('/')}{request.path}?upload_id={ticket}&upload_protocol=resumable"
    told = {**_told(headers), "X-Goog-Upload-Url": address}
    return Response(b"", headers=Headers(list(told.items())), content_type="application/json")


async def _go_on(resources: GoogleResources, ticket: str) -> Response:
    if resources.upload(ticket) is None:
        raise ClientFault(say("things.no_upload"), status=404, way_out=say("things.begin_again"))
    headers, answer = await resources.go_on(ticket, _passed_headers(), pieces(request))
    response = json_answer(answer)
    response.headers.update(_told(headers))
    return response


def _passed_headers() -> dict[str, str]:
    """What Google must know of an upload."""
    sent = quart_adapter.headers()
    return {name: value for name, value in sent.items() if name.startswith(_UPLOAD_HEADERS) or name in _OF_A_BODY}


def _told(headers: Mapping[str, str]) -> dict[str, str]:
    """What Google says of an upload; its address stays here, for it needs no key."""
    found = {name: value for name, value in headers.items() if name.lower().startswith(_UPLOAD_HEADERS)}
    return {name: value for name, value in found.items() if not name.lower().endswith("url")}


def _about(root: str, kind: str, name: str, body: Mapping[str, object] | None = None) -> Wanted:
    """Raises ClientFault for what can be no name."""
    if not _NAME.fullmatch(name):
        raise ClientFault(say("things.no_name"), status=404)
    path = _with_query(f"{root}/{name}")
    return Wanted(_client(), request.method, path, body, {"name": f"{kind}/{name.removesuffix(':download')}"})


async def _body(services: Services) -> dict[str, object]:
    return table(sound(await quart_adapter.json_body(services)), "body")


def _with_query(path: str) -> str:
    asked = _query()
    return f"{path}?{urlencode(asked)}" if asked else path


def _client() -> ClientKeyId:
    return quart_adapter.principal().client_key


def _query() -> list[tuple[str, str]]:
    """Without the key of this server, which is none of Google's business."""
    return [(name, value) for name, value in request.args.items(multi=True) if name not in ("key", "upload_id")]
