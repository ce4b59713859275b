"""How long something rests after a fault. Pure: a fault and its history in, a time out.

Google's hint is obeyed and capped at the bucket's known reset (hints that outlive the reset lock good credentials for
days). Without a hint the time is guessed: 1 s · 2ⁿ with jitter, at most 30 minutes; those for a spent day.
"""

from collections.abc import Callable

from gcli2api_tui.events.problems import FaultKind, UpstreamFault

LONGEST_GUESS_S = 1800.0
LONGEST_HINT_S = 86_400.0
"""Where no reset is known: no quota of Google's is longer than a day."""

MODEL_S = 86_400.0
"""Not entitled to a model: asked again a day later."""

PROBE_S = 1200.0
"""A day's rest lets one request through this often, so that an early reset is noticed."""

CROWDED_S = 30.0
"""Longest that an overloaded model makes a credential less wanted."""

PERSON = frozenset(
    {
        FaultKind.AUTH,
        FaultKind.NEEDS_LOGIN,
        FaultKind.TERMS,
        FaultKind.TIER,
        FaultKind.VALIDATION,
        FaultKind.PROJECT,
        FaultKind.FORBIDDEN,
    }
)
"""The whole credential stands still until a person acts; no timer. AUTH is reported only after a failed renewal."""

COOLING = frozenset({FaultKind.RATE, FaultKind.DAILY, FaultKind.MODEL})
"""One model of one credential rests. All other kinds never cool anything."""


def until(
    fault: UpstreamFault, failures: int, now: float, resets_at: float | None, jitter: Callable[[], float]
) -> float:
    """When to come back. `failures` counts guesses in a row before this one, `jitter` gives 0..1."""
    latest = resets_at if resets_at is not None and resets_at > now else now + LONGEST_HINT_S
    if fault.kind is FaultKind.MODEL:
        return now + MODEL_S
    if fault.hint_s is not None and fault.hint_s > 0:
        return min(now + fault.hint_s, latest)
    if fault.kind is FaultKind.DAILY and resets_at is not None:
        return latest
    # A spent day, or money that is gone, without a known end: nothing comes back within seconds.
    span = LONGEST_GUESS_S if fault.kind is FaultKind.DAILY else guess_s(failures, jitter)
    return min(now + span, latest)


def guess_s(failures: int, jitter: Callable[[], float]) -> float:
    """1 s · 2ⁿ, the upper half of it at random."""
    longest = min(2.0 ** min(failures, 20), LONGEST_GUESS_S)
    return longest * (0.5 + jitter() / 2)


def guessed(fault: UpstreamFault, resets_at: float | None) -> bool:
    """Whether `until` had nothing to go by."""
    if fault.kind is FaultKind.MODEL or (fault.hint_s is not None and fault.hint_s > 0):
        return False
    return fault.kind is FaultKind.RATE or resets_at is None


DOUBTED_S = 3600.0
"""How long an account that Google limits is less wanted for a model."""


def crowded_s(fault: UpstreamFault) -> float:
    """How long an overloaded model makes this credential less wanted; it is never a reason to refuse."""
    return min(fault.hint_s or 5.0, CROWDED_S)
