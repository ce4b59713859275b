"""How an answer of Google's ended: its finish reasons, sorted, and what each means for the relay and for a client.

In: Google's word, or the stream parts of a whole answer. Out: one of three ways to end, for which each dialect has its
own words, or a fault that is worth another attempt. Invariant: an answer is good only by a reason that is known to be
good. One that nobody has heard of is refused before content, and ends like a filtered answer after it. Pure. Source:
google-genai 3.6.1, enum FinishReason.
"""

from collections.abc import Sequence
from enum import Enum

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.stream_parts import BlobPart, BlockedPart, CallPart, EndPart, StreamPart, TextPart
from gcli2api_tui.messages.message import Message, say

STOP = "STOP"
"""The usual end, and the only good one."""
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
_KNOWN = FILTERED | MALFORMED | LENGTH | VAGUE | {STOP}
DIVERGED = "DIVERGED"
"""Why a fault is one that asking again does not mend."""


def unknown(reason: str) -> bool:
    """Whether nobody here has heard of it."""
    return bool(reason) and reason not in _KNOWN


class Ending(Enum):
    """DONE is the only good one."""

    DONE = "done"
    LENGTH = "length"
    FILTERED = "filtered"


def ending(reason: str, *, content: bool) -> Ending:
    """How an answer ended that Google ended with `reason`; `content` says whether it holds any.

    Raises UpstreamFault(PROTOCOL) where it is no answer: cut, unreadable, or without content and ended for a reason
    that nobody knows.
    """
    if reason == STOP:
        return Ending.DONE
    if not reason:
        raise _protocol(say("google.cut") if content else say("google.sent_empty"))
    if reason in MALFORMED:
        raise _protocol(say("google.unreadable", reason=reason))
    if unknown(reason) and not content:
        raise _protocol(say("google.unknown_reason_here", reason=reason))
    if reason in LENGTH:
        return Ending.LENGTH
    if reason in FILTERED or unknown(reason) or not content:
        return Ending.FILTERED
    return Ending.DONE


def refusal_words(blocked: BlockedPart) -> Message:
    """The sentence for a prompt that Google refused."""
    if blocked.message:
        return say("google.prompt_refused_with", reason=blocked.reason, said=blocked.message)
    return say("google.prompt_refused", reason=blocked.reason)


def unusable(parts: Sequence[StreamPart]) -> UpstreamFault | None:
    """Why a complete answer cannot be given to the client; None when it can."""
    ends = [part for part in parts if isinstance(part, EndPart)]
    if ends and all(end.reason == STOP for end in ends):
        return None
    if any(isinstance(part, BlockedPart) for part in parts):
        return None
    if not ends:
        return _protocol(say("google.ended_without_reason"))
    bad = next((end for end in ends if end.reason in MALFORMED), None)
    if bad:
        return _protocol(say("google.unreadable", reason=bad.reason), bad.reason)
    strange = next((end for end in ends if unknown(end.reason)), None)
    if strange and not any(map(_useful, parts)):
        return _protocol(say("google.unknown_reason", reason=strange.reason), strange.reason)
    return None


def is_empty(parts: Sequence[StreamPart]) -> bool:
    """Whether a finished answer has nothing in it."""
    if any(isinstance(part, BlockedPart) or _useful(part) for part in parts):
        return False
    ends = [part.reason for part in parts if isinstance(part, EndPart)]
    return bool(ends) and set(ends) == {STOP}


def cut() -> UpstreamFault:
    """A stream that has ended behind content and never said how."""
    return _protocol(say("google.cut"))


def empty() -> UpstreamFault:
    """A finished answer with nothing in it."""
    return _protocol(say("google.empty"))


def went_on_differently() -> UpstreamFault:
    """A long answer that, resumed, did not say again what the client has of it already."""
    return _protocol(say("google.went_on_differently"), DIVERGED)


def _useful(part: StreamPart) -> bool:
    return isinstance(part, CallPart | BlobPart) or (isinstance(part, TextPart) and part.text != "")


def _protocol(message: Message, reason: str = "") -> UpstreamFault:
    return UpstreamFault(FaultKind.PROTOCOL, message, reason=reason, way_out=say("try_again"))
