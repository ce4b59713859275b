"""A client's request as the routes that generate read it, whoever brought it: Quart, or the short way (asgi_app.py).

In: an ASGI scope, headers, a bounded body. Out: what was asked and by whom; a JSON value, parsed once; the request
without its secrets, for whoever looks later. Invariants: both ways give the same headers in the same form, so that
nothing that reads them can tell the ways apart; nothing is kept before keys, tokens and cookies were masked.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from functools import lru_cache
from os import urandom
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import MASK
from gcli2api_tui.ledger.wire_rows import Headers, Sent
from gcli2api_tui.relay.ports import ClientFacts
from gcli2api_tui.server.bodies import ON_LOOP, BoundedBody, read_json
from gcli2api_tui.server.client_program import READ, TOLD_BY, told_by
from gcli2api_tui.server.cross_origin import ReadHeaders, is_ours
from gcli2api_tui.server.guard import NOBODY, Door, Principal, door_of
from gcli2api_tui.server.services import Services

T = TypeVar("T")
Scope = MutableMapping[str, Any]
LONGEST = 2_000
"""Characters of a header that are kept."""
SECRET_NAMES = ("auth", "key", "token", "secret", "cookie", "password", "credential", "signature", "upload_id")
"""What the name of a header or of a part of the query holds whose value is nobody's business."""
_LONGEST_LENGTH = 20
"""Digits of a Content-Length that are read as a number."""
_OURS = "Remote-Addr"
"""Quart adds it to what came."""
_USUAL = 64
"""Longer names are nobody's, and not kept."""
_SCHEMES = ("bearer", "basic", "digest", "negotiate")


class SentHeaders:
    """Names as Quart writes them, in their order. Of a name that comes twice the first counts."""

    __slots__ = ("first", "pairs")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]], peer: str) -> None:
        self.pairs = [("Remote-Addr", peer)]
        self.first = {"remote-addr": peer}
        """By names in lower case."""
        for name, value in raw:
            shown, lower = _names(name) if len(name) <= _USUAL else _named(name)
            self.pairs.append((shown, text := value.decode("latin1")))
            self.first.setdefault(lower, text)

    def add(self, name: str, value: str) -> None:
        self.pairs.append((name, value))
        self.first.setdefault(name.lower(), value)


def headers_of(scope: Mapping[str, Any]) -> SentHeaders:
    """Those of an ASGI request, as Quart makes them."""
    headers = SentHeaders(scope["headers"], (scope.get("client") or ["<local>"])[0])
    if scope["http_version"] < "1.1" and "host" not in headers.first:
        headers.add("Host", "")
    return headers


class ClientRequest:
    """One of them. `principal` and `problem` are noted as they become known."""

    __slots__ = (
        "body",
        "door",
        "headers",
        "id",
        "is_ours",
        "method",
        "pairs",
        "path",
        "peer",
        "principal",
        "problem",
        "scope",
        "stem",
    )

    def __init__(self, scope: Scope, sent: SentHeaders, body: BoundedBody, *, is_clients: bool = False) -> None:
        """`is_clients`: whoever routes knows that its path is none for people."""
        self.scope, self.body = scope, body
        self.headers: Mapping[str, str] = sent.first
        """By their names in lower case; of one that comes twice the first counts."""
        self.pairs = sent.pairs
        """All of them, as they came."""
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.door: Door = "client" if is_clients else door_of(self.path)
        self.is_ours = not is_clients and is_ours(self.path)
        self.principal: Principal = NOBODY
        """As the guard found out; nobody until it did."""
        self.problem: Problem | None = None
        """What it is refused for."""
        self.stem = urandom(12).hex()
        """Of its number and of its answer's, so that one is found by the other."""
        self.id = f"req_{self.stem}"
        """Its number; every answer carries it."""
        client = scope.get("client")
        self.peer = str(client[0]) if client else ""
        """The address that the socket says, not what a header claims."""

    def argument(self, name: str) -> str:
        """Of the query; the first counts."""
        return self.arguments().get(name, "")

    def arguments(self) -> Mapping[str, str]:
        """Those of the query; of one that comes twice the first counts."""
        query: bytes = self.scope["query_string"]
        return dict(reversed(parse_qsl(query.decode("latin-1"), keep_blank_values=True))) if query else {}

    def lower_headers(self) -> Mapping[str, str]:
        """Names in lower case; of one that comes twice the last counts."""
        if len(self.headers) == len(self.pairs):
            return self.headers
        return {name.lower(): value for name, value in self.pairs}

    async def json(self, services: Services) -> object:
        """Any JSON value. Raises ClientFault 400, 408, 413 or 415."""
        return await read_json(self, services.live.now.max_body_mb * 2**20, services.large_bodies)

    async def understood(self, services: Services, parse: Callable[[object], T]) -> T:
        """What `parse` makes of the body; a large one is parsed in a thread, and is gone when this returns."""
        body = await read_json(self, services.live.now.max_body_mb * 2**20, services.large_bodies)
        return await self.parsed(services, body, parse) if self.body.large else parse(body)

    async def parsed(self, services: Services, body: object, parse: Callable[[object], T], more: int = 0) -> T:
        """The same for a body that was looked at before; `more` bytes belong to it that came from elsewhere."""
        if not self.body.large and more <= ON_LOOP:
            return parse(body)
        async with services.large_bodies:
            return await asyncio.to_thread(parse, body)

    def facts(self) -> ClientFacts:
        """Who asks, for the ledger."""
        target, body, query = self.path, self.body, self.scope["query_string"]
        if query:
            target = f"{target}?{masked_query(query.decode('latin-1'))}"
        # The text of a body is there only where it has been parsed.
        sent = Sent(self.method, target, masked_headers(self.pairs), body.text, body.received, body.cut)
        return ClientFacts(self.path, program_of(self.headers), self.peer, self.principal.client_key, sent)


def asked_in(scope: Scope, *, is_clients: bool = False) -> ClientRequest:
    """As ASGI brings it, its body still to come."""
    sent = headers_of(scope)
    length = sent.first.get("content-length", "")
    told = length.isdecimal() and len(length) <= _LONGEST_LENGTH and "transfer-encoding" not in sent.first
    return ClientRequest(scope, sent, BoundedBody(int(length) if told else None), is_clients=is_clients)


def program_of(headers: ReadHeaders) -> str:
    """The program that asks."""
    return told_by(tuple([(name, value[:READ]) for name in TOLD_BY if (value := headers.get(name))]))


def masked_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    return tuple(
        [(name, _masked(value) if is_secret(name) else value[:LONGEST]) for name, value in headers if name != _OURS]
    )


def masked_query(query: str) -> str:
    if not query:
        return ""
    return "&".join(_masked_part(part) for part in query[:LONGEST].split("&"))


@lru_cache(maxsize=512)
def is_secret(name: str) -> bool:
    lower = name.casefold()
    return any(part in lower for part in SECRET_NAMES)


def _masked(value: str) -> str:
    """The scheme stays: that a client sends Basic instead of Bearer is worth seeing."""
    scheme = value.partition(" ")[0]
    return f"{scheme} {MASK}" if scheme.casefold() in _SCHEMES else MASK


def _masked_part(part: str) -> str:
    name, sign, _ = part.partition("=")
    return f"{name}={MASK}" if sign and is_secret(name) else part


def _named(name: bytes) -> tuple[str, str]:
    shown = name.decode("latin1").title()
    return shown, shown.lower()


_names = lru_cache(maxsize=256)(_named)
"""Clients send the same ones again and again."""
