"""Anthropic's paths: messages, and the count of their tokens."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType

from quart import Blueprint, Response

from gcli2api_tui.dialects import anthropic_messages
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.gemini.tolerant import tokens_of
from gcli2api_tui.server import incoming
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.client_request import ClientRequest
from gcli2api_tui.server.exchanges import Generate
from gcli2api_tui.server.images import with_images
from gcli2api_tui.server.services import Services


async def messages(services: Services, asked: ClientRequest) -> tuple[Call, Encoder]:
    headers, catalogue = asked.lower_headers(), services.catalogue
    understood = await asked.understood(services, lambda body: anthropic_messages.parse(body, headers, catalogue))
    call = await with_images(understood.call, services.fetch_image)
    encoder = understood.encoder(
        id=f"msg_{secrets.token_hex(12)}",
        request_id=asked.id,
        new_call_id=lambda: f"toolu_{secrets.token_hex(12)}",
    )
    return call, encoder


GENERATES: Mapping[str, Generate] = MappingProxyType({"messages": messages})
"""By path, with and without /v1: people leave it out of the base URL."""


def anthropic_routes(services: Services) -> Blueprint:
    routes = Blueprint("anthropic", __name__)

    incoming.add_generating(routes, services, GENERATES)

    @routes.post("/v1/messages/count_tokens")
    @routes.post("/messages/count_tokens")
    async def count_tokens() -> Response:
        headers, catalogue = incoming.headers(), services.catalogue
        call = await incoming.understood(
            services, lambda body: anthropic_messages.parse_count(body, headers, catalogue)
        )
        call = await with_images(call, services.fetch_image)
        counted = await services.relay.count_tokens(call, incoming.principal().client_key)
        return json_answer({"input_tokens": tokens_of(counted)})

    return routes
