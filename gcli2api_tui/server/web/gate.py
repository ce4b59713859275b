"""Who is let through to the page: who is signed in, and the token of each form.

In: the running request, before its route and after `sites.check_origin`, which answers no page of another site. Out:
None, or the answer that it gets instead. Raises ClientFault 403 for a wrong token. Invariants: a route is closed unless
it is named OPEN; nothing is changed by a request without the session's token.
"""

import hmac
from typing import cast
from urllib.parse import urlsplit

from quart import Response, g, request

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.guard import PERSON, refuse_upgrade
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.web.forms import Form, read_form
from gcli2api_tui.server.web.site import (
    FORM_TOKEN,
    SIGN_IN,
    Site,
    cookie_name,
    led_to,
    require_session,
    wants_json,
    with_headers,
)

FORM_LIMIT = 2**20
FILES_LIMIT = 20 * 2**20
TOKEN_HEADER = "x-csrf-token"
LOOKS = "x-looks-only"
"""Sent by scripts that ask by themselves: they keep no session awake."""
READS = ("GET", "HEAD")


async def admit(site: Site, *, is_open: bool, takes_files: bool) -> Response | None:
    refuse_upgrade(request.headers)
    name = request.cookies.get(session_cookie(), "")
    await site.shared.recall(name)
    g.web_session = site.sessions.find(name, acts=not _only_looks()) if name else None
    if g.web_session is not None:
        g.principal = PERSON
    elif not is_open:
        return _closed()
    if request.method not in READS and not is_open:
        g.web_form = await read_form(request, FILES_LIMIT if takes_files else FORM_LIMIT)
        _check_token(form())
    return None


def _only_looks() -> bool:
    return LOOKS in request.headers or wants_events()


def wants_events() -> bool:
    """A script listens: EventSource can send no header of its own."""
    return request.accept_mimetypes.best == "text/event-stream"


def form() -> Form:
    """Of the request at hand."""
    return cast(Form, g.web_form)


def session_cookie() -> str:
    return cookie_name(urlsplit(f"//{request.host}").port)


def _check_token(sent: Form) -> None:
    token = request.headers.get(TOKEN_HEADER) or sent[FORM_TOKEN]
    if not hmac.compare_digest(token.encode("utf-8", "replace"), require_session().token.encode()):
        raise ClientFault(say("web.no_token"), status=403, code="form_token", way_out=say("web.load_again"))


def _closed() -> Response:
    """Scripts are told; people are led to the sign-in, and told there when something of theirs was not done."""
    if wants_events():
        return with_headers(Response(status=204))  # the one answer after which a browser does not ask again
    if wants_json():
        return with_headers(json_answer({"signed_out": True}, 401))
    return led_to(SIGN_IN if request.method in READS else f"{SIGN_IN}?ended=1")
