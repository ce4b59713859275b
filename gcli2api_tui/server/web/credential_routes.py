"""The tabs for credentials: their states and what can be done with each, adding some, and taking them along as files.

In: an id and a verb, uploads, or ids to download. Out: the page that tells what came of it, or JSON for the page's
script; a notice for each file that was added. The download is the only place where secrets leave over HTTP: after the
panel key was typed within the last minutes, into a file that no cache keeps, not in clear text over a network, with a
line in the log each time; neither the admin API nor a GET gives it. It is offered because people who run this on
another machine have no other way to take their credentials along than a shell there.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict

from quart import Blueprint, Response, request

from gcli2api_tui.control.ports import Control
from gcli2api_tui.control.verb_results import Answer, Done
from gcli2api_tui.credentials.export import Exported, packed
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.messages.message import say
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.cross_origin import is_loopback
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.web.cards import Card, card_of, rank
from gcli2api_tui.server.web.gate import form, unproved
from gcli2api_tui.server.web.sessions import Notice, notice_of
from gcli2api_tui.server.web.site import HOME, PAGE_HEADERS, Site, with_headers

ON_A_PAGE = 50
SHOWN_OF_TRASH = 20
Verb = Callable[[CredentialId], Awaitable[Answer]]
VERBS: Mapping[str, Callable[[Control], Verb]] = {
    "check": lambda control: control.check,
    "quota": lambda control: control.ask_google_quota,
    "enable": lambda control: control.enable,
    "disable": lambda control: control.disable,
    "remove": lambda control: control.remove,
    "restore": lambda control: control.restore,
    "clear-cooldown": lambda control: control.clear_cooldown,
}
_UNDONE_BY = {"remove": "restore", "disable": "enable", "enable": "disable"}
ADD = f"{HOME}/add"
DOWNLOAD = "/auth/download"
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


def add_credentials(routes: Blueprint, site: Site) -> None:
    @routes.get(HOME)
    async def credentials() -> Response:
        seen = await site.services.reader.whole_snapshot()
        wanted = request.args.get("q", "")[:200]
        rows = _matching(seen.credentials, wanted)
        pages = max(1, -(-len(rows) // ON_A_PAGE))
        page = min(_number(request.args.get("page", "1")), pages)
        words = site.words()
        cards = [card_of(row, words, seen.at) for row in rows[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]]
        return await site.page(
            "credentials", cards=cards, wanted=wanted, page=page, pages=pages, found=len(rows),
            ready=sum(row.serves for row in seen.credentials), total=len(seen.credentials), revision=seen.revision,
            trash=(await site.control.trash())[:SHOWN_OF_TRASH], degraded=seen.degraded,
        )  # fmt: skip

    @routes.get("/auth/states")
    async def states() -> Response:
        """What changed of those whose ids are asked for, for the page's script."""
        asked = request.args.get("ids", "").split(",")[:ON_A_PAGE]
        return with_headers(json_answer(_states(site, asked)))

    @routes.post("/auth/credentials/<credential>/<verb>")
    async def act(credential: str, verb: str) -> Response:
        method = VERBS.get(verb)
        if method is None:
            return await site.page("missing", 404)
        identity = CredentialId(credential)
        label = next((row.label for row in site.services.reader.snapshot().credentials if row.id == identity), "")
        answer = await method(site.control)(identity)
        back = _UNDONE_BY.get(verb, "") if isinstance(answer, Done) else ""
        undo = f"{HOME}/credentials/{credential}/{back}" if back else ""
        return site.answered(answer, HOME, label, undo)


def _states(site: Site, asked: Sequence[str]) -> dict[str, object]:
    seen = site.services.reader.snapshot()
    words = site.words()
    rows = {row.id: row for row in seen.credentials}
    cards = [card_of(rows[CredentialId(one)], words, seen.at) for one in asked if one in rows]
    ready = sum(row.serves for row in seen.credentials)
    return {
        "total": len(seen.credentials),
        "standing": words("page.creds.ready", ready=ready, total=len(seen.credentials)),
        "cards": [_live(card) for card in cards],
    }


def _matching(rows: Sequence[CredentialRow], wanted: str) -> list[CredentialRow]:
    """All the words stand somewhere in what the row says of itself."""
    words = wanted.casefold().split()
    found = [row for row in rows if all(word in _told(row) for word in words)]
    return sorted(found, key=rank)


def _told(row: CredentialRow) -> str:
    return f"{row.label} {row.kind} {row.project} {row.source} {row.state.value}".casefold()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) else 1


def _live(card: Card) -> dict[str, object]:
    return {name: value for name, value in asdict(card).items() if name not in ("label", "kind", "facts")}


def add_adding(routes: Blueprint, site: Site) -> None:
    @routes.get("/auth/add")
    async def add() -> Response:
        notice = await site.control.sign_in_notice()
        return await site.page("add", notice=notice)

    @routes.post("/auth/add/files")
    async def add_files() -> Response:
        """One after the other: the vault writes one at a time all the same."""
        if not (files := form().files):
            return site.tell(ADD, Notice("bad", say("web.no_file")))
        told = []
        for file in files:
            name = file.name or say("admin.the_upload")
            told.append(notice_of(await site.control.add_credentials(file.content, name), name))
        return site.tell(ADD if any(one.tone == "bad" for one in told) else HOME, *told)

    @routes.post("/auth/add/text")
    async def add_text() -> Response:
        """A key, several, or JSON: the importer tells them apart."""
        text = form()["text"].strip()
        if not text:
            return site.tell(ADD, Notice("bad", say("web.no_text")))
        words = site.words()
        told = notice_of(await site.control.add_credentials(text.encode("utf-8", "replace"), words("page.add.pasted")))
        return site.tell(ADD if told.tone == "bad" else HOME, told)


def add_download(routes: Blueprint, site: Site) -> None:
    @routes.post("/auth/download")
    async def download() -> Response:
        require_unheard()
        if asked := await unproved(site, DOWNLOAD, site.words()("page.download.what")):
            return asked
        wanted = None if form()["all"] else [CredentialId(one) for one in form().several.get("id", ())]
        files = await site.services.export(wanted)
        if not files:
            raise ClientFault(say("control.gone"), status=404)
        names = ", ".join(file.name for file in files[:10])
        site.warn(say("web.downloaded", n=len(files), names=names, peer=quart_adapter.peer()))
        return await _file(files)


def require_unheard() -> None:
    """Raises ClientFault 403 where others on the way could read along."""
    if request.scheme != "https" and not is_loopback(quart_adapter.peer()):
        raise ClientFault(say("web.in_clear"), status=403, code="in_clear", way_out=say("web.use_tls"))


async def _file(files: Sequence[Exported]) -> Response:
    if len(files) == 1:
        name, content, kind = files[0].name, files[0].content, "application/json"
    else:
        name, kind = "gcli2api-credentials.zip", "application/zip"
        content = await asyncio.to_thread(packed, files)
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{safe_name(name)}"'}
    return Response(content, 200, headers, content_type=kind)


def safe_name(name: str) -> str:
    """For a header and for any disk: letters, digits, points and dashes."""
    return _ODD.sub("_", name).strip("._")[:100] or "credential.json"
