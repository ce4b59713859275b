"""Repairs: what to change in a request that Google refused for its form, so that it is worth one more attempt.

In: a request as it went out, Google's refusal, the model's abilities. Out: a better request and what it teaches, or
None. Pure. Each family leaves nothing behind that it could change again: a request is repaired in each way once, and
two refusals can never go in circles.

A further family is a function from Refusal to Repair in a module beside this one, and a line in FAMILIES: `learnt_from`
where it is about the model (then a line in abilities.ABILITIES and a fitter too), else `changed_to`.
"""

from gcli2api_tui.gemini.finish_reasons import MISSING_SIGNATURE
from gcli2api_tui.gemini.repairs.configuration import refused_ability
from gcli2api_tui.gemini.repairs.histories import refused_history
from gcli2api_tui.gemini.repairs.media import missing_file_type, refused_media_type
from gcli2api_tui.gemini.repairs.repair import Family, Refusal, Repair
from gcli2api_tui.gemini.repairs.schema_depth import too_deep
from gcli2api_tui.gemini.repairs.schemas import refused_schema
from gcli2api_tui.gemini.repairs.signatures import (
    hidden_missing_signature,
    hidden_wrong_signature,
    missing_signature,
    wrong_signature,
)

FAMILIES: tuple[Family, ...] = (
    refused_media_type,
    missing_file_type,
    too_deep,
    refused_history,
    refused_ability,
    missing_signature,
    wrong_signature,
    hidden_missing_signature,
    refused_schema,
    hidden_wrong_signature,
)
"""The first that knows an answer is taken: those with words of their own before those that guess."""

_BAD_REQUEST = 400


def repaired(refusal: Refusal) -> Repair | None:
    """The request without what Google refused."""
    if refusal.fault.status != _BAD_REQUEST and refusal.fault.reason != MISSING_SIGNATURE:
        return None
    return next((found for family in FAMILIES if (found := family(refusal))), None)
