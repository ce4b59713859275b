"""Who is let through to the page: a session, the token of each form, and the panel key again before secrets are shown.

In: the running request, before its route and after `check_origin`, which answers no page of another site. Out: None, or
the answer that it gets instead; the form, within bounds, understood in a thread where it is large. Raises ClientFault
400, 403, 408, 413. Invariants: a route is closed unless it is named OPEN; nothing is changed by a request without the
session's token; wrong keys are counted where all doors count them. A file's name is only a label, printable and short.
"""

import asyncio
import hmac
import io
from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from quart import Request, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.bodies import ON_LOOP
from gcli2api_tui.server.guard import refuse_upgrade
from gcli2api_tui.server.lockout import LockedOut
from gcli2api_tui.server.quart_adapter import json_answer, read_bytes
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

MOST_FIELDS = 300
MOST_FILES = 100
LONGEST_NAME = 60
FORM_LIMIT = 2**20
FILES_LIMIT = 20 * 2**20
TOKEN_HEADER = "x-csrf-token"
LOOKS = "x-looks-only"
"""Sent by scripts that ask by themselves: they keep no session awake."""
READS = ("GET", "HEAD")
OWN = ("key", "csrf")
"""Fields of the page that asks, which are not sent again."""


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    fields: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    """All values of a name that stands more than once."""
    files: tuple[Upload, ...] = ()

    def __getitem__(self, name: str) -> str:
        """Empty where there is none."""
        return self.fields.get(name, "")


async def admit(site: Site, *, is_open: bool, takes_files: bool) -> Response | None:
    refuse_upgrade(request.headers)
    name = request.cookies.get(session_cookie(), "")
    await site.shared.recall(name)
    g.web_session = site.sessions.find(name, acts=not _only_looks()) if name else None
    if g.web_session is None and not is_open:
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


async def unproved(site: Site, action: str, what: str) -> Response | None:
    """None where the panel key was typed within the last minutes: a session that somebody left open gives nothing away.

    Else the page that asks for it, and then sends the same form again. `what` names the deed in the page's words.
    """
    if key := form()["key"].strip():
        if site.sessions.fits(key):
            site.sessions.prove(require_session())
        else:
            refused = await counted_wrong(site)
            return await _asked(site, action, what, refused[0], refused[1])
    return None if site.sessions.proved(require_session()) else await _asked(site, action, what, NOTHING, 200)


async def counted_wrong(site: Site) -> tuple[Message, int]:
    """What to say of a wrong key, and the status; counted, and slowed like all of them."""
    peer = quart_adapter.peer()
    words, status = say("guard.wrong_key"), 401
    try:
        await site.services.lockout.wrong_key(peer)
    except LockedOut as locked:
        words, status = locked.sentence, 429
    if line := site.services.lockout.line(peer, say("web.wrong_key", peer=peer)):
        site.warn(line)
    return words, status


async def _asked(site: Site, action: str, what: str, refused: Message, status: int) -> Response:
    kept: Mapping[str, Sequence[str]] = {name: values for name, values in form().several.items() if name not in OWN}
    return await site.page("prove", status, action=action, what=what, refused=refused, kept=kept)


async def read_form(request: Request, limit: int) -> Form:
    raw = await read_bytes(request, limit)
    if request.mimetype == "multipart/form-data":
        return await asyncio.to_thread(_multipart, raw, request.mimetype_params)
    return _fields(raw) if len(raw) <= ON_LOOP else await asyncio.to_thread(_fields, raw)


def _fields(raw: bytes) -> Form:
    try:
        return _form(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise ClientFault(say("web.form")) from None


def _form(pairs: list[tuple[str, str]], files: tuple[Upload, ...] = ()) -> Form:
    several: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        several[name] = (*several.get(name, ()), value)
    return Form({name: values[-1] for name, values in several.items()}, several, files)


def _multipart(raw: bytes, options: Mapping[str, str]) -> Form:
    parser = FormDataParser(_in_memory, max_form_memory_size=len(raw), max_form_parts=MOST_FIELDS)
    try:
        _, fields, files = parser.parse(io.BytesIO(raw), "multipart/form-data", len(raw), dict(options))
    except RequestEntityTooLarge:
        raise ClientFault(say("web.files", n=MOST_FILES), status=413, way_out=say("web.in_parts")) from None
    # A field for files that was left empty is sent as one without a name.
    found = tuple(Upload(shown_name(one.filename or ""), one.read()) for one in files.getlist("files") if one.filename)
    if len(found) > MOST_FILES:
        raise ClientFault(say("web.files", n=MOST_FILES), status=413, way_out=say("web.in_parts"))
    return _form(list(fields.items(multi=True)), found)


def _in_memory(*_: object, **__: object) -> io.BytesIO:
    """Never a temporary file: what is uploaded holds secrets."""
    return io.BytesIO()


def shown_name(name: str) -> str:
    """A file's name as it may be repeated to people: `a\\n../b.json` → `b.json`."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    if len(printable) <= LONGEST_NAME:
        return printable
    return f"{printable[: LONGEST_NAME - 16]}…{printable[-15:]}"
