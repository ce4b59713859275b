"""The admin API's routes, made of the table of verbs: parameters read by their types, methods called, results told.

In: the services. Out: a blueprint with a route for each row, of which those that take or answer more than their method
stand in `admin_special_routes`. Raises ClientFault that names the parameter that is wrong. The door is App's.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, get_args, get_origin

from quart import Blueprint, Response, request

from gcli2api_tui.control import verb_table
from gcli2api_tui.control.ports import Control
from gcli2api_tui.control.verb_results import Done, Refused
from gcli2api_tui.control.verb_table import REQUIRED, VERBS, Param, Verb
from gcli2api_tui.dialects.fields import sound, table
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.ledger.json_codec import NotThisRecord, from_json, to_json
from gcli2api_tui.messages.message import say
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.admin_special_routes import BY_HAND, Asked, conflict
from gcli2api_tui.server.bodies import read_json
from gcli2api_tui.server.quart_adapter import json_answer, read_bytes
from gcli2api_tui.server.services import Services

ROOT = "/admin/api"
BODY_LIMIT = 2**20
IMPORT_LIMIT = 20 * 2**20
ASK_LIMIT = 64 * 2**20
LARGER = {"add_credentials": IMPORT_LIMIT, "ask": ASK_LIMIT}
LONGEST = 200
"""Characters of a part of a path."""
MANY = 10_000
_SWITCHED = {"": False, "0": False, "false": False, "1": True, "true": True}
Handler = Callable[..., Awaitable[Response]]


def admin_routes(services: Services) -> Blueprint:
    routes = Blueprint("admin", __name__, url_prefix=ROOT)
    for verb in VERBS:
        routes.add_url_rule(_rule(verb), verb.name, _handler(services, verb), methods=[verb.method])
    routes.add_url_rule("/credentials/<credential>/<verb>", "no_such_verb", _no_such_verb, methods=["POST"])
    return routes


def _rule(verb: Verb) -> str:
    """`/exchanges/{exchange}/wire` → `/exchanges/<exchange>/wire`; what a part is, is read from its type."""
    return re.sub(r"{(\w+)}", r"<\1>", verb.path)


def _handler(services: Services, verb: Verb) -> Handler:
    params = verb_table.params(verb.name)
    named = frozenset(param.name for param in params if param.place == "body")

    async def handle(**parts: str) -> Response:
        body = await _body(services, verb, params)
        found = {param.argument: _value(param, parts, body, named) for param in params if _given(param, parts, body)}
        given = {**_defaults(params), **found}
        if verb.by_hand:
            return await BY_HAND[verb.name](services, Asked(given))
        port = services.control if verb_table.port_of(verb) is Control else services.reader
        return await _told(verb, getattr(port, verb.name)(*(given[param.argument] for param in params)))

    return handle


async def _told(verb: Verb, result: object) -> Response:
    """What a method returned, or will."""
    if isinstance(result, Awaitable):
        result = await result
    if isinstance(result, Refused):
        raise conflict(result)
    if result is None and not verb.under:
        result = Done()
    if isinstance(result, int):
        return json_answer({verb.under: result})
    return await asyncio.to_thread(lambda: json_answer({verb.under: to_json(result)} if verb.under else result))


# What was sent


async def _body(services: Services, verb: Verb, params: tuple[Param, ...]) -> Mapping[str, object]:
    places = {param.place for param in params}
    if "bytes" in places:
        return {"data": await read_bytes(request, LARGER.get(verb.name, BODY_LIMIT))}
    if not places & {"body", "rest"}:
        return {}
    limit, asked = LARGER.get(verb.name, BODY_LIMIT), quart_adapter.asked()
    body = await read_json(asked, limit, services.large_bodies)
    return table(await asked.parsed(services, body, sound), "body")


def _given(param: Param, parts: Mapping[str, str], body: Mapping[str, object]) -> bool:
    """Raises ClientFault where it is missing and must not be."""
    if param.place == "rest":
        return True
    given = {"path": parts, "query": request.args}.get(param.place, body)
    if param.name in given and not (param.place == "body" and given[param.name] is None and not _takes_none(param)):
        return True
    if param.default is REQUIRED:
        raise ClientFault(say("admin.missing", name=param.name), param=param.name)
    return False


def _defaults(params: tuple[Param, ...]) -> dict[str, object]:
    return {param.argument: param.default for param in params if param.default is not REQUIRED}


def _value(param: Param, parts: Mapping[str, str], body: Mapping[str, object], others: frozenset[str]) -> object:
    if param.place == "rest":
        return _read(param, {name: value for name, value in body.items() if name not in others})
    if param.place in ("body", "bytes"):
        return body[param.name] if param.place == "bytes" else _read(param, body[param.name])
    if _is_many(param.kind):
        (kind,) = {one for one in get_args(param.kind) if one is not Ellipsis}
        return tuple(_read(param, _of_text(param, kind, one), kind) for one in request.args.getlist(param.name)[:MANY])
    sent = parts[param.name] if param.place == "path" else request.args[param.name]
    return _read(param, _of_text(param, param.kind, sent))


def _of_text(param: Param, kind: object, sent: str) -> object:
    """A value of a path or a query, as JSON would have it."""
    kind = getattr(kind, "__supertype__", kind)
    if kind is int:
        if not re.fullmatch(r"[0-9]{1,15}", sent):
            raise ClientFault(say("admin.number", name=param.name), param=param.name)
        return int(sent)
    if kind is bool:
        return _SWITCHED.get(sent.lower(), sent)
    return sent[:LONGEST] if param.place == "path" else sent


def _read(param: Param, value: object, kind: type[object] | None = None) -> object:
    try:
        return from_json(kind or param.kind, value)
    except NotThisRecord:
        allowed = get_args(param.kind) if get_origin(param.kind) is Literal else ()
        if not allowed:
            raise ClientFault(say("admin.wrong", name=param.name), param=param.name) from None
        names = ", ".join(one for one in allowed if one)
        if param.place == "path":
            message, way_out = say("admin.no_verb", verb=str(value)[:40]), say("admin.verbs", names=names)
            raise ClientFault(message, status=404, way_out=way_out) from None
        way_out = say("admin.one_of", names=names)
        raise ClientFault(say("admin.wrong", name=param.name), param=param.name, way_out=way_out) from None


def _takes_none(param: Param) -> bool:
    return type(None) in get_args(param.kind)


def _is_many(kind: object) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Sequence)


async def _no_such_verb(credential: str, verb: str) -> Response:
    names = [one.path.rsplit("/", 1)[1] for one in VERBS if one.path.startswith("/credentials/{credential}/")]
    way_out = say("admin.verbs", names=", ".join(names))
    raise ClientFault(say("admin.no_verb", verb=verb[:40]), status=404, way_out=way_out)
