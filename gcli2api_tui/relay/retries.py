"""When Google is in trouble: what may be tried again, after which pause, and when enough was tried. Pure tables."""

from collections.abc import Sequence

from gcli2api_tui.events.problems import TOO_LARGE, FaultKind, UpstreamFault
from gcli2api_tui.relay.attempt import Failed

RETRYABLE = frozenset({FaultKind.CAPACITY, FaultKind.SERVER, FaultKind.NETWORK, FaultKind.TIMEOUT, FaultKind.PROTOCOL})
"""Nobody's fault: the same credential may be tried again when there is no other."""
RATE_LIMITS = frozenset({FaultKind.RATE, FaultKind.DAILY})

_LONGEST_PAUSE_S = 1.0


def is_hopeless(fault: UpstreamFault) -> bool:
    """Whether every other attempt would end in the same way."""
    return fault.kind is FaultKind.CLIENT or fault.code == TOO_LARGE


def retries_exhausted(troubles: Sequence[FaultKind], attempts: int) -> bool:
    """Whether Google was in trouble often enough. A timeout has cost minutes already: tried once more, not thrice."""
    return len(troubles) >= attempts or troubles.count(FaultKind.TIMEOUT) > 1


def pause_s(fault: UpstreamFault, troubles: int) -> float:
    """How long to wait before the next attempt: briefly where Google is in trouble, not at all elsewhere."""
    if fault.kind not in RETRYABLE or fault.kind is FaultKind.PROTOCOL:
        return 0.0
    return min(_LONGEST_PAUSE_S, 0.125 * 2.0**troubles)


def whole_is_better(failed: Sequence[Failed]) -> bool:
    """Whether streaming itself may be what fails: the stream broke off or was empty, or the network failed twice."""
    fault = failed[-1].fault
    if fault.kind is FaultKind.NETWORK:
        return len(failed) > 1 and failed[-2].fault.kind is FaultKind.NETWORK
    return fault.kind is FaultKind.PROTOCOL and not fault.reason
