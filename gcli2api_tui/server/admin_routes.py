"""The admin API: the snapshot for `status`, the verbs of `creds …`, and signing in for `creds login`.

Takes credentials and never gives them: what is exported is read from the files on the server's machine.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from quart import Blueprint, Response, request

from gcli2api_tui.control.ports import Answer, Control, Refused
from gcli2api_tui.dialects.fields import table, text
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.codec import to_json
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.bodies import read_bytes, read_json
from gcli2api_tui.server.services import Services

BODY_LIMIT = 2**20
IMPORT_LIMIT = 20 * 2**20

_Verb = Callable[[CredentialId], Awaitable[Answer]]

_VERBS: Mapping[str, Callable[[Control], _Verb]] = {
    "check": lambda control: control.check,
    "enable": lambda control: control.enable,
    "disable": lambda control: control.disable,
    "remove": lambda control: control.remove,
    "restore": lambda control: control.restore,
    "clear-cooldown": lambda control: control.clear_cooldown,
    "quota": lambda control: control.ask_google_quota,
}


def admin_routes(services: Services) -> Blueprint:
    """Everything under /admin/api; App asks for the admin key before."""
    routes = Blueprint("admin", __name__, url_prefix="/admin/api")

    @routes.get("/snapshot")
    async def snapshot() -> Response:
        seen = await services.reader.whole_snapshot()
        return await asyncio.to_thread(json_answer, seen)

    @routes.get("/terms")
    async def notice() -> Response:
        return json_answer(await services.control.sign_in_notice(request.args.get("project", "")))

    @routes.post("/terms")
    async def acknowledge() -> Response:
        return done(await services.control.acknowledge_terms())

    @routes.get("/credentials")
    async def credentials() -> Response:
        seen = await services.reader.whole_snapshot()
        return await asyncio.to_thread(lambda: json_answer({"at": seen.at, "credentials": to_json(seen.credentials)}))

    @routes.post("/credentials")
    async def add_credentials() -> Response:
        """The body is a file of any form that is imported; `name` is for messages."""
        data = await read_bytes(request, IMPORT_LIMIT)
        return done(
            await services.control.add_credentials(data, request.args.get("name", "")[:100] or say("admin.the_upload"))
        )

    @routes.post("/credentials/<credential>/<verb>")
    async def act(credential: str, verb: str) -> Response:
        method = _VERBS.get(verb)
        if method is None:
            way_out = say("admin.verbs", names=", ".join(_VERBS))
            raise ClientFault(say("admin.no_verb", verb=verb[:40]), status=404, way_out=way_out)
        return done(await method(services.control)(CredentialId(credential)))

    @routes.post("/login/begin")
    async def begin_login() -> Response:
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        project, location = (text(body.get(name), name) for name in ("project", "location"))
        login = await services.control.begin_login(project, location)
        if isinstance(login, Refused):
            raise conflict(login)
        return json_answer(login)

    @routes.post("/login/finish")
    async def finish_login() -> Response:
        body = table(await read_json(request, BODY_LIMIT, services.large_bodies), "body")
        return done(await services.control.finish_login(text(body.get("id"), "id"), text(body.get("text"), "text")))

    @routes.get("/login/<login>")
    async def login_status(login: str) -> Response:
        return json_answer(services.control.login_status(login))

    return routes


def done(answer: Answer) -> Response:
    """What came of a verb. Raises ClientFault 409 where it was refused."""
    if isinstance(answer, Refused):
        raise conflict(answer)
    return json_answer(answer)


def conflict(refused: Refused) -> ClientFault:
    return ClientFault(refused.reason, status=409, code="refused", way_out=refused.way_out)
