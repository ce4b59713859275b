"""Which dialect a request speaks, where that is not the route's own business: errors and the lists of models.

In: a path, and headers that know a name in any case. Out: whose it is. What is nobody's speaks OpenAI's.
"""

import re
from dataclasses import replace
from http import HTTPStatus
from typing import cast

from gcli2api_tui.dialects import anthropic_messages, gemini_native, openai_chat
from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.ledger.json_codec import BESIDE, fields
from gcli2api_tui.messages.message import Message, as_json
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.cross_origin import ReadHeaders
from gcli2api_tui.server.guard import door_of

# `/v1/models/x:method` is Google's; `/v1/models/x` is OpenAI's as well.
_GOOGLE = re.compile(
    r"/v1beta(/.*)?|/upload/.*|(/v1)?/models/.*:[^/]*|/v1/(cachedContents|interactions)(/.*)?", re.DOTALL
)
ANTHROPIC = re.compile(r"(/v1)?/(messages|complete)(/.*)?", re.DOTALL)
_SHARED = re.compile(r"(/v1)?/(models|files|skills)(/.*)?", re.DOTALL)
PROBLEM = "application/problem+json"
_GOOGLES_HEADERS = ("x-goog-api-client", "x-goog-api-key")


def is_google(path: str, headers: ReadHeaders) -> bool:
    """Whether a client of Google's API asks: by the path, or by a header where two APIs have the same path."""
    if _GOOGLE.fullmatch(path):
        return True
    return bool(_SHARED.fullmatch(path)) and any(name in headers for name in _GOOGLES_HEADERS)


def is_anthropic(path: str, headers: ReadHeaders) -> bool:
    """The same for Anthropic's API."""
    if ANTHROPIC.fullmatch(path):
        return True
    return bool(_SHARED.fullmatch(path)) and "anthropic-version" in headers


def refusal_in(path: str, headers: ReadHeaders, problem: Problem, request_id: str) -> Refusal:
    """The problem in the shape that the client reads."""
    if is_google(path, headers):
        return gemini_native.refusal(problem)
    if is_anthropic(path, headers):
        return anthropic_messages.refusal(problem, request_id)
    usual = openai_chat.refusal(problem)
    return _as_problem(usual, problem) if door_of(path) == "panel" else usual


def _as_problem(usual: Refusal, problem: Problem) -> Refusal:
    """RFC 9457 beside what our other APIs say; keys and values for who speaks another language."""
    error = cast("dict[str, object]", openai_chat.error_body(problem)["error"])
    sentence, said = problem.sentence, as_json(problem.sentence) or {}
    details = {
        "type": "about:blank",
        "title": HTTPStatus(usual.status).phrase,
        "status": usual.status,
        "detail": sentence,
        "key": said.get("key"),
        "values": said.get("values"),
        **fields(_Told(problem.message, problem.way_out)),
        "error": {**error, BESIDE: {"message": as_json(sentence)}},
    }
    kept = tuple((name, value) for name, value in usual.headers if name.lower() != "content-type")
    return replace(usual, headers=(("Content-Type", PROBLEM), *kept), body=compact(details).encode())


@dataclass(frozen=True, slots=True)
class _Told:
    reason: Message
    way_out: Message
