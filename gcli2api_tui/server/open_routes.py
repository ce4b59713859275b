"""The few paths that need no key: is it alive, would it serve, and the page that Google's sign-in comes back to."""

import html

from quart import Blueprint, Response, request

from gcli2api_tui import __version__
from gcli2api_tui.control.ports import Done
from gcli2api_tui.control.readiness import readiness
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.services import Services

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>gcli2api-tui</title>
<meta name="viewport" content="width=device-width"></head><body><h1>{title}</h1><p>{text}</p></body></html>"""
_PAGE_HEADERS = {
    # The address holds the code: it goes neither into a cache nor to another site.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'",
}


def open_routes(services: Services) -> Blueprint:
    """Must name nothing of the pool or the settings."""
    routes = Blueprint("open", __name__)

    @routes.get("/")
    async def root() -> Response:
        return json_answer({"name": "gcli2api-tui", "version": __version__, "api": "/v1"})

    @routes.get("/healthz")
    async def healthz() -> Response:
        return json_answer({"status": "ok"})

    @routes.get("/readyz")
    async def readyz() -> Response:
        """For load balancers; what keeps a container alive asks /healthz."""
        found = readiness(services.reader.snapshot())
        told = {"status": "ready" if found.ready else "not ready", "reason": found.reason, "until": found.until}
        answer = json_answer(told | ({"warning": found.warning} if found.warning else {}), 200 if found.ready else 503)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @routes.get("/auth/callback")
    async def auth_callback() -> Response:
        answer = await services.finish_login(request.query_string.decode("latin-1"))
        if isinstance(answer, Done):
            return _page("Signed in", f"{answer.message} You can close this page.", 200)
        return _page("Not signed in", answer.sentence, 400)

    return routes


def _page(title: str, text: str, status: int) -> Response:
    page = _PAGE.format(title=html.escape(title), text=html.escape(text.strip()))
    return Response(page, status, _PAGE_HEADERS, content_type="text/html; charset=utf-8")
