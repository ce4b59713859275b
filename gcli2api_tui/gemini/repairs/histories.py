"""Refusals of how a history begins, of one that is a lone turn of the model, and of references in a result.

Only what was written in Google's own protocol gets here: dialects/history puts the others in order beforehand.
"""

import re

from gcli2api_tui.gemini.repairs.repair import Refusal, Repair, changed_to
from gcli2api_tui.gemini.turns import begun_by_user, ended_by_user, without_references

_BEGINS = re.compile(r"function call turn comes immediately after a user turn", re.I)
_ALONE = re.compile(r"single turn requests end with a user role", re.I)
_REFERENCE = re.compile(r"referenced name .{0,400}does not match to a display_?name", re.I | re.S)
_MENDED = ((_BEGINS, begun_by_user), (_ALONE, ended_by_user), (_REFERENCE, without_references))


def refused_history(refusal: Refusal) -> Repair | None:
    """A word of the user where Google misses one; results that refer to no picture as text."""
    contents = refusal.request.get("contents") or []
    for words, mended in _MENDED:
        if words.search(refusal.words):
            return changed_to({**refusal.request, "contents": mended(contents)}, refusal)
    return None
