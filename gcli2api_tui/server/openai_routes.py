"""OpenAI's paths: chat completions, legacy completions and embeddings."""

from quart import Blueprint, Response

from gcli2api_tui.dialects import openai_embeddings
from gcli2api_tui.server import quart_request
from gcli2api_tui.server.embedding import embed
from gcli2api_tui.server.generating import OPENAI
from gcli2api_tui.server.quart_responses import json_answer
from gcli2api_tui.server.services import Services


def openai_routes(services: Services) -> Blueprint:
    routes = Blueprint("openai", __name__)
    quart_request.add_generating(routes, services, OPENAI)

    @routes.post("/v1/embeddings")
    @routes.post("/embeddings")
    async def embeddings() -> Response:
        understood = await quart_request.understood(services, openai_embeddings.parse)
        answers = [await embed(services, call, openai_embeddings.METHOD) for call in understood.calls]
        return json_answer(understood.answered(answers))

    return routes
