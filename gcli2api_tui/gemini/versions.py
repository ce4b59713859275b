"""What a model's name tells, for models that no file describes: Gemini's version, whether it is for talk, a role.

In: an id. Out: what abilities.py and roles.py go by, so that a model released tomorrow works today. Pure.
"""

import re

Version = tuple[int, int]
"""(generation, minor); (0, 0) where the name does not tell."""
UNKNOWN: Version = (0, 0)

_GEMINI = re.compile(r"gemini-(\d{1,3})(?:\.(\d{1,3}))?(?=-|$)")
_NO_CHAT = re.compile(r"-(?:image|tts|audio|live|embedding|robotics|computer-use)(?=-|$)")
"""Branches for pictures, speech and the like: their thinking, if any, follows rules of its own."""


def version_of(model: str) -> Version:
    """The two numbers behind `gemini-`; a lone one has minor 0."""
    found = _GEMINI.match(model)
    return (int(found[1]), int(found[2] or 0)) if found else UNKNOWN


def is_branch(model: str) -> bool:
    """Whether it is for pictures, speech and the like."""
    return bool(_NO_CHAT.search(model))


def role_of(model: str) -> str:
    """What a model of this name is for, as far as Google's words for its families say; "" where they do not."""
    if is_branch(model) or version_of(model) == UNKNOWN:
        return ""
    parts = model.split("-")
    return next((role for word, role in (("lite", "cheap"), ("flash", "fast"), ("pro", "best")) if word in parts), "")
