"""Google's finish reasons, sorted by what they mean: the one table for the relay and for every dialect.

Invariant: an answer is good only by a reason that is known to be good. One that nobody has heard of is refused before
content and ends like a filtered answer after it. Source: google-genai 3.6.1, enum FinishReason.
"""

FILTERED = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "LANGUAGE",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "MODEL_ARMOR",
        "ESCALATION",
        "PUP_LIMITED_DISABLED",
    }
)
"""Google withheld the answer or the rest of it."""
LIMITED_USE = "PUP_LIMITED_DISABLED"
"""Filtered because of who asks: Google has limited this account or project for breaches of its use policy."""
MISSING_SIGNATURE = "MISSING_THOUGHT_SIGNATURE"
"""The history lacks a signature: asked again with the bypass value, it is answered."""
MALFORMED = frozenset(
    {
        "MALFORMED_FUNCTION_CALL",
        "MALFORMED_RESPONSE",
        "UNEXPECTED_TOOL_CALL",
        "TOO_MANY_TOOL_CALLS",
        MISSING_SIGNATURE,
    }
)
"""What the model made cannot be used; another attempt may bring an answer."""
TO_BE_CONTINUED = "CONTINUATION"
"""A hop of a long answer: nothing is wrong with its text, and there would be more."""
LIMIT = "MAX_TOKENS"
"""As long as the client allowed."""
LENGTH = frozenset({LIMIT, TO_BE_CONTINUED})
"""Good as far as it goes."""
VAGUE = frozenset({"OTHER", "FINISH_REASON_UNSPECIFIED", "NO_IMAGE", "IMAGE_OTHER"})
"""Google has always had these; an answer with content that ends so is taken as it is."""
_KNOWN = FILTERED | MALFORMED | LENGTH | VAGUE | {"STOP"}


def unknown(reason: str) -> bool:
    """Whether nobody here has heard of it."""
    return bool(reason) and reason not in _KNOWN
