"""How much haste a request pays for: Google's service tiers, in the words of each API.

In: a client's word, or what Google said of its answer. Out: Google's word for the request, or the client's for the
answer. Pure. Google may serve a request on a lower tier than was asked for, and says so with the answer.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from gcli2api_tui.gemini.types import GenerateResponse

STANDARD: Final = "standard"
HEADER: Final = "x-gemini-service-tier"
"""In which the Gemini API says which tier an answer came from."""

SERVED: Final = "servedTier"
"""Our field for it in the first response of an answer; it goes to no client."""

_LONGEST = 40
_ASKED = {"flex": "flex", "priority": "priority", "fast": "priority"}
"""All other words mean what is done anyway: `auto`, `default`, `standard_only`, and those of other makers."""
_TRAFFIC = {"ON_DEMAND": STANDARD, "ON_DEMAND_FLEX": "flex", "ON_DEMAND_PRIORITY": "priority"}
"""What Vertex AI says instead."""


def asked_tier(word: str) -> str:
    """Google's word for what a client of OpenAI's or Anthropic's API asks for; empty for what is done anyway."""
    return _ASKED.get(word.lower(), "")


def tier_of(request: Mapping[str, object]) -> str:
    """The tier that a request for Google asks for, in either spelling of its enum; empty where it names none."""
    named = request.get("serviceTier")
    word = named.lower().removeprefix("service_tier_") if isinstance(named, str) else ""
    return "" if word == "unspecified" else word


def served_tier(response: Mapping[str, object], metadata: Mapping[str, object] | None) -> str:
    """Which tier Google says this part of an answer came from; empty where it says nothing."""
    counted = metadata or {}
    told = response.get(SERVED) or counted.get("serviceTier") or _TRAFFIC.get(str(counted.get("trafficType", "")), "")
    if not told or not isinstance(told, str):
        return ""
    word = told.lower()
    return word if len(word) <= _LONGEST and word.isidentifier() and word.isascii() else ""


def without_tier(responses: Sequence[GenerateResponse]) -> Sequence[GenerateResponse]:
    """The responses as Google gave them."""
    return [cast(GenerateResponse, {name: value for name, value in one.items() if name != SERVED}) for one in responses]


def in_openais_words(tier: str) -> str:
    """What is not known to be another was served as ever."""
    return tier if tier in ("flex", "priority") else "default"


def in_anthropics_words(tier: str) -> str:
    """Anthropic knows no cheaper one."""
    return "priority" if tier == "priority" else STANDARD


def shown_tier(asked: str, served: str) -> str:
    """For people: what was asked for and, where it became another, what it became."""
    if not served or served == (asked or STANDARD):
        return asked
    return f"{asked or STANDARD} → {served}"
