"""The admin API's usage: by day, model, client key, program or credential, as `usage --json` prints it.

In: `by` and `days` of the query. Out: the table. Raises ClientFault that names the one that is wrong.
"""

from typing import get_args

from quart import Blueprint, Response, request

from gcli2api_tui.control.usage_report import as_json
from gcli2api_tui.control.usage_table import COLUMNS, MOST_DAYS
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.ledger.usage_rows import UsageColumn
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.services import Services

DAYS = 30


def admin_usage_routes(services: Services) -> Blueprint:
    """Everything under /admin/api/usage; App asks for the admin key before."""
    routes = Blueprint("admin_usage", __name__, url_prefix="/admin/api/usage")

    @routes.get("")
    async def usage() -> Response:
        by, days = _column(request.args.get("by", "day")), _days(request.args.get("days", str(DAYS)))
        return json_answer(as_json(await services.reader.usage(by, days)))

    return routes


def _column(text: str) -> UsageColumn:
    for column in get_args(UsageColumn):
        if text == column:
            return column  # type: ignore[no-any-return]
    way_out = say("usage.columns", names=", ".join(COLUMNS))
    raise ClientFault(say("usage.no_column", by=text[:40]), param="by", way_out=way_out)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or not 1 <= int(text) <= MOST_DAYS:
        raise ClientFault(say("usage.days", most=MOST_DAYS), param="days")
    return int(text)
