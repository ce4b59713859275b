"""The admin API's verbs on the server itself: stop it, and restart it with its own flags."""

from quart import Blueprint, Response, request

from gcli2api_tui.control.ports import StopMode
from gcli2api_tui.dialects.fields import table
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.admin_routes import BODY_LIMIT, done
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services


def admin_process_routes(services: Services) -> Blueprint:
    routes = Blueprint("admin-process", __name__, url_prefix="/admin/api")

    @routes.post("/stop")
    async def stop() -> Response:
        mode = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body").get("mode", "drain")
        if mode not in ("drain", "now"):
            raise ClientFault(say("service.modes"), param="mode")
        return done(await services.control.stop("now" if mode == "now" else "drain"))

    @routes.post("/restart")
    async def restart() -> Response:
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        when_idle = body.get("when_idle", False)
        if not isinstance(when_idle, bool):
            raise ClientFault(say("service.true_or_false"), param="when_idle")
        mode: StopMode = "restart-when-idle" if when_idle else "restart"
        return done(await services.control.stop(mode))

    return routes
