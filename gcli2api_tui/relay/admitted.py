"""A client's request, let in by its key: what it may use, and what its key adds where it says nothing itself.

In: a call and whose it is. Out: its admission, and the call as the key has it.
"""

from functools import partial
from typing import cast

from gcli2api_tui.clients.admission import Admission
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.service_tier import tier_of
from gcli2api_tui.gemini.thinking import for_effort
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.quick_dataclass import replace
from gcli2api_tui.relay.ports import Gate

UNSAID = 8_192
"""Tokens that an answer may have, where the client names no bound: a long one, as answers are."""


async def admitted(gate: Gate, call: Call, key: ClientKeyId, *, counted: bool) -> Admission:
    """To be closed by whoever runs the request. Raises ClientFault where the key does not let it in."""
    return await gate.admit(key, call.model, counted=counted, tokens=partial(may_use, call))


def may_use(call: Call) -> int:
    """Tokens of the prompt by its length, and of the answer by what the client lets it have."""
    bound = (call.request.get("generationConfig") or {}).get("maxOutputTokens")
    return call.estimated_usage(0).prompt + (bound if isinstance(bound, int) and bound > 0 else UNSAID)


def as_the_key_has_it(call: Call, admission: Admission, abilities: Abilities) -> Call:
    """With the thinking and the service tier of the key, where the client asked for none."""
    request = cast("dict[str, object]", dict(call.request))
    config = call.request.get("generationConfig") or {}
    effort = {"off": "none"}.get(admission.thinking, admission.thinking)
    if effort and "thinkingConfig" not in config and (thinking := for_effort(abilities, effort)):
        request["generationConfig"] = {**config, "thinkingConfig": thinking}
    if admission.service_tier and not tier_of(call.request):
        request["serviceTier"] = admission.service_tier
    return replace(call, request=cast(GenerateRequest, request)) if request != call.request else call
