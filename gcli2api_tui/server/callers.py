"""What a client's request tells of how the client is set up, for the ledger's list of callers.

In: a request, and what came of it. Out: an event, or None where the exchange itself tells all there is. A key that was
sent is in no event, at most its last four characters. Pure.
"""

import re
from collections.abc import Mapping

from gcli2api_tui.clients.gate import KeyRefused
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import CallerSeen
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.server.client_request import ClientRequest, program_of
from gcli2api_tui.server.cross_origin import granted
from gcli2api_tui.server.generate_routes import EXCHANGE
from gcli2api_tui.server.guard import ShutKey, WrongKey
from gcli2api_tui.server.mistyped_base_urls import hint

ASKED = "gcli2api.asked"
"""In the ASGI scope: the path as it was asked, where another one is meant by it."""
UPGRADE_REFUSED = 426
"""Codex asks for a WebSocket first, and at once again without."""
_SLIP = re.compile(r"/(v1|v1beta|)/(?:\1/|(?=/)|v1(?:beta)?/)")
LONGEST = 120
"""Characters of what a client sent that are repeated to a person."""


def seen(at: float, asked: ClientRequest, status: int, cors_origins: str) -> CallerSeen | None:
    """The event for a request that is answered with this status."""
    if asked.door != "client" or status == UPGRADE_REFUSED:
        return None
    opened = EXCHANGE in asked.scope
    if opened and status < 400 and ASKED not in asked.scope and "origin" not in asked.headers:
        return None
    snag = _snag(status, asked, cors_origins) or _forgiven(asked.scope)
    if opened and not snag:
        return None
    program = program_of(asked.headers)
    return CallerSeen(at, program, asked.peer, answered=status < 400, snag=snag, opened=opened)


def missed(at: float, peer: str, why: Message) -> CallerSeen:
    """Of a connection that was none."""
    return CallerSeen(at, "", peer, answered=False, snag=why)


def _snag(status: int, asked: ClientRequest, cors_origins: str) -> Message:
    problem = asked.problem
    if _shut_out(asked, cors_origins):
        return say("caller.cors", origin=_short(asked.headers.get("origin", "")))
    if isinstance(problem, WrongKey):
        return problem.snag
    if isinstance(problem, ShutKey):
        return say("caller.key_shut", said=problem.message)
    if isinstance(problem, KeyRefused):
        return say("caller.key_limit", said=problem.message)
    if status == 421:
        return say("caller.host", host=_short(asked.headers.get("host", "")))
    if isinstance(problem, ClientFault) and problem.message.key == "model.none":
        return say("caller.no_model", model=_short(str(problem.message.values["model"])))
    if problem is None and status == 404:
        return say("caller.no_path", path=_short(asked.path), hint=hint(asked.path))
    if problem is None and status == 405:
        return say("caller.no_method", method=_short(asked.method), path=_short(asked.path))
    return NOTHING


def _forgiven(scope: Mapping[str, object]) -> Message:
    """Only what is a slip: Google's OpenAI layer and its v1alpha are paths that somebody else made."""
    slip = _SLIP.search(asked := str(scope.get(ASKED, "")))
    return say("caller.forgiven", path=_short(asked), part=f"/{slip[1]}") if slip else NOTHING


def _shut_out(asked: ClientRequest, cors_origins: str) -> bool:
    """A page in a browser asks, and may not read the answer."""
    headers = asked.headers
    asks = "access-control-request-method" in headers or headers.get("sec-fetch-mode") == "cors"
    if not asks or "origin" not in headers or headers.get("sec-fetch-site") == "same-origin":
        return False
    return "Access-Control-Allow-Origin" not in granted(cors_origins, asked.path, headers)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
