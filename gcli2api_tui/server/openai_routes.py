"""OpenAI's paths, with and without /v1: chat, legacy completions, embeddings, responses and pictures.

In: OpenAI's own requests. Out: its answers: generated; for responses also counted, and what was kept of one; for
pictures those of an image model, each an exchange of its own.
"""

import asyncio

from quart import Blueprint, Response, request

from gcli2api_tui.dialects import openai_embeddings, openai_images, openai_responses
from gcli2api_tui.dialects.openai_responses import Kept
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.answer_shape import tokens_of
from gcli2api_tui.gemini.model_choices import who_draws
from gcli2api_tui.messages.message import say
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.bodies import ON_LOOP
from gcli2api_tui.server.gemini_routes import embed
from gcli2api_tui.server.generate_routes import OPENAI, RESPONSES, understood_response
from gcli2api_tui.server.image_generation import drawn
from gcli2api_tui.server.listed_models import listed_models
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.remote_images import with_images
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


def responses_routes(services: Services) -> Blueprint:
    """The routes, with and without /v1: people leave it out of the base URL."""
    routes = Blueprint("responses", __name__)

    quart_adapter.add_generating(routes, services, RESPONSES)

    @routes.post("/v1/responses/input_tokens")
    @routes.post("/responses/input_tokens")
    async def count() -> Response:
        call = (await understood_response(services, quart_adapter.asked())).call
        call = await with_images(call, services.fetch_image)
        counted = await services.relay.count_tokens(call, quart_adapter.principal().client_key)
        return json_answer({"object": "response.input_tokens", "input_tokens": tokens_of(counted)})

    _add_kept(routes, services)
    return routes


def _add_kept(routes: Blueprint, services: Services) -> None:
    """What can be done with an answer that was kept."""

    @routes.get("/v1/responses/<response>")
    @routes.get("/responses/<response>")
    async def retrieve(response: str) -> Response:
        if request.args.get("stream", "").lower() in ("true", "1"):
            raise ClientFault(say("kept.whole"), param="stream", way_out=say("leave_out"))
        return json_answer((await _kept(services, response)).response)

    @routes.delete("/v1/responses/<response>")
    @routes.delete("/responses/<response>")
    async def delete(response: str) -> Response:
        await _kept(services, response)
        services.responses.drop(response)
        return json_answer({"id": response, "object": "response", "deleted": True})

    @routes.get("/v1/responses/<response>/input_items")
    @routes.get("/responses/<response>/input_items")
    async def input_items(response: str) -> Response:
        asked = request.args
        return json_answer(
            openai_responses.input_items(
                await _kept(services, response),
                limit=asked.get("limit", ""),
                after=asked.get("after", ""),
                newest_first=asked.get("order", "desc") != "asc",
            )
        )

    @routes.post("/v1/responses/<response>/cancel")
    @routes.post("/responses/<response>/cancel")
    async def cancel(response: str) -> Response:
        await _kept(services, response)
        way_out = say("kept.close")
        raise ClientFault(say("kept.over"), way_out=way_out)


async def _kept(services: Services, response: str) -> Kept:
    if content := await services.responses.get(response):
        large = len(content) > ON_LOOP
        return await asyncio.to_thread(openai_responses.read, content) if large else openai_responses.read(content)
    raise ClientFault(
        say("kept.none", id=response[:80]),
        status=404,
        way_out=say("kept.limited"),
    )


def pictures_routes(services: Services) -> Blueprint:
    """The routes, with and without /v1: people leave it out of the base URL."""
    routes = Blueprint("pictures", __name__)

    @routes.post("/v1/images/generations")
    @routes.post("/images/generations")
    async def generations() -> Response:
        headers, catalogue = quart_adapter.headers(), services.models.catalogue
        drawing = who_draws(catalogue, listed_models(services, quart_adapter.asked())[0])
        asked = await quart_adapter.understood(
            services, lambda body: openai_images.parse(body, headers, catalogue, drawing)
        )
        return await drawn(services, asked)

    return routes
