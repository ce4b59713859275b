"""Service tiers: which there are, and which one serves whoever asks.

The Gemini API takes a tier in the body and tells in a header, Vertex AI takes it in a header and tells in the usage;
whoever has no right to haste is served as everybody, and is told so.
"""

from collections.abc import Mapping

from gcli2api_tui.simulator.refusals import invalid

STANDARD = "standard"
TIERS = ("unspecified", STANDARD, "flex", "priority")
ANSWER_HEADER = "x-gemini-service-tier"
VERTEX_HEADER = "X-Vertex-AI-LLM-Shared-Request-Type"
TRAFFIC = {STANDARD: "ON_DEMAND", "flex": "ON_DEMAND_FLEX", "priority": "ON_DEMAND_PRIORITY"}


def check_tier(request: Mapping[str, object]) -> None:
    """The enum of `serviceTier`, in any case."""
    tier = request.get("serviceTier")
    if tier is not None and _plain(tier) not in TIERS:
        kind = "type.googleapis.com/google.ai.generativelanguage.v1beta.ServiceTier"
        raise invalid(f"Invalid value at 'service_tier' ({kind}), \"{tier}\"")


def served_tier(asked: object, *, hurries: bool = True) -> str:
    """`hurries`: whoever asks pays for priority."""
    tier = _plain(asked) if isinstance(asked, str) else STANDARD
    return STANDARD if tier not in TRAFFIC or (tier == "priority" and not hurries) else tier


def _plain(tier: object) -> str:
    return str(tier).lower().removeprefix("service_tier_")
