"""The web page as one blueprint: the gate before every route, the page's own errors after it, its files beside it.

In: the server's parts. Out: a blueprint. A route is closed unless it stands in OPEN.
"""

from quart import Blueprint, Response, request

from gcli2api_tui.server.services import Services
from gcli2api_tui.server.web import rendering
from gcli2api_tui.server.web.connect_routes import add_client_keys, add_connect
from gcli2api_tui.server.web.credential_routes import add_adding, add_credentials, add_download
from gcli2api_tui.server.web.gate import admit, session_cookie
from gcli2api_tui.server.web.google_sign_in_routes import add_google, add_short_links
from gcli2api_tui.server.web.sessions import Sessions, SharedSessions
from gcli2api_tui.server.web.sign_in_routes import add_signing
from gcli2api_tui.server.web.site import SAFE_HEADERS, Site, session_of
from gcli2api_tui.server.web.usage_and_log_routes import add_log, add_usage

OPEN = frozenset({"sign_in_page", "sign_in", "language", "static_file", "callback", "short_link"})
TAKES_FILES = frozenset({"add_files"})
FOR_EVER = "public, max-age=31536000, immutable"
"""An address changes with what is behind it."""


def site_of(services: Services) -> Site:
    sessions = Sessions(services.clock, lambda: services.live.now.panel_password)
    return Site(services, sessions, SharedSessions(sessions, services.shelf))


def web_routes(site: Site) -> Blueprint:
    routes = Blueprint("web", __name__)

    @routes.before_request
    async def gate() -> Response | None:
        route = (request.endpoint or "").rpartition(".")[2]
        return await admit(site, is_open=route in OPEN, takes_files=route in TAKES_FILES)

    @routes.after_request
    async def keep(response: Response) -> Response:
        if session_of() is not None:
            await site.shared.keep(request.cookies.get(session_cookie(), ""))
        return response

    @routes.get("/auth/static/<name>")
    async def static_file(name: str) -> Response:
        found = await rendering.static_file(name)
        if found is None:
            return await site.page("missing", 404)
        return Response(found.content, 200, {**SAFE_HEADERS, "Cache-Control": FOR_EVER}, content_type=found.kind)

    add_signing(routes, site)
    add_credentials(routes, site)
    add_adding(routes, site)
    add_google(routes, site)
    add_short_links(routes, site)
    add_connect(routes, site)
    add_client_keys(routes, site)
    add_download(routes, site)
    add_usage(routes, site)
    add_log(routes, site)

    @routes.get("/auth/<path:rest>")
    async def missing(rest: str) -> Response:
        return await site.page("missing", 404)

    return routes
