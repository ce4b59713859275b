"""Anthropic's paths: messages, and the count of their tokens."""

import secrets
from typing import Any, cast

from quart import Blueprint, Response, request

from gcli2api_tui.dialects import anthropic_messages
from gcli2api_tui.server.answers import answer, json_answer, request_id
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.images import with_images
from gcli2api_tui.server.openai_routes import client_facts
from gcli2api_tui.server.services import Services


def anthropic_routes(services: Services) -> Blueprint:
    """The routes, with and without /v1: people leave it out of the base URL."""
    routes = Blueprint("anthropic", __name__)

    @routes.post("/v1/messages")
    @routes.post("/messages")
    async def messages() -> Response:
        understood = anthropic_messages.parse(await _body(services), _headers(), services.catalogue)
        call = await with_images(understood.call, services.fetch_image)
        encoder = understood.encoder(
            id=f"msg_{secrets.token_hex(12)}",
            request_id=request_id(),
            new_call_id=lambda: f"toolu_{secrets.token_hex(12)}",
        )
        exchange = services.relay.run(call, encoder, client_facts())
        return await answer(exchange, cast("dict[str, Any]", request.scope))

    @routes.post("/v1/messages/count_tokens")
    @routes.post("/messages/count_tokens")
    async def count_tokens() -> Response:
        call = anthropic_messages.parse_count(await _body(services), _headers(), services.catalogue)
        counted = await services.relay.count_tokens(await with_images(call, services.fetch_image))
        return json_answer({"input_tokens": counted.get("totalTokens", 0)})

    return routes


async def _body(services: Services) -> object:
    return await read_json(request, services.settings.max_body_mb * 2**20)


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
