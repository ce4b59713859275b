"""The admin API: the snapshot for `status`, and signing in for `creds login`."""

from quart import Blueprint, Response, request

from gcli2api_tui.control.ports import Answer, Refused
from gcli2api_tui.dialects.fields import table, text
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.services import Services

BODY_LIMIT = 2**20


def admin_routes(services: Services) -> Blueprint:
    """Everything under /admin/api; App asks for the admin key before."""
    routes = Blueprint("admin", __name__, url_prefix="/admin/api")

    @routes.get("/snapshot")
    async def snapshot() -> Response:
        return json_answer(services.reader.snapshot())

    @routes.get("/terms")
    async def notice() -> Response:
        return json_answer(await services.control.sign_in_notice(request.args.get("project", "")))

    @routes.post("/terms")
    async def acknowledge() -> Response:
        return _done(await services.control.acknowledge_terms())

    @routes.post("/login/begin")
    async def begin_login() -> Response:
        body = table(await read_json(request, BODY_LIMIT), "body")
        project, location = (text(body.get(name), name) for name in ("project", "location"))
        login = await services.control.begin_login(project, location)
        if isinstance(login, Refused):
            raise _conflict(login)
        return json_answer(login)

    @routes.post("/login/finish")
    async def finish_login() -> Response:
        body = table(await read_json(request, BODY_LIMIT), "body")
        return _done(await services.control.finish_login(text(body.get("id"), "id"), text(body.get("text"), "text")))

    @routes.get("/login/<login>")
    async def login_status(login: str) -> Response:
        return json_answer(services.control.login_status(login))

    return routes


def _done(answer: Answer) -> Response:
    if isinstance(answer, Refused):
        raise _conflict(answer)
    return json_answer(answer)


def _conflict(refused: Refused) -> ClientFault:
    return ClientFault(refused.reason, status=409, code="refused", way_out=refused.way_out)
