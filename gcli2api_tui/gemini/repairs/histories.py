"""Refusals of a history: its order, and `$ref` in a result. Only what comes in Google's own protocol causes them."""

import re

from gcli2api_tui.gemini.repairs.repair import Refusal, Repair, learnt_from

_WORDS = (
    ("begins_with_call", re.compile(r"function call turn comes immediately after", re.I)),
    ("only_model_turn", re.compile(r"single turn requests end with a user role", re.I)),
    ("reference_in_result", re.compile(r"referenced name .{0,80} does not match", re.I | re.S)),
)


def refused_history(refusal: Refusal) -> Repair | None:
    """What Google wants to hear or read in another way."""
    for ability, words in _WORDS:
        if words.search(refusal.words):
            return learnt_from(refusal, ability)
    return None
