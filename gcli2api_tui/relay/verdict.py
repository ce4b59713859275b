"""What to do after an attempt: pure decisions on faults and on answers that ended without being one.

Nothing here waits, counts or sends; the pump does.
"""

from collections.abc import Iterable, Sequence

from gcli2api_tui.events.problems import TOO_LARGE, FaultKind, UpstreamFault
from gcli2api_tui.gemini.finish_reasons import MALFORMED, unknown
from gcli2api_tui.gemini.stream_parts import BlobPart, BlockedPart, CallPart, EndPart, StreamPart, TextPart
from gcli2api_tui.messages.message import Message, say

BLAMELESS = frozenset({FaultKind.CAPACITY, FaultKind.SERVER, FaultKind.NETWORK, FaultKind.TIMEOUT, FaultKind.PROTOCOL})
"""Not the credential's fault: it may be tried again when there is no other."""

_LONGEST_PAUSE_S = 1.0


def is_hopeless(fault: UpstreamFault) -> bool:
    """Whether every other attempt would end in the same way."""
    return fault.kind is FaultKind.CLIENT or fault.code == TOO_LARGE


def given_up(troubles: Sequence[FaultKind], attempts: int) -> bool:
    """Whether Google was in trouble often enough. A timeout has cost minutes already: tried once more, not thrice."""
    return len(troubles) >= attempts or troubles.count(FaultKind.TIMEOUT) > 1


def pause_s(fault: UpstreamFault, troubles: int) -> float:
    """How long to wait before the next attempt: briefly where Google is in trouble, not at all elsewhere."""
    if fault.kind not in BLAMELESS or fault.kind is FaultKind.PROTOCOL:
        return 0.0
    return min(_LONGEST_PAUSE_S, 0.125 * 2.0**troubles)


def whole_is_better(fault: UpstreamFault, last: UpstreamFault | None) -> bool:
    """Whether streaming itself may be what fails: the stream broke off or was empty, or the network failed twice."""
    if fault.kind is FaultKind.NETWORK:
        return last is not None and last.kind is FaultKind.NETWORK
    return fault.kind is FaultKind.PROTOCOL and not fault.reason


def broken(parts: Iterable[StreamPart], *, empty_is_broken: bool) -> UpstreamFault | None:
    """Why a complete answer cannot be given to the client; None when it can."""
    ends, useful = [], False
    for part in parts:
        if isinstance(part, BlockedPart):
            return None
        if isinstance(part, EndPart):
            ends.append(part)
        useful = useful or isinstance(part, CallPart | BlobPart) or (isinstance(part, TextPart) and part.text != "")
    if not ends:
        return _protocol(say("google.ended_without_reason"))
    bad = next((end for end in ends if end.reason in MALFORMED), None)
    if bad:
        return _protocol(say("google.unreadable", reason=bad.reason), bad.reason)
    strange = next((end for end in ends if unknown(end.reason)), None)
    if strange and not useful:
        return _protocol(say("google.unknown_reason", reason=strange.reason), strange.reason)
    if empty_is_broken and not useful and all(end.reason == "STOP" for end in ends):
        return _protocol(say("google.empty"))
    return None


def _protocol(message: Message, reason: str = "") -> UpstreamFault:
    return UpstreamFault(FaultKind.PROTOCOL, message, reason=reason, way_out=say("try_again"))
