"""Google's finish reasons, sorted by what they mean to a client; each dialect has its own words for them."""

from gcli2api_tui.gemini.pieces import BlockedPiece

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
    }
)
MALFORMED = frozenset({"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"})
"""The model made a call that nobody can read."""
NOT_YET = frozenset({"", "CONTINUATION"})
"""No end: an answer that stops here was cut."""


def refusal_words(blocked: BlockedPiece) -> str:
    """The sentence for a prompt that Google refused."""
    said = f": {blocked.message}" if blocked.message else "."
    return f"Google refused this prompt ({blocked.reason}){said}"
