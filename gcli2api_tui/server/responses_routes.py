"""OpenAI's Responses: asking, counting, and what was kept of an answer."""

import asyncio

from quart import Blueprint, Response, request

from gcli2api_tui.dialects import openai_responses
from gcli2api_tui.dialects.openai_responses import Kept
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.answer_shape import tokens_of
from gcli2api_tui.messages.message import say
from gcli2api_tui.server import quart_request
from gcli2api_tui.server.bodies import ON_LOOP
from gcli2api_tui.server.generating import RESPONSES, understood_response
from gcli2api_tui.server.images import with_images
from gcli2api_tui.server.quart_responses import json_answer
from gcli2api_tui.server.services import Services


def responses_routes(services: Services) -> Blueprint:
    """The routes, with and without /v1: people leave it out of the base URL."""
    routes = Blueprint("responses", __name__)

    quart_request.add_generating(routes, services, RESPONSES)

    @routes.post("/v1/responses/input_tokens")
    @routes.post("/responses/input_tokens")
    async def count() -> Response:
        call = (await understood_response(services, quart_request.asked())).call
        call = await with_images(call, services.fetch_image)
        counted = await services.relay.count_tokens(call, quart_request.principal().client_key)
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
