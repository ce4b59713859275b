"""Why nothing can be leased, in words, with the true waiting time. Pure."""

from collections.abc import Collection, Sequence

from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message, joined, say, span
from gcli2api_tui.pool.credential_state import FOREVER, PooledCredential
from gcli2api_tui.pool.ports import ALL, ANY, Group, Ids

ADD = say("pool.add")
SOON_S = 1.0
"""For places that free up when a running request ends."""


def no_credential(
    suitable: Sequence[PooledCredential],
    model: str,
    now: float,
    tried: Ids = (),
    only: CredentialId = ANY,
    *,
    known: bool = False,
    group: Group = ALL,
) -> NoCredential | ClientFault:
    """`suitable` are those whose backend fits, tried ones included. A ClientFault when nobody has the model at all.

    `known`: the only one is in the pool, whatever its backend. `group`: those that the client's key may use.
    """
    if not suitable:
        return _none_fits(model, only, known=known, group=group)
    waiting = [pooled for pooled in suitable if pooled.in_rotation() and pooled.allows(model)]
    whom = say("pool.bound_one") if only else say("pool.each_of", n=len(waiting or suitable))
    if not waiting:
        return _person_needed(suitable, model, whom)
    times = [pooled.free_at(model, now) for pooled in waiting]
    first = min(times)
    if first == FOREVER:
        return NoCredential(say("pool.limits_are_0"), way_out=say("pool.raise_limits"))
    wait_s = max(first - now, SOON_S)
    if first <= now:
        return _taken(waiting, model, now, tried)
    if all(_cooldown_for(FaultKind.MODEL, pooled, model) and not pooled.spent() for pooled in waiting):
        return _not_served(waiting[0], model, whom)
    daily = all(pooled.spent() or _cooldown_for(FaultKind.DAILY, pooled, model) for pooled in waiting)
    what = "pool.day_used_up" if daily else "pool.rate_used_up"
    return NoCredential(
        say(what, whom=whom, model=model, span=span(wait_s)),
        retry_after_s=wait_s,
        daily=daily,
        way_out=say("pool.begin_anew" if only else "pool.add_to_go_on"),
    )


def why_not(bound: PooledCredential | None, model: str, tried: Collection[CredentialId], now: float) -> Message:
    """Why a conversation cannot go on where it was."""
    if bound is None or not bound.in_rotation() or not bound.allows(model):
        return say("pool.is_out")
    if bound.credential.id in tried:
        return say("pool.was_tried")
    return say("pool.rests") if bound.free_at(model, now) > now else say("pool.is_busy")


def _none_fits(model: str, only: CredentialId, *, known: bool, group: Group) -> NoCredential:
    if only and known:
        return NoCredential(say("pool.other_kind", model=model), way_out=say("pool.choose_another_model"))
    if only:
        return NoCredential(say("pool.bound_is_gone"), way_out=say("pool.begin_anew"))
    if group is not None:
        return NoCredential(say("pool.none_of_group", model=model), way_out=say("clients.ask_owner"))
    return NoCredential(say("pool.none_yet", model=model), way_out=ADD)


def _not_served(first: PooledCredential, model: str, whom: Message) -> ClientFault:
    """Waiting is no advice here, and no credential is at fault."""
    cooldown = first.cooldown_of(model)
    return ClientFault(
        say("pool.not_served", model=model, whom=whom, said=cooldown.message if cooldown else ""),
        param="model",
        status=404,
        code="model_not_found",
        way_out=say("pool.choose_another_model"),
    )


def _taken(waiting: Sequence[PooledCredential], model: str, now: float, tried: Ids) -> NoCredential:
    """Places free up; but what was just tried is no better in a moment, and no waiting time is known."""
    free = [pooled for pooled in waiting if pooled.free_at(model, now) <= now]
    if all(pooled.credential.id in tried for pooled in free):
        return NoCredential(say("pool.all_tried", model=model))
    return NoCredential(say("pool.all_busy", model=model), retry_after_s=SOON_S)


def _cooldown_for(kind: FaultKind, pooled: PooledCredential, model: str) -> bool:
    cooldown = pooled.cooldown_of(model)
    return cooldown is not None and cooldown.kind is kind


def _person_needed(suitable: Sequence[PooledCredential], model: str, whom: Message) -> NoCredential:
    if all(pooled.mark and pooled.mark.until < FOREVER for pooled in suitable):
        why = "pool.refused_here"
    elif all(pooled.mark for pooled in suitable):
        why = "pool.needs_you"
    elif not any(pooled.credential.settings.enabled for pooled in suitable):
        why = "pool.is_off"
    else:
        why = "pool.none_may"
    return NoCredential(say(why, whom=whom, model=model), way_out=joined(say("pool.tab_says_more"), ADD))
