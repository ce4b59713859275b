"""How an answer of Google's ended, for a client: the sorting that all dialects share, and the words of a refusal.

In: Google's finish reason and whether there was content. Out: one of four ways to end, for which each dialect has its
own words, or a fault.
"""

from enum import Enum

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.finish_reasons import FILTERED, LENGTH, MALFORMED, unknown
from gcli2api_tui.gemini.stream_parts import BlockedPart
from gcli2api_tui.messages.message import Message, say


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
    if not reason:
        raise _fault(say("google.cut") if content else say("google.sent_empty"))
    if reason in MALFORMED:
        raise _fault(say("google.unreadable", reason=reason))
    if unknown(reason) and not content:
        raise _fault(say("google.unknown_reason_here", reason=reason))
    if reason in LENGTH:
        return Ending.LENGTH
    if reason in FILTERED or unknown(reason) or (reason != "STOP" and not content):
        return Ending.FILTERED
    return Ending.DONE


def _fault(message: Message) -> UpstreamFault:
    return UpstreamFault(FaultKind.PROTOCOL, message, way_out=say("try_again"))


def refusal_words(blocked: BlockedPart) -> Message:
    """The sentence for a prompt that Google refused."""
    if blocked.message:
        return say("google.prompt_refused_with", reason=blocked.reason, said=blocked.message)
    return say("google.prompt_refused", reason=blocked.reason)
