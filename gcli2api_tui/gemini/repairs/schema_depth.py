"""Refusals of a schema's depth: it is made flatter in steps, because Google's limit is not published."""

import re

from gcli2api_tui.gemini.repairs.repair import Refusal, Repair, changed_to, learnt_from
from gcli2api_tui.gemini.request_schemas import levels_of, well_spelled

_WORDS = re.compile(r"exceeds? the maximum (allowed )?(nesting|schema) depth|maximum schema depth exceeded", re.I)
_STEPS = (8, 5)
"""Levels, leaves counted. Four levels of objects and lists were measured by somebody; each step costs an attempt."""


def too_deep(refusal: Refusal) -> Repair | None:
    """Of functions and of answers alike; which one it is, Google does not always say."""
    if not _WORDS.search(refusal.words):
        return None
    levels = levels_of(refusal.request)
    step = next((one for one in _STEPS if one < levels), None)
    if step:
        return learnt_from(refusal, "schema_depth", str(step))
    # Not deep by itself: it goes in circles, which are cut where this program writes it.
    return changed_to(well_spelled(refusal.request), refusal)
