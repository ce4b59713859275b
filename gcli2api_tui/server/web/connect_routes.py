"""The tab for connecting clients: the addresses to set, the client key once it is asked for, the models to name.

In: nothing; for the key the panel key, typed within the last minutes. Out: pages. The address is the one that the
browser reached this server by, since that one works from there.
"""

from typing import Any

from quart import Blueprint, Response, request

from gcli2api_tui.server.web.proving import unproved
from gcli2api_tui.server.web.site import Site

CONNECT = "/auth/connect"
SHOW = "/auth/connect/key"


def add_connect(routes: Blueprint, site: Site) -> None:
    @routes.get("/auth/connect")
    async def connect() -> Response:
        return await site.page("connect", key="", **_facts(site))

    @routes.post("/auth/connect/key")
    async def client_key() -> Response:
        if asked := await unproved(site, SHOW, site.words()("connect.what")):
            return asked
        return await site.page("connect", key=site.services.reader.keys().client.reveal(), **_facts(site))


def _facts(site: Site) -> dict[str, Any]:
    address = f"{request.scheme}://{request.host}"
    server = site.services.reader.snapshot().server
    return {"address": address, "server": server, "models": [one for one in _models(site) if one[1]]}


def _models(site: Site) -> list[tuple[str, str]]:
    models = site.services.reader.snapshot().server.models
    return [("best", models.best), ("fast", models.fast), ("cheap", models.cheap)]
