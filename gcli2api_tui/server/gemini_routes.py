"""Google's methods on a model: answers, counts and embeddings, under /v1beta, /v1 and no prefix.

In: `models/{name}:{method}` with a body. Out: what Google answers, or a refusal that says what is offered.
"""

from typing import Any, cast

from quart import Blueprint, Response, request

from gcli2api_tui.dialects import gemini_native
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.server.answers import answer, json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.embedding import embed
from gcli2api_tui.server.openai_routes import client_facts
from gcli2api_tui.server.services import Services

_OFFERED = "It offers generateContent, streamGenerateContent, countTokens, embedContent and batchEmbedContents."
_NOT_OFFERED = frozenset({"asyncBatchEmbedContent", "batchGenerateContent", "predict", "predictLongRunning"})


def gemini_routes(services: Services) -> Blueprint:
    """The routes; some clients leave the version out of the path."""
    routes = Blueprint("gemini", __name__)

    @routes.post("/v1beta/models/<path:name>:<method>")
    @routes.post("/v1/models/<path:name>:<method>")
    @routes.post("/models/<path:name>:<method>")
    async def act(name: str, method: str) -> Response:
        if method in ("generateContent", "streamGenerateContent"):
            return await _generate(services, name, stream=method == "streamGenerateContent")
        if method == "countTokens":
            return await _count(services, name)
        if method in ("embedContent", "batchEmbedContents"):
            return await _embed(services, name, method)
        if method in _NOT_OFFERED:
            raise ClientFault(f"This server does not offer {method}.", status=501, way_out=_OFFERED)
        raise ClientFault("There is no such method on a model.", status=404, way_out=_OFFERED)

    return routes


async def _generate(services: Services, name: str, *, stream: bool) -> Response:
    call = gemini_native.parse(await _body(services), name, _headers(), services.catalogue, stream=stream)
    encoder = gemini_native.NativeEncoder(stream=stream, events=request.args.get("alt") == "sse")
    exchange = services.relay.run(call, encoder, client_facts())
    return await answer(exchange, cast("dict[str, Any]", request.scope), stream=stream)


async def _count(services: Services, name: str) -> Response:
    call = gemini_native.parse_count(await _body(services), name, _headers(), services.catalogue)
    return json_answer(await services.relay.count_tokens(call))


async def _embed(services: Services, name: str, method: str) -> Response:
    call = gemini_native.parse_embed(await _body(services), name)
    return json_answer(await embed(services, call, method))


async def _body(services: Services) -> object:
    return await read_json(request, services.settings.max_body_mb * 2**20)


def _headers() -> dict[str, str]:
    return {header.lower(): value for header, value in request.headers.items()}
