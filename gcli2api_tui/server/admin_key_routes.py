"""The admin API's client keys: all with what they used, one made, changed, revoked.

In: `name`, and wishes as on the command line: `rpm`, `models`, `enabled` … as texts, numbers, lists or null. Out: rows,
what came of it, and a new key, this once.
"""

from quart import Blueprint, Response, request

from gcli2api_tui.clients.wishes import NONE
from gcli2api_tui.control.ports import Refused
from gcli2api_tui.dialects.fields import table, text
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.ledger.codec import to_json
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.admin_routes import BODY_LIMIT, conflict, done
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services


def admin_key_routes(services: Services) -> Blueprint:
    """Everything under /admin/api/keys; App asks for the admin key before."""
    routes = Blueprint("admin_keys", __name__, url_prefix="/admin/api/keys")

    @routes.get("")
    async def rows() -> Response:
        return json_answer({"keys": to_json(services.reader.client_keys())})

    @routes.post("")
    async def add() -> Response:
        body = await _body(services)
        name = text(body.pop("name", None), "name")
        made = await services.control.add_client_key(name, wishes(body))
        if isinstance(made, Refused):
            raise conflict(made)
        answer = json_answer({"name": made.name, "key": made.key.reveal(), "message": made.message}, 201)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @routes.route("/<path:name>", methods=["PATCH", "POST"])
    async def change(name: str) -> Response:
        return done(await services.control.set_client_key(name, wishes(await _body(services))))

    @routes.delete("/<path:name>")
    @routes.post("/<path:name>/revoke")
    async def revoke(name: str) -> Response:
        return done(await services.control.revoke_client_key(name))

    return routes


async def _body(services: Services) -> dict[str, object]:
    return dict(table(await read_json(request, BODY_LIMIT, services.large_bodies), "body"))


def wishes(body: dict[str, object]) -> dict[str, str]:
    """In words. Raises ClientFault for what is no value of a field."""
    return {field: _words(field, value) for field, value in body.items()}


def _words(field: str, value: object) -> str:
    if value is None or value == []:
        return NONE
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    if isinstance(value, str | int):
        return str(value)
    raise ClientFault(say("clients.value", field=field[:40]), param=field[:40])
