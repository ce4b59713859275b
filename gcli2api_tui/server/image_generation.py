"""The pictures that OpenAI's images path asks for: each an exchange of its own, a few of one request at a time.

In: what was asked, understood. Out: one answer with all of them, or the first refusal.
"""

import asyncio
from contextlib import aclosing
from typing import cast

from quart import Response
from werkzeug.datastructures import Headers

from gcli2api_tui.dialects import openai_images
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.openai_images import ImagesRequest, Picture
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.relay.ports import ClientFacts, Opened
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.services import Services

AT_ONCE = 4
"""Pictures of one request."""


async def drawn(services: Services, asked: ImagesRequest) -> Response:
    """All pictures, or the first refusal: whoever asked for four gets four."""
    seats, client = asyncio.Semaphore(AT_ONCE), quart_adapter.client_facts()
    refusals: list[Response | Problem] = []
    pictures = [Picture() for _ in range(asked.count)]

    async def draw(picture: Picture) -> None:
        async with seats:
            if not refusals and (refused := await _one(services, asked.call, picture, client)):
                refusals.append(refused)

    async with asyncio.TaskGroup() as drawing:
        for picture in pictures:
            drawing.create_task(draw(picture))
    if refusals:
        return _told(refusals[0])
    body = await asyncio.to_thread(openai_images.answered, asked, pictures, int(services.clock.now()))
    return Response(body, content_type="application/json")


def _told(refusal: Response | Problem) -> Response:
    """Raises the Problem that it is."""
    if isinstance(refusal, Problem):
        raise refusal
    return refusal


async def _one(services: Services, call: Call, picture: Picture, client: ClientFacts) -> Response | Problem | None:
    """The refusal, if it is one: by Google, or, before it was asked, by the client's key."""
    async with aclosing(services.relay.run(call, picture, client)) as items:
        try:
            opened = cast(Opened, await anext(items))
        except Problem as problem:
            return problem
        body = b"".join([cast(bytes, item) async for item in items])
    return None if opened.status == 200 else Response(body, opened.status, Headers(list(opened.headers)))
