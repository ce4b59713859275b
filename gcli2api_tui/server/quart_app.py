"""The Quart app: guard first, then the routes, and every error as JSON in the shape of the path's dialect.

Invariants: each answer has an x-request-id, and none of our errors is a page.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from quart import Blueprint, Quart, Response, redirect, request
from quart.wrappers.base import BaseRequestWebsocket
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from gcli2api_tui import __version__
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.messages.message import NOTHING, quoted, say
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.admin_routes import admin_routes
from gcli2api_tui.server.anthropic_routes import anthropic_routes
from gcli2api_tui.server.asgi_app import AppDispatch
from gcli2api_tui.server.gemini_routes import gemini_routes
from gcli2api_tui.server.google_resource_routes import google_resource_routes
from gcli2api_tui.server.guard import door_of
from gcli2api_tui.server.mistyped_base_urls import hint
from gcli2api_tui.server.openai_routes import openai_routes, pictures_routes, responses_routes
from gcli2api_tui.server.quart_adapter import BoundedRequest, PacedConnection, RouteRule, json_answer, plainly, refused
from gcli2api_tui.server.services import Services
from gcli2api_tui.server.status_and_model_routes import METRICS, MODELS, OPEN, model
from gcli2api_tui.server.unsupported_paths import not_built_routes
from gcli2api_tui.server.web.site import problem_page, wants_json
from gcli2api_tui.server.web.web_routes import site_of, web_routes

_SENTENCES = {
    404: (say("http.no_path"), NOTHING),
    405: (say("http.no_method"), NOTHING),
    500: (say("http.broke"), say("http.logs")),
}


def build_app(services: Services, front: AppDispatch | None = None) -> "App":
    """All routes; behind `front`, or behind one of its own."""
    app = App(services, front or AppDispatch(services))
    app.register_blueprint(open_routes(services))
    app.register_blueprint(openai_routes(services))
    app.register_blueprint(responses_routes(services))
    app.register_blueprint(gemini_routes(services))
    app.register_blueprint(anthropic_routes(services))
    app.register_blueprint(pictures_routes(services))
    app.register_blueprint(google_resource_routes(services))
    app.register_blueprint(not_built_routes())
    app.register_blueprint(admin_routes(services))
    app.register_blueprint(web_routes(app.site))
    return app


def open_routes(services: Services) -> Blueprint:
    """What watches a server asks, and every client: also for its head alone, with a body, or by an odd path."""
    routes = Blueprint("open", __name__)

    @routes.get("/")
    async def root() -> Response:
        """People are led to the page; programs are told whose server it is."""
        if request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html":
            return redirect("/auth", 302)  # type: ignore[return-value]
        answer = json_answer({"name": "gcli2api-tui", "version": __version__, "api": "/v1"})
        answer.headers["Vary"] = "Accept"
        return answer

    for path, plain in {**OPEN, **METRICS, **MODELS}.items():
        routes.add_url_rule(path, path, partial(plainly, services, plain))
    for path in MODELS:
        routes.add_url_rule(f"{path}/<path:name>", f"{path}/", partial(plainly, services, model))
    return routes


class App(Quart):
    """Quart with our guard, our errors, our bodies and our end of a request."""

    request_class = BoundedRequest
    asgi_http_class = PacedConnection
    url_rule_class = RouteRule

    def __init__(self, services: Services, front: AppDispatch) -> None:
        super().__init__("gcli2api_tui.server", static_folder=None, template_folder=None)
        self._front, self.middleware = front, front.middleware
        self.middleware.methods = self.allowed_methods
        self.site = site_of(services)
        # Bodies are limited where they are read; streams may last.
        self.config.update(MAX_CONTENT_LENGTH=None, BODY_TIMEOUT=None, RESPONSE_TIMEOUT=None)
        self.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
        # Redirects to a nicer path would be pages.
        self.url_map.strict_slashes = False
        self.url_map.merge_slashes = False
        self.before_request(self._guard)
        self.after_request(self._stamp)
        self.register_error_handler(Problem, self._on_problem)
        self.register_error_handler(HTTPException, self._on_http_error)

    async def asgi_app(self, scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """As if it listened itself."""
        await self._front(scope, receive, send, self.by_quart)

    async def by_quart(self, scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """What has no short way."""
        try:
            await super().asgi_app(scope, receive, send)
        except ExceptionGroup as group:  # Quart 0.23 answers in a group of tasks
            if group.split(ConnectionAbortedError)[1] is None:
                raise ConnectionAbortedError from group
            raise

    def create_url_adapter(self, asks: BaseRequestWebsocket | None) -> MapAdapter | None:
        """By the path alone: the guard judges a Host, and Quart broke over one that can be no name (`a..b`)."""
        if asks is None:
            return super().create_url_adapter(None)
        return self.url_map.bind("", asks.root_path, None, asks.scheme, asks.method, asks.path)

    def log_exception(self, *context: Any) -> None:
        """To the ledger, not the terminal.

        Quart before 0.23 passes the exception's three parts alone, later ones put the request's context before them.
        """
        kind, _, where = context[-1]
        self.middleware.crashed(kind, where, request.path)

    async def _guard(self) -> Response | None:
        allowed = await self.middleware.admit(quart_adapter.asked())
        return None if allowed is None else Response(status=204, headers=Headers(list(allowed.items())))

    def allowed_methods(self, path: str) -> Iterable[str]:
        """Of a path that exists; none of another."""
        return self.url_map.bind("").allowed_methods(path)

    async def _stamp(self, response: Response) -> Response:
        self.middleware.stamp(quart_adapter.asked(), response.status_code, response.headers)
        return response

    async def _on_problem(self, problem: Problem) -> Response:
        return await self._shaped(problem, self.middleware.refused(quart_adapter.asked(), problem))

    async def _shaped(self, problem: Problem, more: Iterable[tuple[str, str]] = ()) -> Response:
        """As whoever asked reads it: people a page, programs JSON in their dialect."""
        if door_of(request.path) == "page" and not wants_json():
            return await problem_page(self.site, problem)
        return refused(self.middleware.shaped(quart_adapter.asked(), problem), more)

    async def _on_http_error(self, error: HTTPException) -> Response:
        status = error.code or 500
        message, way_out = _SENTENCES.get(status) or (quoted(f"{error.name}."), NOTHING)
        way_out = hint(request.path) if status == 404 else way_out
        allow = [(name, value) for name, value in error.get_headers() if name == "Allow"]
        problem = ClientFault(message, status=status, way_out=way_out)
        return await self._shaped(problem, allow)
