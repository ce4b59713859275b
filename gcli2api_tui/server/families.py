"""Which dialect a path speaks, for errors that arise before or outside of a dialect: keys, paths, bodies.

In: a path and a Problem. Out: the HTTP answer that clients of that path can read. OpenAI's shape is the one for all
paths that are nobody's.
"""

import re

from gcli2api_tui.dialects import gemini_native, openai_chat
from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.events.problems import Problem

# `/v1/models/x` is OpenAI's, `/v1/models/x:method` Google's.
_GOOGLE = re.compile(r"/v1beta(/.*)?|(/v1)?/models/.*:[^/]*", re.DOTALL)


def refusal_on(path: str, problem: Problem) -> Refusal:
    """The problem in the path's own shape."""
    speak = gemini_native.refusal if _GOOGLE.fullmatch(path) else openai_chat.refusal
    return speak(problem)
