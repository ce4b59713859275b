"""The first tab: the credentials with their states, what can be done with each, and those that were removed.

In: an id and a verb. Out: the page that tells what came of it, or JSON for the page's script.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from quart import Blueprint, Response, request

from gcli2api_tui.control.ports import Answer, Control, Done
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.server.quart_responses import json_answer
from gcli2api_tui.server.web.cards import Card, card_of, rank
from gcli2api_tui.server.web.site import HOME, Site, with_headers

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


def _states(site: Site, asked: Sequence[str]) -> dict[str, Any]:
    seen = site.services.reader.snapshot()
    words = site.words()
    rows = {row.id: row for row in seen.credentials}
    cards = [card_of(rows[CredentialId(one)], words, seen.at) for one in asked if one in rows]
    ready = sum(row.serves for row in seen.credentials)
    return {
        "total": len(seen.credentials),
        "standing": words("creds.ready", ready=ready, total=len(seen.credentials)),
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


def _live(card: Card) -> dict[str, Any]:
    return {name: value for name, value in asdict(card).items() if name not in ("label", "kind", "facts")}
