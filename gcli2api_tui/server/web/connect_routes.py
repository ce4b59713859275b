"""The tab for connecting clients, and the client key once it is asked for.

In: nothing; for the key the panel key, typed within the last minutes. Out: pages.
"""

from quart import Blueprint, Response

from gcli2api_tui.server.web.connect_page import connect_page
from gcli2api_tui.server.web.gate import unproved
from gcli2api_tui.server.web.site import Site

SHOW = "/auth/connect/key"


def add_connect(routes: Blueprint, site: Site) -> None:
    @routes.get("/auth/connect")
    async def connect() -> Response:
        return await connect_page(site)

    @routes.post("/auth/connect/key")
    async def client_key() -> Response:
        if asked := await unproved(site, SHOW, site.words()("connect.what")):
            return asked
        return await connect_page(site, key=site.services.reader.keys().client.reveal())
