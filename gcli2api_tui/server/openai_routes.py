"""OpenAI's paths: chat completions, legacy completions and embeddings."""

import secrets
from typing import Any, cast

from quart import Blueprint, Response, request

from gcli2api_tui.dialects import openai_chat, openai_completions, openai_embeddings
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.relay.ports import ClientFacts
from gcli2api_tui.server.answers import answer, json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.embedding import embed
from gcli2api_tui.server.images import with_images
from gcli2api_tui.server.services import Services


def openai_routes(services: Services) -> Blueprint:
    """The routes, with and without /v1: people leave it out of the base URL."""
    routes = Blueprint("openai", __name__)

    @routes.post("/v1/chat/completions")
    @routes.post("/chat/completions")
    async def chat_completions() -> Response:
        understood = openai_chat.parse(await _body(services), _headers(), services.catalogue)
        call = await with_images(understood.call, services.fetch_image)
        encoder = understood.encoder(
            id=f"chatcmpl-{secrets.token_hex(12)}",
            created=int(services.clock.now()),
            new_call_id=lambda: f"call_{secrets.token_hex(12)}",
        )
        return await _run(services, call, encoder)

    @routes.post("/v1/completions")
    @routes.post("/completions")
    async def completions() -> Response:
        understood = openai_completions.parse(await _body(services), _headers(), services.catalogue)
        encoder = understood.encoder(id=f"cmpl-{secrets.token_hex(12)}", created=int(services.clock.now()))
        return await _run(services, understood.call, encoder)

    @routes.post("/v1/embeddings")
    @routes.post("/embeddings")
    async def embeddings() -> Response:
        understood = openai_embeddings.parse(await _body(services))
        answers = [await embed(services, call, openai_embeddings.METHOD) for call in understood.calls]
        return json_answer(understood.answered(answers))

    return routes


async def _run(services: Services, call: Call, encoder: Encoder) -> Response:
    return await answer(services.relay.run(call, encoder, client_facts()), cast("dict[str, Any]", request.scope))


async def _body(services: Services) -> object:
    return await read_json(request, services.settings.max_body_mb * 2**20)


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def client_facts() -> ClientFacts:
    """Who asks, for the ledger. The peer is the socket's, not what a header claims."""
    client = request.scope.get("client")
    return ClientFacts(
        path=request.path,
        user_agent=request.headers.get("User-Agent", "")[:200],
        peer=str(client[0]) if client else "",
    )
