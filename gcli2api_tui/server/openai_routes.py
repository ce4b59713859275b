"""OpenAI's paths: chat completions, legacy completions and embeddings."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType

from quart import Blueprint, Response

from gcli2api_tui.dialects import openai_chat, openai_completions, openai_embeddings
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.server import incoming
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.client_request import ClientRequest
from gcli2api_tui.server.embedding import embed
from gcli2api_tui.server.exchanges import Generate
from gcli2api_tui.server.images import with_images
from gcli2api_tui.server.services import Services


async def chat(services: Services, asked: ClientRequest) -> tuple[Call, Encoder]:
    headers, catalogue = asked.lower_headers(), services.catalogue
    understood = await asked.understood(services, lambda body: openai_chat.parse(body, headers, catalogue))
    call = await with_images(understood.call, services.fetch_image)
    encoder = understood.encoder(
        id=f"chatcmpl-{secrets.token_hex(12)}",
        created=int(services.clock.now()),
        new_call_id=lambda: f"call_{secrets.token_hex(12)}",
    )
    return call, encoder


async def complete(services: Services, asked: ClientRequest) -> tuple[Call, Encoder]:
    headers, catalogue = asked.lower_headers(), services.catalogue
    understood = await asked.understood(services, lambda body: openai_completions.parse(body, headers, catalogue))
    encoder = understood.encoder(id=f"cmpl-{secrets.token_hex(12)}", created=int(services.clock.now()))
    return understood.call, encoder


GENERATES: Mapping[str, Generate] = MappingProxyType({"chat/completions": chat, "completions": complete})
"""By path, with and without /v1: people leave it out of the base URL."""


def openai_routes(services: Services) -> Blueprint:
    routes = Blueprint("openai", __name__)
    incoming.add_generating(routes, services, GENERATES)

    @routes.post("/v1/embeddings")
    @routes.post("/embeddings")
    async def embeddings() -> Response:
        understood = await incoming.understood(services, openai_embeddings.parse)
        answers = [await embed(services, call, openai_embeddings.METHOD) for call in understood.calls]
        return json_answer(understood.answered(answers))

    return routes
