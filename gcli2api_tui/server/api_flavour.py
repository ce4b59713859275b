"""Which dialect a request speaks, where that is not the route's own business: errors and the lists of models.

In: a path, and headers that know a name in any case. Out: whose it is. What is nobody's speaks OpenAI's.
"""

import re
from dataclasses import replace
from typing import cast

from werkzeug.datastructures import Headers

from gcli2api_tui.dialects import anthropic_messages, gemini_native, openai_chat
from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.ledger.codec import BESIDE
from gcli2api_tui.messages.message import as_json
from gcli2api_tui.server.guard import door_of

# `/v1/models/x:method` is Google's; `/v1/models/x` is OpenAI's as well.
_GOOGLE = re.compile(
    r"/v1beta(/.*)?|/upload/.*|(/v1)?/models/.*:[^/]*|/v1/(cachedContents|interactions)(/.*)?", re.DOTALL
)
_ANTHROPIC = re.compile(r"(/v1)?/(messages|complete)(/.*)?", re.DOTALL)
_SHARED = re.compile(r"(/v1)?/(models|files|skills)(/.*)?", re.DOTALL)
_GOOGLES_HEADERS = ("x-goog-api-client", "x-goog-api-key")


def is_google(path: str, headers: Headers) -> bool:
    """Whether a client of Google's API asks: by the path, or by a header where two APIs have the same path."""
    if _GOOGLE.fullmatch(path):
        return True
    return bool(_SHARED.fullmatch(path)) and any(name in headers for name in _GOOGLES_HEADERS)


def is_anthropic(path: str, headers: Headers) -> bool:
    """The same for Anthropic's API."""
    if _ANTHROPIC.fullmatch(path):
        return True
    return bool(_SHARED.fullmatch(path)) and "anthropic-version" in headers


def refusal_in(path: str, headers: Headers, problem: Problem, request_id: str) -> Refusal:
    """The problem in the shape that the client reads."""
    if is_google(path, headers):
        return gemini_native.refusal(problem)
    if is_anthropic(path, headers):
        return anthropic_messages.refusal(problem, request_id)
    usual = openai_chat.refusal(problem)
    return _with_keys(usual, problem) if door_of(path) == "panel" else usual


def _with_keys(usual: Refusal, problem: Problem) -> Refusal:
    """Who asks for a person may speak another language: the sentence's key and values beside its words."""
    error = cast("dict[str, object]", openai_chat.error_body(problem)["error"])
    said = {"message": as_json(problem.sentence)}
    return replace(usual, body=compact({"error": {**error, BESIDE: said}}).encode())
