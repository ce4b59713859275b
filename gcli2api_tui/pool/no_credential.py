"""Why nothing can be leased, in words, with the true waiting time. Pure."""

from collections.abc import Collection, Sequence

from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.pool.budget import FOREVER
from gcli2api_tui.pool.credential_state import PooledCredential

ADD = "Press a in the panel, or run `gcli2api-tui creds add-key`."
SOON_S = 1.0
"""For places that free up when a running request ends."""


def no_credential(
    suitable: Sequence[PooledCredential], model: str, now: float, tried: Collection[CredentialId] = ()
) -> NoCredential | ClientFault:
    """`suitable` are those whose backend fits, tried ones included. A ClientFault when nobody has the model at all."""
    if not suitable:
        return NoCredential(f"There is no credential for {model} yet.", way_out=ADD)
    waiting = [pooled for pooled in suitable if pooled.in_rotation() and pooled.allows(model)]
    if not waiting:
        return _person_needed(suitable, model)
    times = [pooled.free_at(model, now) for pooled in waiting]
    first = min(times)
    if first == FOREVER:
        return NoCredential("The daily limits you set are 0.", way_out="Raise them on the Credentials tab.")
    wait_s = max(first - now, SOON_S)
    if first <= now:
        return _taken(waiting, model, now, tried)
    if all(_cooldown_for(FaultKind.MODEL, pooled, model) and not pooled.spent() for pooled in waiting):
        # Waiting is no advice here, and no credential is at fault.
        cooldown = waiting[0].cooldown_of(model)
        return ClientFault(
            f"Google does not serve {model} to {_all(waiting)}: {cooldown.message if cooldown else ''}",
            param="model",
            status=404,
            code="model_not_found",
            way_out="Choose another model, or add a credential that is entitled to this one.",
        )
    daily = all(pooled.spent() or _cooldown_for(FaultKind.DAILY, pooled, model) for pooled in waiting)
    what = "The day's quota of" if daily else "The rate limit of"
    return NoCredential(
        f"{what} {_all(waiting)} is used up for {model}; the first is back in {span(wait_s)}.",
        retry_after_s=wait_s,
        daily=daily,
        way_out="Add another credential to go on now.",
    )


def _taken(
    waiting: Sequence[PooledCredential], model: str, now: float, tried: Collection[CredentialId]
) -> NoCredential:
    """Places free up; but what was just tried is no better in a moment, and no waiting time is known."""
    free = [pooled for pooled in waiting if pooled.free_at(model, now) <= now]
    if all(pooled.credential.id in tried for pooled in free):
        return NoCredential(f"Every credential for {model} was just tried.")
    return NoCredential(f"Every credential for {model} is busy.", retry_after_s=SOON_S)


def _cooldown_for(kind: FaultKind, pooled: PooledCredential, model: str) -> bool:
    cooldown = pooled.cooldown_of(model)
    return cooldown is not None and cooldown.kind is kind


def _person_needed(suitable: Sequence[PooledCredential], model: str) -> NoCredential:
    if all(pooled.mark and pooled.mark.until < FOREVER for pooled in suitable):
        why = "is refused where this server stands (its country or address); it is asked again every few minutes"
    elif all(pooled.mark for pooled in suitable):
        why = "needs you: a new sign-in or key, or a step at Google's side"
    elif not any(pooled.credential.settings.enabled for pooled in suitable):
        why = "is switched off"
    else:
        why = f"is switched off, needs you, or is not allowed to serve {model}"
    return NoCredential(
        f"The pool cannot serve: {_all(suitable)} {why}.", way_out=f"The Credentials tab says more. {ADD}"
    )


def _all(members: Sequence[PooledCredential]) -> str:
    return "the only credential" if len(members) == 1 else f"each of {len(members)} credentials"


def span(seconds: float) -> str:
    """`47 s`, `12 min`, `8 h 44 min`."""
    whole = int(seconds + 0.999)
    if whole < 120:
        return f"{whole} s"
    minutes = -(-whole // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
