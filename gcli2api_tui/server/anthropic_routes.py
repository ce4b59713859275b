"""Anthropic's paths: messages, and the count of their tokens."""

from quart import Blueprint, Response

from gcli2api_tui.dialects import anthropic_messages
from gcli2api_tui.gemini.answer_shape import tokens_of
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.generate_routes import ANTHROPIC
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.remote_images import with_images
from gcli2api_tui.server.services import Services


def anthropic_routes(services: Services) -> Blueprint:
    routes = Blueprint("anthropic", __name__)

    quart_adapter.add_generating(routes, services, ANTHROPIC)

    @routes.post("/v1/messages/count_tokens")
    @routes.post("/messages/count_tokens")
    async def count_tokens() -> Response:
        headers, catalogue = quart_adapter.headers(), services.models.catalogue
        call = await quart_adapter.understood(
            services, lambda body: anthropic_messages.parse_count(body, headers, catalogue)
        )
        call = await with_images(call, services.fetch_image)
        counted = await services.relay.count_tokens(call, quart_adapter.principal().client_key)
        return json_answer({"input_tokens": tokens_of(counted)})

    return routes
