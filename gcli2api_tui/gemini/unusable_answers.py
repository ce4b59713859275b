"""Answers that have ended and are none: what a client cannot be given, and why.

In: the stream parts of a complete answer. Out: a fault that is worth another attempt, or None. Pure.
"""

from collections.abc import Sequence

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.finish_reasons import MALFORMED, unknown
from gcli2api_tui.gemini.stream_parts import BlobPart, BlockedPart, CallPart, EndPart, StreamPart, TextPart
from gcli2api_tui.messages.message import Message, say

DIVERGED = "DIVERGED"
"""Why a fault is one that asking again does not mend."""


def unusable(parts: Sequence[StreamPart]) -> UpstreamFault | None:
    """Why a complete answer cannot be given to the client; None when it can."""
    ends = [part for part in parts if isinstance(part, EndPart)]
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
    return bool(ends) and set(ends) == {"STOP"}


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
