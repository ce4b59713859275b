"""Which of the credentials that may be asked is asked. Pure: credential states in, one of them and the reason out.

Quota-aware: the share of the day that is left × weight ÷ (1 + in flight), times how long it has waited for its turn;
so equals take turns, and more quota makes turns come sooner, but a fresh credential never gets everything. Round robin:
least recently used. Fill first: the oldest until it rests. Soonest reset: what is lost first is used first, by quota
where several are lost at once. An overloaded model makes a credential last choice.
"""

import heapq
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.budget import FOREVER
from gcli2api_tui.pool.credential_state import PooledCredential


class Rank(NamedTuple):
    """The lowest band is first; in one band score × turns waited, then the score, then who has waited longer."""

    band: tuple[float, ...]
    score: float
    until: float = FOREVER
    """When time alone makes it another one."""


Key = tuple[float, ...]
Order = Callable[[PooledCredential, str, float], Rank]
"""(pooled credential, model, now) → its rank for the model."""

AT_ONCE_S = 60.0
"""Resets within one such span count as one: of what is lost at the same time nothing is used up first."""

LIMIT_UNKNOWN = say("why.limit_unknown")


def quota_aware(pooled: PooledCredential, model: str, now: float) -> Rank:
    busy = 1 + pooled.in_flight + pooled.elsewhere
    return Rank((), pooled.left(model) * pooled.credential.settings.weight / busy)


def round_robin(pooled: PooledCredential, model: str, now: float) -> Rank:
    return Rank((), 0.0)


def fill_first(pooled: PooledCredential, model: str, now: float) -> Rank:
    return Rank((pooled.credential.created_at,), 0.0)


def soonest_reset(pooled: PooledCredential, model: str, now: float) -> Rank:
    """Who has nothing left comes last; and before them who has begun no day, for using it would begin one."""
    resets_at = pooled.day_ends_at(model, now)
    place = FOREVER if resets_at is None else resets_at // AT_ONCE_S
    score = quota_aware(pooled, model, now).score
    return Rank((float(pooled.left(model) <= 0), place), score, FOREVER if resets_at is None else resets_at)


ORDERS: Mapping[str, Order] = {
    "quota-aware": quota_aware,
    "round-robin": round_robin,
    "fill-first": fill_first,
    "soonest-reset": soonest_reset,
}


def rank(order: Order, pooled: PooledCredential, model: str, now: float) -> Rank:
    """The order's, behind whether the model is overloaded there."""
    band, score, until = order(pooled, model, now)
    crowded_until = pooled.crowded.get(model, 0.0)
    if crowded_until > now:
        return Rank((1.0, *band), score, min(until, crowded_until))
    return Rank((0.0, *band), score, until)


def key(rank: Rank, last_lease: int, turn: int) -> Key:
    """The smallest of one turn is first."""
    return *rank.band, -rank.score * (turn - last_lease), -rank.score, last_lease


def ranked(
    members: Collection[PooledCredential], order: Order, model: str, turn: int, now: float, most: int
) -> list[PooledCredential]:
    """Best first, at `most` so many; ready_index.py finds the first one without a walk."""
    return heapq.nsmallest(most, members, key=lambda one: key(rank(order, one, model, now), one.last_lease, turn))


def reason(chosen: PooledCredential, model: str, ready: int, strategy: str) -> Message:
    """The sentence for "why this one"."""
    limit, _ = chosen.limit()
    used = _used(chosen.used(), limit)
    if ready == 1:
        return say("why.only_one", used=used)
    if strategy == "round-robin":
        return say("why.next_in_turn", ready=ready, used=used)
    if strategy == "fill-first":
        return say("why.filled_first", ready=ready, used=used)
    if strategy == "soonest-reset":
        return say("why.resets_soonest", ready=ready, used=used)
    left = LIMIT_UNKNOWN if limit is None else say("why.left", left=f"{chosen.left(model):.0%}")
    return say("why.by_quota", ready=ready, left=left, used=used, busy=chosen.in_flight)


def _used(used: int, limit: int | None) -> Message:
    return say("why.used", used=used) if limit is None else say("why.used_of", used=used, limit=limit)
