"""What every request meets before its route, and every answer after it, whoever runs the route: Quart, or asgi_app.py.

In: the ASGI scope as it came; then the ClientRequest; then the head of its answer. Out: who asks, or a Problem; headers
that all answers have, with a wait no longer than a program may sleep; what the log and the list of callers hear of it.
Nothing here knows Quart. Of an exception of ours only its kind and place are told: its words may quote a prompt.
"""

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Literal, Protocol, cast

from gcli2api_tui.clients.gate import KeyRefused
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.allowed_hosts_and_proxies import networks
from gcli2api_tui.control.question import CREDENTIAL_HEADER
from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.events.records import ClientKeyId, ExchangeId, LogLine
from gcli2api_tui.messages.message import Message, say, str_changed
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.response import span
from gcli2api_tui.server.api_flavour import ANTHROPIC, is_anthropic, refusal_in
from gcli2api_tui.server.bodies import is_upload
from gcli2api_tui.server.callers import ASKED, missed, seen
from gcli2api_tui.server.client_request import ClientRequest, Scope
from gcli2api_tui.server.cross_origin import SHIELD, check_host, check_origin, granted, preflight
from gcli2api_tui.server.forwarded import believe
from gcli2api_tui.server.generate_routes import NUMBER
from gcli2api_tui.server.guard import (
    NOBODY,
    Keys,
    Principal,
    WrongKey,
    began,
    check_choice,
    refuse_upgrade,
    who_asks,
)
from gcli2api_tui.server.mistyped_base_urls import ODD, forgiven
from gcli2api_tui.server.services import Services
from gcli2api_tui.tasks import crash_place

MOST_TOLD = 100
"""Faults of proxies that are said; a network of them may be trusted."""
_MORE_HEADERS: Mapping[int, tuple[tuple[str, str], ...]] = {
    401: (("WWW-Authenticate", "Bearer"),),
    426: (("Upgrade", "HTTP/1.1"), ("Connection", "Upgrade")),
}
RETRY_AFTER, MILLISECONDS = "Retry-After", "retry-after-ms"
RESET, REMAINING = "x-ratelimit-reset-requests", "x-ratelimit-remaining-requests"
LINE_S = 60.0


class WrittenHeaders(Protocol):
    """What is asked of headers, Quart's or ours."""

    def get(self, key: str, /) -> str | None: ...

    def __contains__(self, key: str, /) -> bool: ...

    def __setitem__(self, key: str, value: str, /) -> None: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


class AnswerHeaders:
    """A name that is set again keeps its place."""

    __slots__ = ("_names", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = list(pairs)
        self._names = [name.lower() for name, _ in self.pairs]

    def get(self, key: str, /) -> str | None:
        lower = key.lower()
        return self.pairs[self._names.index(lower)][1] if lower in self._names else None

    def __contains__(self, key: str, /) -> bool:
        return key.lower() in self._names

    def __setitem__(self, key: str, value: str, /) -> None:
        lower = key.lower()
        if lower not in self._names:
            self.pairs.append((key, value))
            self._names.append(lower)
            return
        at = self._names.index(lower)
        rest = [pair for pair in self.pairs[at + 1 :] if pair[0].lower() != lower]
        self.pairs[at:] = [(key, value), *rest]
        self._names[at:] = [lower, *(name.lower() for name, _ in rest)]

    def items(self) -> Iterable[tuple[str, str]]:
        return self.pairs


class Middleware:
    """One for a server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.methods: Callable[[str], Iterable[str]] = lambda path: ()
        """Those of a path that exists; set by who has the routes."""
        chosen = services.live.now
        self._keys = Keys(chosen.password, chosen.panel_password, services.admin_token, chosen.metrics_key)
        self._told = set[Message]()
        self._held_back = HeldBackLines(services.clock)

    def enter(self, scope: Scope) -> None:
        """Change the scope to what trusted proxies say, and to the path that is meant."""
        if trusted := networks(self._services.live.now.trusted_proxies):
            believe(scope, trusted, self._tell_once)
        if ODD.search(asked := scope["path"]) and (meant := forgiven(asked)) != asked:
            scope["path"], scope[ASKED] = meant, asked

    async def admit(self, asked: ClientRequest) -> Mapping[str, str] | None:
        """Find out who asks. Headers of a 204 where a browser asks what it may send. Raises Problem."""
        settings, headers = self._services.live.now, asked.headers
        host = headers.get("host", "")
        if host.partition(":")[0] != settings.host:
            check_host(host, settings.host, settings.allowed_hosts)
        if asked.is_ours:
            check_origin(asked.path, asked.method, headers)
        # Browsers ask without the key.
        if asked.method == "OPTIONS":
            allowed = preflight(settings.cors_origins, asked.method, asked.path, headers, self.methods)
            if allowed is not None:
                return allowed
        if asked.door in ("open", "page"):
            return None
        # The query may hold the key, or the ticket of an upload.
        key, begun_by = (asked.argument("key"), self._sender(asked)) if asked.scope["query_string"] else ("", None)
        try:
            asked.principal = begun_by or who_asks(asked.door, headers, key, self._keys, self._services.client_keys)
        except WrongKey as wrong:
            if wrong.sent and asked.peer:
                await self._services.lockout.wrong_key(asked.peer)
            raise
        if CREDENTIAL_HEADER in headers:
            check_choice(headers, asked.principal)
        if "upgrade" in headers:
            refuse_upgrade(headers)
        return None

    def _sender(self, asked: ClientRequest) -> Principal | None:
        """Who began the upload whose ticket the address holds: SDKs send no key with the bytes."""
        things = self._services.things
        if not things or not is_upload(asked.path) or not (ticket := asked.argument("upload_id")):
            return None
        upload = things.upload(ticket)
        return began(upload.client, self._services.client_keys) if upload else None

    def refused(self, asked: ClientRequest, problem: Problem) -> tuple[tuple[str, str], ...]:
        """Note and log it. Out: headers that such an answer has beside those of its shape."""
        asked.problem = problem.kept()
        status = problem.status if isinstance(problem, ClientFault) else 0
        if status != 426:
            said = str_changed(problem.sentence, lambda text: text[:300])
            self._log_refused(asked, say("http.refused", method=asked.method, path=asked.path[:200], said=said))
        return _MORE_HEADERS.get(status, ())

    def shaped(self, asked: ClientRequest, problem: Problem) -> Refusal:
        """As a program reads it, in its dialect."""
        return refusal_in(asked.path, asked.headers, problem, asked.id)

    def stamp(self, asked: ClientRequest, status: int, headers: WrittenHeaders) -> None:
        """Add what every answer has; its head is whole then, and whoever keeps heads gets it."""
        services, settings, sent = self._services, self._services.live.now, asked.headers
        headers["x-request-id"] = asked.id
        if services.demo:
            headers["x-gcli2api-demo"] = "1"
        bound_wait(headers, settings.retry_after_max_s)
        if ANTHROPIC.fullmatch(asked.path) or ("anthropic-version" in sent and is_anthropic(asked.path, sent)):
            headers["request-id"] = asked.id
        if asked.is_ours:
            for name, value in SHIELD.items():
                if name not in headers:
                    headers[name] = value
        elif settings.cors_origins:
            for name, value in granted(settings.cors_origins, asked.path, sent).items():
                headers[name] = value
        if number := cast("ExchangeId | None", asked.scope.get(NUMBER)):
            head = tuple(headers.items())
            services.recorder.transcripts.answered(number, status, head)
            if status < 400 and ASKED not in asked.scope and "origin" not in sent:
                return  # the exchange itself tells all there is
        if caller := seen(services.clock.now(), asked, status, settings.cors_origins):
            services.recorder.record(caller)

    def missed(self, peer: str, why: Message) -> None:
        """Somebody's connection ended before it was a request: it speaks http where https is, or the reverse."""
        self._services.recorder.record(missed(self._services.clock.now(), peer, why))

    def crashed(self, kind: type[BaseException] | None, where: TracebackType | None, path: str) -> None:
        """To the ledger, not the terminal; where and what, but no text of the exception: it may hold a prompt."""
        self.log("error", crash(kind, where, path[:200]))

    def log(self, level: Literal["warning", "error"], text: Message) -> None:
        self._services.recorder.record(LogLine(self._services.clock.now(), level, "server", text))

    def _tell_once(self, text: Message) -> None:
        """A proxy that is set up wrongly says the same with each request."""
        if text not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(text)
            self.log("warning", text)

    def _log_refused(self, asked: ClientRequest, text: Message) -> None:
        """Neither who has no key nor who has had what his key allows can fill the log."""
        line: Message | None = text
        if asked.principal == NOBODY:
            line = self._services.lockout.line(asked.peer, text)
        elif isinstance(asked.problem, KeyRefused):
            line = self._held_back.line(asked.principal.client_key, text)
        if line:
            self.log("warning", line)


def bound_wait(headers: WrittenHeaders, most_s: int) -> None:
    """Programs obey Retry-After for hours; past `most_s` the program's person decides, by the words of the error.

    The true time, which Retry-After brings, stands in `x-ratelimit-reset-requests`.
    """
    told = headers.get(RETRY_AFTER)
    if told is None or not told.isdecimal():
        return
    wait_s = int(told)
    headers[RESET] = span(wait_s)
    if REMAINING in headers:
        headers[REMAINING] = "0"
    if wait_s > most_s:
        headers[RETRY_AFTER] = str(most_s)
        headers["x-should-retry"] = "false"
        if MILLISECONDS in headers:
            headers[MILLISECONDS] = str(most_s * 1000)


@dataclass(slots=True)
class _Told:
    at: float
    untold: int = 0


class HeldBackLines:
    """Log lines about client keys that ask for more than they may: one a minute and key, with the count of the others.

    A tool that tries again and again fills no log; how many keys there are bounds the memory. One for a server.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[ClientKeyId, _Told] = {}

    def line(self, key: ClientKeyId, text: Message) -> Message | None:
        """None where this minute has its line about the key."""
        now, before = self._clock.monotonic(), self._told.get(key)
        if before is not None and now - before.at < LINE_S:
            before.untold += 1
            return None
        self._told[key] = _Told(now)
        untold = before.untold if before is not None else 0
        return say("clients.held_back_more", said=text, n=untold) if untold else text


def crash(kind: type[BaseException] | None, where: TracebackType | None, path: str = "") -> Message:
    """A line for the log; the path is "" where no request is known yet."""
    error = kind.__name__ if kind else "Error"
    place, line = crash_place(where)
    if not place:
        return say("http.error", error=error, path=path)
    if not path:
        return say("http.error_before", error=error, place=place, line=line)
    return say("http.error_in", error=error, place=place, line=line, path=path)
