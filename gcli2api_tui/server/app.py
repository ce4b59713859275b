"""The Quart app: guard first, then the routes, and every error as JSON in the shape of the path's dialect.

Invariants: each answer has an x-request-id, none of our errors is a page, and an exchange is closed when its
request is over, however that came.
"""

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any, cast

from quart import Quart, Response, g, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from gcli2api_tui.clients.gate import KeyRefused
from gcli2api_tui.door_settings import networks
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.events.records import ExchangeId, LogLine
from gcli2api_tui.messages.message import NOTHING, Message, quoted, say, str_changed
from gcli2api_tui.server import incoming
from gcli2api_tui.server.admin_table_routes import admin_routes
from gcli2api_tui.server.answers import EXCHANGE, NUMBER, refused, request_id
from gcli2api_tui.server.anthropic_routes import anthropic_routes
from gcli2api_tui.server.api_flavour import is_anthropic, refusal_in
from gcli2api_tui.server.bodies import BoundedRequest, PacedConnection, is_upload
from gcli2api_tui.server.callers import ASKED, missed, seen
from gcli2api_tui.server.cors import granted, preflight
from gcli2api_tui.server.crashes import crash
from gcli2api_tui.server.forgiven_paths import forgiven
from gcli2api_tui.server.forwarded import believe
from gcli2api_tui.server.gemini_routes import gemini_routes
from gcli2api_tui.server.google_resource_routes import google_resource_routes
from gcli2api_tui.server.guard import (
    Door,
    Keys,
    WrongKey,
    began,
    check_choice,
    door_of,
    refuse_upgrade,
    who_asks,
)
from gcli2api_tui.server.held_back_lines import HeldBackLines
from gcli2api_tui.server.metrics_routes import metrics_routes
from gcli2api_tui.server.model_routes import model_routes
from gcli2api_tui.server.not_built import not_built_routes
from gcli2api_tui.server.open_routes import open_routes
from gcli2api_tui.server.openai_routes import openai_routes
from gcli2api_tui.server.path_hints import hint
from gcli2api_tui.server.pictures_routes import pictures_routes
from gcli2api_tui.server.principal import NOBODY, Principal
from gcli2api_tui.server.responses_routes import responses_routes
from gcli2api_tui.server.route_rules import RouteRule
from gcli2api_tui.server.services import Services
from gcli2api_tui.server.sites import check_host, check_origin, shield
from gcli2api_tui.server.waiting_headers import bound_wait
from gcli2api_tui.server.web.problem_pages import problem_page
from gcli2api_tui.server.web.site import wants_json
from gcli2api_tui.server.web.web_routes import site_of, web_routes

_SENTENCES = {
    404: (say("http.no_path"), NOTHING),
    405: (say("http.no_method"), NOTHING),
    500: (say("http.broke"), say("http.logs")),
}

MOST_TOLD = 100
"""Faults of proxies that are said; a network of them may be trusted."""
_MORE_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 426: {"Upgrade": "HTTP/1.1", "Connection": "Upgrade"}}


def build_app(services: Services) -> "App":
    """The ASGI app for one runtime."""
    app = App(services)
    app.register_blueprint(open_routes(services))
    app.register_blueprint(metrics_routes(services))
    app.register_blueprint(openai_routes(services))
    app.register_blueprint(responses_routes(services))
    app.register_blueprint(gemini_routes(services))
    app.register_blueprint(anthropic_routes(services))
    app.register_blueprint(model_routes(services))
    app.register_blueprint(pictures_routes(services))
    app.register_blueprint(google_resource_routes(services))
    app.register_blueprint(not_built_routes())
    app.register_blueprint(admin_routes(services))
    app.register_blueprint(web_routes(app.site))
    return app


class App(Quart):
    """Quart with our guard, our errors, our bodies and our end of a request."""

    request_class = BoundedRequest
    asgi_http_class = PacedConnection
    url_rule_class = RouteRule

    def __init__(self, services: Services) -> None:
        super().__init__("gcli2api_tui.server", static_folder=None, template_folder=None)
        self._services = services
        chosen = services.settings
        self._keys = Keys(chosen.password, chosen.panel_password, services.admin_token, chosen.metrics_key)
        self.site = site_of(services)
        self._told = set[Message]()
        self._held_back = HeldBackLines(services.clock)
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

    async def asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            believe(scope, networks(self._services.settings.trusted_proxies), self._log_forwarded)
            if (meant := forgiven(asked := scope["path"])) != asked:
                scope["path"], scope[ASKED] = meant, asked
        try:
            await super().asgi_app(scope, receive, send)
        except ExceptionGroup as group:  # Quart 0.23 answers in a group of tasks
            if group.split(ConnectionAbortedError)[1] is None:
                raise ConnectionAbortedError from group
            raise
        finally:
            if (exchange := scope.get(EXCHANGE)) is not None:
                # It still runs only if the loop itself is being torn down, which then ends it.
                with contextlib.suppress(RuntimeError):
                    await exchange.aclose()

    def missed(self, peer: str, why: Message) -> None:
        """Somebody's connection ended before it was a request: it speaks http where https is, or the reverse."""
        self._services.recorder.record(missed(self._services.clock.now(), peer, why))

    def warn(self, text: Message) -> None:
        """A line of the log, from whoever listens for this app."""
        self._log("warning", text)

    def log_exception(self, *context: Any) -> None:
        """To the ledger, not the terminal; where and what, but no text of the exception: it may hold a prompt.

        Quart before 0.23 passes the exception's three parts alone, later ones put the request's context before them.
        """
        kind, _, where = context[-1]
        self._log("error", crash(kind, where, request.path[:200]))

    async def _guard(self) -> Response | None:
        settings = self._services.settings
        check_host(request.headers.get("Host"), settings.host, settings.allowed_hosts)
        check_origin(request.path, request.method, request.headers)
        # Browsers ask without the key.
        allowed = preflight(settings.cors_origins, request.method, request.path, request.headers, self._methods)
        if allowed is not None:
            return Response(status=204, headers=Headers(list(allowed.items())))
        if (door := door_of(request.path)) in ("open", "page"):
            return None
        try:
            g.principal = self._sender() or self._who_asks(door)
        except WrongKey as wrong:
            if wrong.sent and (peer := incoming.peer()):
                await self._services.lockout.wrong_key(peer)
            raise
        check_choice(request.headers, g.principal)
        refuse_upgrade(request.headers)
        return None

    def _who_asks(self, door: Door) -> Principal:
        issued = self._services.client_keys
        return who_asks(door, request.headers, request.args.get("key", ""), self._keys, issued)

    def _methods(self, path: str) -> Iterable[str]:
        return self.url_map.bind("").allowed_methods(path)

    def _sender(self) -> Principal | None:
        """Who began the upload whose ticket the address holds: SDKs send no key with the bytes."""
        things, ticket = self._services.things, request.args.get("upload_id", "")
        upload = things.upload(ticket) if things and ticket and is_upload(request.path) else None
        return began(upload.client, self._services.client_keys) if upload else None

    async def _stamp(self, response: Response) -> Response:
        response.headers["x-request-id"] = request_id()
        if self._services.demo:
            response.headers["x-gcli2api-demo"] = "1"
        bound_wait(response.headers, self._services.settings.retry_after_max_s)
        if is_anthropic(request.path, request.headers):
            response.headers["request-id"] = request_id()
        cors_origins = self._services.settings.cors_origins
        response.headers.update(granted(cors_origins, request.path, request.headers))
        response.headers.update(shield(request.path, response.headers))
        if number := cast("ExchangeId | None", request.scope.get(NUMBER)):
            self._services.recorder.transcripts.answered(number, response.status_code, tuple(response.headers.items()))
        if caller := seen(self._services.clock.now(), incoming.peer(), response.status_code, cors_origins):
            self._services.recorder.record(caller)
        return response

    async def _on_problem(self, problem: Problem) -> Response:
        g.problem = problem
        status = problem.status if isinstance(problem, ClientFault) else 0
        if status != 426:
            self._log_refused(
                problem,
                say(
                    "http.refused",
                    method=request.method,
                    path=request.path[:200],
                    said=str_changed(problem.sentence, lambda text: text[:300]),
                ),
            )
        return await self._shaped(problem, _MORE_HEADERS.get(status))

    async def _shaped(self, problem: Problem, more: Mapping[str, str] | None = None) -> Response:
        """As whoever asked reads it: people a page, programs JSON in their dialect."""
        if door_of(request.path) == "page" and not wants_json():
            return await problem_page(self.site, problem)
        return refused(refusal_in(request.path, request.headers, problem, request_id()), more)

    def _log_forwarded(self, text: Message) -> None:
        """Once: a proxy that is set up wrongly says the same with each request."""
        if text not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(text)
            self._log("warning", text)

    def _log_refused(self, problem: Problem, text: Message) -> None:
        """Neither who has no key nor who has had what his key allows can fill the log."""
        line: Message | None = text
        if (asker := incoming.principal()) == NOBODY:
            line = self._services.lockout.line(incoming.peer(), text)
        elif isinstance(problem, KeyRefused):
            line = self._held_back.line(asker.client_key, text)
        if line:
            self._log("warning", line)

    async def _on_http_error(self, error: HTTPException) -> Response:
        status = error.code or 500
        message, way_out = _SENTENCES.get(status) or (quoted(f"{error.name}."), NOTHING)
        way_out = hint(request.path) if status == 404 else way_out
        allow = {name: value for name, value in error.get_headers() if name == "Allow"}
        problem = ClientFault(message, status=status, way_out=way_out)
        return await self._shaped(problem, allow)

    def _log(self, level: Any, text: Message) -> None:
        self._services.recorder.record(LogLine(self._services.clock.now(), level, "server", text))
