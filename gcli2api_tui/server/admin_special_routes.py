"""The admin API's routes that take or answer more than the port's method does; what is sent is read by the table.

In: the services, and values by the names of the row's parameters. Out: the answer. Raises ClientFault that names what
is wrong. Secrets are masked where requests are taken, and once more in what is exported; credentials never come out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from quart import Response, request

from gcli2api_tui.clients.client_key import NONE as NO_LIMIT
from gcli2api_tui.control.admin_response_bodies import ExchangeInDepth, NewKey
from gcli2api_tui.control.question import AskRequest
from gcli2api_tui.control.usage_report import MOST_DAYS, as_json
from gcli2api_tui.control.verb_results import Answer, Difference, Refused
from gcli2api_tui.events.ids import ELSEWHERE, AskId
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, by_time
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.recipes.all_recipes import RECIPES
from gcli2api_tui.server.openapi import described
from gcli2api_tui.server.quart_adapter import json_answer, lasting
from gcli2api_tui.server.services import Services

KINDS = {"jsonl": "application/x-ndjson", "har": "application/json"}
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent, with the defaults of what was not."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def done(answer: Answer) -> Response:
    """What came of a verb. Raises ClientFault 409 where it was refused."""
    if isinstance(answer, Refused):
        raise conflict(answer)
    return json_answer(answer)


def conflict(refused: Refused) -> ClientFault:
    """A verb's refusal as an error of the API."""
    return ClientFault(refused.reason, status=409, code="refused", way_out=refused.way_out)


async def _changes(services: Services, asked: Asked) -> Response:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    lines = services.changes.lines(asked["run"], asked["since"], packed=packed)
    return lasting(lines, "application/x-ndjson", packed=packed)


async def _openapi(services: Services, asked: Asked) -> Response:
    return await asyncio.to_thread(lambda: json_answer(described()))


# Requests


async def _chosen(services: Services, asked: Asked) -> Response:
    rows = await _rows(services, asked["filter"], _numbers(asked["ids"]))
    form = asked["format"]
    if not form:
        return await asyncio.to_thread(lambda: json_answer({"exchanges": to_json(rows)}))
    exported = await services.reader.exported(rows, form, private=asked["private"])
    return Response(exported.encode("utf-8", "replace"), content_type=KINDS[form])


async def _exchange(services: Services, asked: Asked) -> Response:
    rows = await _rows(services, f"id:{asked['exchange']}")
    if not rows:
        raise ClientFault(say("export.none"), status=404)
    page, wire = services.reader.transcript(rows[0].id), services.reader.wire(rows[0].id)
    return await asyncio.to_thread(lambda: json_answer(ExchangeInDepth(rows[0], page.passages, wire)))


async def _export(services: Services, asked: Asked) -> Response:
    """To a file in the home; the answer says where."""
    rows = await _rows(services, asked["filter"], frozenset(asked["exchanges"]))
    ids = [row.id for row in rows]
    return done(await services.control.export_exchanges(ids, asked["format"], private=asked["private"]))


async def _openings(services: Services, asked: Asked) -> Response:
    told = {str(number): services.reader.opening(ExchangeId(number)) for number in asked["exchanges"]}
    return json_answer(told)


async def _rows(services: Services, wanted: str, ids: frozenset[int] = frozenset()) -> tuple[ExchangeRow, ...]:
    """Those that a filter takes, and of them those with these numbers, where any are given."""
    rows = await services.reader.chosen(wanted)
    if isinstance(rows, Refused):
        raise ClientFault(rows.sentence, param="filter")
    if any(number >= ELSEWHERE for number in ids):
        rows = by_time(rows, (await services.reader.elsewhere()).exchanges)
    return tuple(row for row in rows if not ids or row.id in ids)


def _numbers(text: str) -> frozenset[int]:
    try:
        return frozenset(int(one) for one in text.split(",") if one)
    except ValueError:
        raise ClientFault(say("admin.numbers"), param="ids") from None


# Asking


async def _ask(services: Services, asked: Asked) -> Response:
    body = asked["body"].encode("utf-8", "replace")
    sent = AskRequest(asked["dialect"], asked["path"], body, CredentialId(asked["credential"]))
    begun = await services.control.ask(sent)
    if isinstance(begun, Refused):
        raise conflict(begun)
    return json_answer({"ask": begun})


async def _resend(services: Services, asked: Asked) -> Response:
    credential = CredentialId(asked["credential"])
    ask = await services.control.resend(ExchangeId(asked["exchange"]), credential, asked["model"])
    if isinstance(ask, Refused):
        raise conflict(ask)
    return await _answered(services, ask) if asked["wait"] else json_answer({"ask": ask})


async def _answered(services: Services, ask: AskId) -> Response:
    """How it ended, and its text; a client that leaves meanwhile does not end it."""
    while (row := services.reader.asked(ask)) is not None and not row.ended:
        await services.reader.moved(services.reader.revision)
    page = services.reader.asked_text(ask)
    texts: dict[str, str] = {}
    for passage in page.passages:
        texts[passage.kind] = texts.get(passage.kind, "") + passage.text
    told: dict[str, object] = {
        "ask": ask,
        **(to_json(row) or {}),
        "text": texts.get("answer", ""),
        "thought": texts.get("thought", ""),
    }
    return await asyncio.to_thread(json_answer, told)


# Credentials


async def _credentials(services: Services, asked: Asked) -> Response:
    seen = await services.reader.whole_snapshot()
    return await asyncio.to_thread(lambda: json_answer({"at": seen.at, "credentials": to_json(seen.credentials)}))


async def _add_credentials(services: Services, asked: Asked) -> Response:
    """The body is a file of any form that is imported; `name` is for messages."""
    name = asked["name"][:LONGEST_NAME] or say("admin.the_upload")
    return done(await services.control.add_credentials(asked["data"], name))


# Client keys


async def _add_client_key(services: Services, asked: Asked) -> Response:
    made = await services.control.add_client_key(asked["name"], _in_words(asked["wishes"]))
    if isinstance(made, Refused):
        raise conflict(made)
    answer = json_answer(NewKey(made.name, made.key.reveal(), made.message, made.warned), 201)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _set_client_key(services: Services, asked: Asked) -> Response:
    return done(await services.control.set_client_key(asked["name"], _in_words(asked["wishes"])))


def _in_words(wishes: Mapping[str, object]) -> dict[str, str]:
    """As the command line has them; null or an empty list lifts a limit."""
    return {name: _in_a_word(value) for name, value in wishes.items()}


def _in_a_word(value: object) -> str:
    if value in (None, ()):
        return NO_LIMIT
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(value) if isinstance(value, tuple) else str(value)


# The rest


async def _models(services: Services, asked: Asked) -> Response:
    return json_answer({"at": services.clock.now(), "models": to_json(services.reader.models())})


async def _forget_all(services: Services, asked: Asked) -> Response:
    return done(await services.control.forget_learnt(None))


async def _set_setting(services: Services, asked: Asked) -> Response:
    """A number means what it would be as a text; null is the default."""
    value = asked["value"]
    return done(await services.control.set_setting(asked["name"], None if value is None else str(value)))


async def _usage(services: Services, asked: Asked) -> Response:
    if not 1 <= asked["days"] <= MOST_DAYS:
        raise ClientFault(say("usage.days", most=MOST_DAYS), param="days")
    return json_answer(as_json(await services.reader.usage(asked["by"], asked["days"])))


async def _restart(services: Services, asked: Asked) -> Response:
    return done(await services.control.stop("restart-when-idle" if asked["when_idle"] else "restart"))


async def _clients(services: Services, asked: Asked) -> Response:
    rows = [{"id": one.id, "name": one.name, "speaks": one.speaks, "files": len(one.files)} for one in RECIPES.values()]
    return json_answer({"clients": rows})


async def _connect(services: Services, asked: Asked) -> Response:
    return json_answer(await _difference(services, asked))


async def _write_connection(services: Services, asked: Asked) -> Response:
    """`seen` is as the difference gave it: nothing else than what was shown is written."""
    shown = await _difference(services, asked)
    wanted = Difference(shown.client, shown.name, (), asked["seen"], shown.undo)
    return done(await services.control.write_connection(wanted))


async def _difference(services: Services, asked: Asked) -> Difference:
    found = await services.control.connect(asked["client"], undo=asked["verb"] == "undo")
    if isinstance(found, Refused):
        raise conflict(found)
    return found


async def _login_status(services: Services, asked: Asked) -> Response:
    """Also of one that began, or was finished, on another instance."""
    if services.short_links:
        await services.short_links.recall()
    return json_answer(to_json(services.control.login_status(asked["login"])))


BY_HAND: Mapping[str, Callable[[Services, Asked], Awaitable[Response]]] = {
    "changes": _changes,
    "openapi": _openapi,
    "chosen": _chosen,
    "exchange": _exchange,
    "export_exchanges": _export,
    "openings": _openings,
    "ask": _ask,
    "resend": _resend,
    "credentials": _credentials,
    "add_credentials": _add_credentials,
    "login_status": _login_status,
    "add_client_key": _add_client_key,
    "set_client_key": _set_client_key,
    "models": _models,
    "forget_all_learnt": _forget_all,
    "set_setting": _set_setting,
    "restart": _restart,
    "usage": _usage,
    "clients": _clients,
    "connect": _connect,
    "write_connection": _write_connection,
}
