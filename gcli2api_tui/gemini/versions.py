"""What a model's name tells, for models that no file describes: Gemini's version, thinking levels, a role.

In: an id. Out: facts that hold for all of a generation, so that a model released tomorrow works today. Pure.
Source: Google's guides to Gemini 3, 3.8 Flash and Gemini 4.
"""

import re

Version = tuple[int, int]
"""(generation, minor); (0, 0) where the name does not tell."""
UNKNOWN: Version = (0, 0)
IN_HOPS: Version = (4, 0)
"""From here on an answer may be longer than what one request gives."""

_GEMINI = re.compile(r"gemini-(\d{1,3})(?:\.(\d{1,3}))?(?=-|$)")
_NO_CHAT = re.compile(r"-(?:image|tts|audio|live|embedding|robotics|computer-use)(?=-|$)")
"""Branches for pictures, speech and the like: their thinking, if any, follows rules of its own."""
_LEVELS = ("LOW", "MEDIUM", "HIGH")
"""What every model of Gemini 3 and later is taken to have: MINIMAL and XHIGH only some do."""


def version_of(model: str) -> Version:
    """The two numbers behind `gemini-`; a lone one has minor 0."""
    found = _GEMINI.match(model)
    return (int(found[1]), int(found[2] or 0)) if found else UNKNOWN


def levels_of(model: str) -> tuple[str, ...]:
    """The levels to assume for a model that only its name describes."""
    return _LEVELS if version_of(model) >= (3, 0) and not _NO_CHAT.search(model) else ()


def role_of(model: str) -> str:
    """What a model of this name is for, as far as Google's words for its families say; "" where they do not."""
    if _NO_CHAT.search(model) or version_of(model) == UNKNOWN:
        return ""
    parts = model.split("-")
    return next((role for word, role in (("lite", "cheap"), ("flash", "fast"), ("pro", "best")) if word in parts), "")
