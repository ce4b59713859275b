"""How much haste a request pays for: Google's service tiers, in the words of each API.

In: a client's word, or the tier that an answer came from. Out: Google's word for the request, or the client's for the
answer. Pure. Google may serve a request on a lower tier than was asked for, and says so with the answer
(stream_parts.py reads where).
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from gcli2api_tui.gemini.types import GenerateResponse

STANDARD: Final = "standard"
HEADER: Final = "x-gemini-service-tier"
"""In which the Gemini API says which tier an answer came from."""

SERVED: Final = "servedTier"
"""Our field for it in the first response of an answer; it goes to no client."""

_ASKED = {"flex": "flex", "priority": "priority", "fast": "priority"}
"""All other words mean what is done anyway: `auto`, `default`, `standard_only`, and those of other makers."""


def asked_tier(word: str) -> str:
    """Google's word for what a client of OpenAI's or Anthropic's API asks for; empty for what is done anyway."""
    return _ASKED.get(word.lower(), "")


def tier_of(request: Mapping[str, object]) -> str:
    """The tier that a request for Google asks for, in either spelling of its enum; empty where it names none."""
    named = request.get("serviceTier")
    word = named.lower().removeprefix("service_tier_") if isinstance(named, str) else ""
    return "" if word == "unspecified" else word


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
