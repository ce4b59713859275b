"""The admin API's trash: what was removed and can be restored. Out: rows without secrets."""

from quart import Blueprint, Response

from gcli2api_tui.ledger.codec import to_json
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.services import Services


def admin_trash_routes(services: Services) -> Blueprint:
    """/admin/api/trash; App asks for the admin key before."""
    routes = Blueprint("admin_trash", __name__, url_prefix="/admin/api/trash")

    @routes.get("")
    async def trash() -> Response:
        return json_answer({"credentials": to_json(await services.control.trash())})

    return routes
