"""What a fault of Google's means for a request: may it be tried again, after which pause, and whose fault it is. Pure.

In: faults, and who met them. Out: what the policy goes by. Invariants: a refusal without a known reason takes nobody
out where the request names a thing, nor where a second credential was refused with the same status and none served.
"""

from collections.abc import Mapping, Sequence

from gcli2api_tui.events.problems import TOO_LARGE, WAY_OUT, FaultKind, Proof, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.finish_reasons import LIMITED_USE
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.pool.cooldowns import PERSON
from gcli2api_tui.relay.steps_and_outcomes import Answered, Failed, Served

RETRYABLE = frozenset({FaultKind.CAPACITY, FaultKind.SERVER, FaultKind.NETWORK, FaultKind.TIMEOUT, FaultKind.PROTOCOL})
"""Nobody's fault: the same credential may be tried again when there is no other."""
RATE_LIMITS = frozenset({FaultKind.RATE, FaultKind.DAILY})

_DOUBTFUL = PERSON | {FaultKind.MODEL}
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


def passed_over(failed: Sequence[Failed]) -> tuple[tuple[CredentialId, ...], ...]:
    """Who has failed; where nobody else is left, only who was to blame for it."""
    tried: dict[CredentialId, FaultKind] = {}
    for one in failed:
        key = one.attempt.lease.credential.id
        if key in tried:  # nobody else was left then: all that were not to blame have their turn again
            tried = _not_passing(tried)
        tried[key] = one.fault.kind
    both = tuple(tried), tuple(_not_passing(tried))
    return both if failed[-1].fault.kind in RETRYABLE else both[:1]


def _not_passing(tried: Mapping[CredentialId, FaultKind]) -> dict[CredentialId, FaultKind]:
    return {key: kind for key, kind in tried.items() if kind not in RETRYABLE}


def is_doubtful(fault: UpstreamFault) -> bool:
    """Whether it may be about a thing that the request names, and not about the credential."""
    return fault.proof is not Proof.KNOWN and fault.kind in _DOUBTFUL


def is_unheard(fault: UpstreamFault) -> bool:
    """In words never seen: whom they are about shows when the request is over."""
    return fault.proof is Proof.NONE and fault.kind in _DOUBTFUL


def about_a_thing(fault: UpstreamFault) -> UpstreamFault:
    """The same refusal, as one of this request."""
    kind = FaultKind.RESOURCE
    return UpstreamFault(
        kind, fault.message, status=fault.status, reason=fault.reason, link=fault.link, way_out=WAY_OUT[kind]
    )


def to_blame(failed: Sequence[Failed], *, served: bool) -> list[Failed]:
    """Whom the refusals in words never seen were about, now that the request is over.

    One that was served was well: then those who refused it did so for themselves.
    """
    unheard = [one for one in failed if is_unheard(one.fault)]
    return [one for one in unheard if served or not is_repeated(one.fault, unheard)]


def heard(failed: Sequence[Failed]) -> UpstreamFault | None:
    """What the client hears of them: of those about a thing the one that passes, before "not yours"; else the last."""
    about_things = [one.fault for one in failed if one.fault.kind is FaultKind.RESOURCE]
    if about_things:
        return min(about_things, key=lambda fault: fault.status != 400)
    last = failed[-1].fault if failed else None
    unheard = [one for one in failed if is_unheard(one.fault)]
    return about_a_thing(last) if last and is_repeated(last, unheard) else last


def is_repeated(fault: UpstreamFault, failed: Sequence[Failed]) -> bool:
    """Whether a second credential was refused in the same way."""
    alike = {one.attempt.lease.credential.id for one in failed if one.fault.status == fault.status}
    return fault.proof is Proof.NONE and len(alike) > 1


def doubt(outcome: Served) -> Message:
    """What Google said against the account by the way it ended an answer; empty for nothing."""
    reason = outcome.reason if isinstance(outcome, Answered) else ""
    return say("relay.limited", end=reason) if reason == LIMITED_USE else NOTHING
