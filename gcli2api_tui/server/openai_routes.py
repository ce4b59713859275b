"""OpenAI's paths: chat completions, legacy completions and embeddings."""

from quart import Blueprint, Response

from gcli2api_tui.dialects import openai_embeddings
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.embedding import embed
from gcli2api_tui.server.generating import OPENAI
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.services import Services


def openai_routes(services: Services) -> Blueprint:
    routes = Blueprint("openai", __name__)
    quart_adapter.add_generating(routes, services, OPENAI)

    @routes.post("/v1/embeddings")
    @routes.post("/embeddings")
    async def embeddings() -> Response:
        understood = await quart_adapter.understood(services, openai_embeddings.parse)
        answers = [await embed(services, call, openai_embeddings.METHOD) for call in understood.calls]
        return json_answer(understood.answered(answers))

    return routes
