"""The admin API on recordings and profiles: how one stands, beginning and ending it; where the loop's time goes.

In: `mode`, `seconds`. Out: rows, what came of a verb. Raises ClientFault that names what is wrong.
"""

import asyncio
from typing import cast, get_args

from quart import Blueprint, Response, request

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.dialects.fields import table, text
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.ledger.recording_rows import RecordingMode
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.admin_routes import BODY_LIMIT, conflict, done
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services


def admin_watching_routes(services: Services) -> Blueprint:
    """Under /admin/api; App asks for the admin key before."""
    routes = Blueprint("admin_watching", __name__, url_prefix="/admin/api")

    @routes.get("/recording")
    async def recording() -> Response:
        return json_answer(await services.reader.recording())

    @routes.post("/recording/begin")
    async def begin() -> Response:
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        mode = text(body.get("mode"), "mode") or "masked"
        if mode not in get_args(RecordingMode):
            names = ", ".join(get_args(RecordingMode))
            raise ClientFault(say("recording.modes", names=names), param="mode")
        return done(await services.control.begin_recording(cast(RecordingMode, mode)))

    @routes.post("/recording/end")
    async def end() -> Response:
        return done(await services.control.end_recording())

    @routes.post("/profile")
    async def profile() -> Response:
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        seconds = body.get("seconds", 10)
        found = await services.control.profile(float(seconds) if isinstance(seconds, int | float) else 0.0)
        if isinstance(found, Refused):
            raise conflict(found)
        return await asyncio.to_thread(json_answer, found)

    return routes
