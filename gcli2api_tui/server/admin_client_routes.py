"""The admin API's clients: what connecting one changes, doing it, and taking it back.

In: a recipe's id. Out: the difference with keys masked; what came of writing what was shown. The files are those of the
server's own user.
"""

from quart import Blueprint, Response, request

from gcli2api_tui.control.ports import Difference, Refused
from gcli2api_tui.dialects.fields import table, text
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.recipes.table import RECIPES
from gcli2api_tui.server.admin_routes import BODY_LIMIT, conflict, done
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services

VERBS = ("connect", "undo")


def admin_client_routes(services: Services) -> Blueprint:
    """Everything under /admin/api/clients; App asks for the admin key before."""
    routes = Blueprint("admin_clients", __name__, url_prefix="/admin/api/clients")

    @routes.get("")
    async def clients() -> Response:
        rows = [
            {"id": one.id, "name": one.name, "speaks": one.speaks, "files": len(one.files)} for one in RECIPES.values()
        ]
        return json_answer({"clients": rows})

    @routes.get("/<client>/<verb>")
    async def difference(client: str, verb: str) -> Response:
        return json_answer(await _difference(client, verb))

    @routes.post("/<client>/<verb>")
    async def write(client: str, verb: str) -> Response:
        """The body holds `seen`, as the difference gave it: nothing else than what was shown is written."""
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        shown = await _difference(client, verb)
        seen = text(body.get("seen"), "seen")
        return done(await services.control.write_connection(Difference(shown.client, shown.name, (), seen, shown.undo)))

    async def _difference(client: str, verb: str) -> Difference:
        if verb not in VERBS:
            way_out = say("admin.verbs", names=", ".join(VERBS))
            raise ClientFault(say("admin.no_verb", verb=verb[:40]), status=404, way_out=way_out)
        found = await services.control.connect(client, undo=verb == "undo")
        if isinstance(found, Refused):
            raise conflict(found)
        return found

    return routes
