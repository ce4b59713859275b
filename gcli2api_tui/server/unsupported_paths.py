"""Paths of OpenAI's, Anthropic's and Google's APIs that nothing here answers: 501 with words instead of a bare 404.

In: any method on them. Out: a ClientFault that says what is missing and what there is in its place; the app gives it
the shape of the path's dialect, and SDKs are told not to try again.
"""

from collections.abc import Awaitable, Callable
from typing import NoReturn

from quart import Blueprint

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import Message, say

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_CHAT = say("not_built.as_chat")
_ONE_BY_ONE = say("not_built.one_by_one")
_IN_THE_REQUEST = say("not_built.in_the_request")
_ONLY_THERE = say("not_built.only_there")

FILES_ELSEWHERE = (say("not_built.files"), _IN_THE_REQUEST)
"""Of OpenAI's and Anthropic's files, whose path Google's have as well."""

_UNVERSIONED: tuple[tuple[str, Message, Message], ...] = (
    ("images/edits", say("not_built.image_edits"), say("not_built.image_in_chat")),
    ("images/variations", say("not_built.image_edits"), say("not_built.image_in_chat")),
    ("audio", say("not_built.audio"), say("not_built.audio_in_chat")),
    ("videos", say("not_built.videos"), _ONLY_THERE),
    ("realtime", say("not_built.realtime"), _CHAT),
    ("batches", say("not_built.batches"), _ONE_BY_ONE),
    ("messages/batches", say("not_built.batches"), _ONE_BY_ONE),
    ("conversations", say("not_built.conversations"), say("request.send_input")),
    ("uploads", say("not_built.files"), _IN_THE_REQUEST),
    ("vector_stores", say("not_built.stores"), _IN_THE_REQUEST),
    ("containers", say("not_built.containers"), _ONLY_THERE),
    ("skills", say("not_built.skills"), _ONLY_THERE),
    ("assistants", say("not_built.assistants"), _CHAT),
    ("threads", say("not_built.assistants"), _CHAT),
    ("complete", say("not_built.complete"), _CHAT),
    ("moderations", say("not_built.moderations"), _ONLY_THERE),
    ("fine_tuning", say("not_built.tuning"), _ONLY_THERE),
    ("evals", say("not_built.evals"), _ONLY_THERE),
)
"""OpenAI's and Anthropic's, with and without /v1: (path, what is missing, what there is)."""

_GOOGLES: tuple[tuple[str, Message, Message], ...] = (
    ("v1beta/batches", say("not_built.batches"), _ONE_BY_ONE),
    ("v1beta/tunedModels", say("not_built.tuning"), _ONLY_THERE),
    ("v1beta/fileSearchStores", say("not_built.stores"), _IN_THE_REQUEST),
    ("upload/v1beta/fileSearchStores", say("not_built.stores"), _IN_THE_REQUEST),
    ("v1beta/corpora", say("not_built.stores"), _IN_THE_REQUEST),
    ("v1beta/operations", say("not_built.operations"), _ONLY_THERE),
    ("v1beta/auth_tokens", say("not_built.realtime"), _CHAT),
)


def not_built_routes() -> Blueprint:
    """The routes: each path and whatever lies below it."""
    routes = Blueprint("not_built", __name__)
    for path, missing, instead in _UNVERSIONED:
        for prefix in ("/v1/", "/"):
            _refuse(routes, prefix + path, missing, instead)
    _refuse(routes, "/files", *FILES_ELSEWHERE)
    for path, missing, instead in _GOOGLES:
        _refuse(routes, f"/{path}", missing, instead)
    return routes


def _refuse(routes: Blueprint, path: str, missing: Message, instead: Message) -> None:
    view = _refusing(missing, instead)
    for rule in (path, f"{path}/<path:below>"):
        routes.add_url_rule(rule, rule, view, methods=_METHODS)


def _refusing(missing: Message, instead: Message) -> Callable[..., Awaitable[NoReturn]]:
    async def refuse(below: str = "") -> NoReturn:
        raise ClientFault(missing, status=501, way_out=instead)

    return refuse
