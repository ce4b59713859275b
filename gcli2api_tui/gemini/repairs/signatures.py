"""Refusals about thought signatures: one that is missing, and one that Google does not know."""

import re

from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.gemini.finish_reasons import MISSING_SIGNATURE
from gcli2api_tui.gemini.repairs.repair import Refusal, Repair, changed_to
from gcli2api_tui.gemini.signatures import bypassed, signed_throughout, unsigned

_WRONG = re.compile(r"(corrupted|invalid) thought.?signature|thought.?signature is (not valid|invalid)", re.I)
_MISSING = re.compile(r"missing an? thought.?signature", re.I)
_BARE = re.compile(r"^request contains an invalid argument\.?$", re.I)
"""In a long history Google says no more than this of a signature."""


def missing_signature(refusal: Refusal) -> Repair | None:
    """The bypass in every place; where Google only ended its answer so, in place of every signature then."""
    if refusal.fault.reason == MISSING_SIGNATURE:
        return changed_to(signed_throughout(refusal.request), refusal) or changed_to(bypassed(refusal.request), refusal)
    if not _MISSING.search(refusal.words):
        return None
    lesson = Lesson(refusal.abilities.model, "unsigned_call", words=refusal.words)
    return changed_to(signed_throughout(refusal.request), refusal, None if refusal.abilities.signatures else lesson)


def wrong_signature(refusal: Refusal) -> Repair | None:
    """The bypass in place of every one; none at all where the model does not demand them."""
    if not _WRONG.search(refusal.words):
        return None
    mend = bypassed if refusal.abilities.signatures else unsigned
    return changed_to(mend(refusal.request), refusal)


def hidden_missing_signature(refusal: Refusal) -> Repair | None:
    """The bypass in every empty place, where Google says nothing and the model demands signatures: it does no harm."""
    if not _BARE.search(refusal.words) or not refusal.abilities.signatures:
        return None
    return changed_to(signed_throughout(refusal.request), refusal)


def hidden_wrong_signature(refusal: Refusal) -> Repair | None:
    """No signature of anybody's, where Google says nothing and nothing else is left to try."""
    if not _BARE.search(refusal.words):
        return None
    mend = bypassed if refusal.abilities.signatures else unsigned
    return changed_to(mend(refusal.request), refusal)
