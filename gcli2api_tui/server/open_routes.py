"""The few paths that need no key: who answers here, and is it alive."""

from quart import Blueprint, Response, redirect, request

from gcli2api_tui import __version__
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.services import Services


def open_routes(services: Services) -> Blueprint:
    """Must tell nothing about the pool or the settings."""
    routes = Blueprint("open", __name__)

    @routes.get("/")
    async def root() -> Response:
        """People are led to the page; programs are told whose server it is."""
        if request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html":
            return redirect("/auth", 302)  # type: ignore[return-value]
        answer = json_answer({"name": "gcli2api-tui", "version": __version__, "api": "/v1"})
        answer.headers["Vary"] = "Accept"
        return answer

    @routes.get("/healthz")
    async def healthz() -> Response:
        return json_answer({"status": "ok"})

    return routes
