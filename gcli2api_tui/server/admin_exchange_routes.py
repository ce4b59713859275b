"""The admin API on requests: those that a filter takes, one in depth, stopping one, writing them to a file.

In: a filter as it is typed in the panel, numbers. Out: rows, texts, what came of a verb. Raises ClientFault that names
what is wrong. Secrets are masked where requests are taken, and once more in what is exported.
"""

import asyncio
from typing import cast, get_args

from quart import Blueprint, Response, request

from gcli2api_tui.control.ports import ExportForm, Refused
from gcli2api_tui.dialects.fields import table, text
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.codec import to_json
from gcli2api_tui.ledger.records import ExchangeRow
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.admin_routes import BODY_LIMIT, done
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services

KINDS = {"jsonl": "application/x-ndjson", "har": "application/json"}


def admin_exchange_routes(services: Services) -> Blueprint:
    """Everything under /admin/api/exchanges; App asks for the admin key before."""
    routes = Blueprint("admin_exchanges", __name__, url_prefix="/admin/api/exchanges")

    @routes.get("")
    async def exchanges() -> Response:
        rows = await _chosen(services, request.args.get("filter", ""))
        form = request.args.get("format", "")
        if not form:
            return await asyncio.to_thread(lambda: json_answer({"exchanges": to_json(rows)}))
        private = request.args.get("private", "") not in ("", "0")
        exported = await services.reader.exported(rows, _form(form), private=private)
        return Response(exported.encode("utf-8", "replace"), content_type=KINDS[form])

    @routes.get("/<int:number>")
    async def exchange(number: int) -> Response:
        """The row, its texts, and what went over the wire."""
        rows = await _chosen(services, f"id:{number}")
        if not rows:
            raise ClientFault(say("export.none"), status=404)
        page, wire = services.reader.transcript(rows[0].id), services.reader.wire(rows[0].id)
        told = {"exchange": rows[0], "texts": page.passages, "wire": wire}
        return await asyncio.to_thread(lambda: json_answer(to_json(told)))

    @routes.post("/<int:number>/stop")
    async def stop(number: int) -> Response:
        return done(await services.control.cancel_exchange(ExchangeId(number)))

    @routes.post("/export")
    async def export() -> Response:
        """`{"filter": …, "format": "jsonl" | "har", "private": false}` → a file in the home; the answer says where."""
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        rows = await _chosen(services, text(body.get("filter"), "filter"))
        form = _form(text(body.get("format"), "format") or "jsonl")
        ids = [row.id for row in rows]
        return done(await services.control.export_exchanges(ids, form, private=bool(body.get("private"))))

    return routes


async def _chosen(services: Services, wanted: str) -> tuple[ExchangeRow, ...]:
    rows = await services.reader.chosen(wanted)
    if isinstance(rows, Refused):
        raise ClientFault(rows.sentence, param="filter")
    return tuple(rows)


def _form(form: str) -> ExportForm:
    if form not in KINDS:
        raise ClientFault(say("export.forms", names=", ".join(get_args(ExportForm))), param="format")
    return cast(ExportForm, form)
