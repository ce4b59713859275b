"""Which dialect a request speaks, where that is not the route's own business: errors and the lists of models.

In: a path, and headers that know a name in any case. Out: Google's or not. What is nobody's speaks OpenAI's.
"""

import re

from werkzeug.datastructures import Headers

from gcli2api_tui.dialects import gemini_native, openai_chat
from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.events.problems import Problem

# `/v1/models/x:method` is Google's; `/v1/models/x` is OpenAI's as well.
_GOOGLE = re.compile(r"/v1beta(/.*)?|(/v1)?/models/.*:[^/]*", re.DOTALL)
_SHARED = re.compile(r"(/v1)?/models(/.*)?", re.DOTALL)
_GOOGLES_HEADERS = ("x-goog-api-client", "x-goog-api-key")


def is_google(path: str, headers: Headers) -> bool:
    """Whether a client of Google's API asks: by the path, or by a header where two APIs have the same path."""
    if _GOOGLE.fullmatch(path):
        return True
    return bool(_SHARED.fullmatch(path)) and any(name in headers for name in _GOOGLES_HEADERS)


def refusal_in(path: str, headers: Headers, problem: Problem) -> Refusal:
    """The problem in the shape that the client reads."""
    speak = gemini_native.refusal if is_google(path, headers) else openai_chat.refusal
    return speak(problem)
