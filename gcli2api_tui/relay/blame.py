"""Whose fault a refusal is, over all attempts of one request. Pure; the policy asks, the exchange tells the pool.

In: refusals and what the request names. Out: each as what it is for this request, and who is to blame when the request
is over. Invariants: a refusal without a known reason takes nobody out where the request names a thing, nor where a
second credential was refused with the same status and none served.
"""

from collections.abc import Sequence

from gcli2api_tui.events.problems import WAY_OUT, FaultKind, Proof, UpstreamFault
from gcli2api_tui.pool.cooldown import PERSON
from gcli2api_tui.relay.attempt import Failed

_DOUBTFUL = PERSON | {FaultKind.MODEL}


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
