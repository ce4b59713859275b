"""The admin API's settings: all with their sources, one changed, the last change taken back. Secrets are masked.

In: `name`, and `value` as a text, a number, or null for the default. Out: rows, or what came of it.
"""

from quart import Blueprint, Response, request

from gcli2api_tui.dialects.fields import table, text
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.ledger.codec import to_json
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.admin_routes import BODY_LIMIT, done
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services


def admin_settings_routes(services: Services) -> Blueprint:
    """Everything under /admin/api/settings; App asks for the admin key before."""
    routes = Blueprint("admin_settings", __name__, url_prefix="/admin/api/settings")

    @routes.get("")
    async def rows() -> Response:
        return json_answer({"settings": to_json(await services.reader.settings())})

    @routes.post("")
    async def change() -> Response:
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        return done(await services.control.set_setting(text(body.get("name"), "name"), _value(body)))

    @routes.post("/undo")
    async def undo() -> Response:
        return done(await services.control.undo_setting())

    return routes


def _value(body: dict[str, object]) -> str | None:
    """A number means what it would be as a text; a body without `value` is no wish for the default."""
    value = body.get("value", "")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float) or "value" not in body:
        raise ClientFault(say("setting.value"), param="value")
    return str(value)
