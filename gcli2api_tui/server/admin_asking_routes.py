"""The admin API's way to ask again: what a client sent, and the same once more on a credential or for a model.

In: the number of an exchange that is still kept. Out: its request, or the whole answer when it has come.
"""

import asyncio
from typing import Any

from quart import Blueprint, Response, request

from gcli2api_tui.control.asked import AskId
from gcli2api_tui.control.ports import Refused
from gcli2api_tui.dialects.fields import table, text
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.ledger.codec import to_json
from gcli2api_tui.server.admin_routes import BODY_LIMIT, conflict
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services


def admin_asking_routes(services: Services) -> Blueprint:
    """Under /admin/api/exchanges; App asks for the admin key before."""
    routes = Blueprint("admin_asking", __name__, url_prefix="/admin/api/exchanges")

    @routes.get("/<int:exchange>/request")
    async def kept(exchange: int) -> Response:
        found = services.reader.request_of(ExchangeId(exchange))
        if isinstance(found, Refused):
            raise conflict(found)
        body = found.body.decode("utf-8", "replace")
        return await asyncio.to_thread(
            lambda: json_answer({"dialect": found.dialect, "path": found.path, "body": body})
        )

    @routes.post("/<int:exchange>/resend")
    async def resend(exchange: int) -> Response:
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        credential, model = (text(body.get(name), name) for name in ("credential", "model"))
        ask = await services.control.resend(ExchangeId(exchange), CredentialId(credential), model)
        if isinstance(ask, Refused):
            raise conflict(ask)
        return await _answered(services, ask)

    return routes


async def _answered(services: Services, ask: AskId) -> Response:
    """How it ended, and its text; a client that leaves meanwhile does not end it."""
    while (row := services.reader.asked(ask)) is not None and not row.ended:
        await services.reader.moved(services.reader.revision)
    page = services.reader.asked_text(ask)
    texts: dict[str, str] = {}
    for passage in page.passages:
        texts[passage.kind] = texts.get(passage.kind, "") + passage.text
    told: dict[str, Any] = {
        **(to_json(row) or {}),
        "text": texts.get("answer", ""),
        "thought": texts.get("thought", ""),
    }
    return await asyncio.to_thread(json_answer, told)
