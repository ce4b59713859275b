"""Which of the credentials that may be asked is asked. Pure: credential states in, one of them and the reason out.

Quota-aware: the share of the day that is left × weight ÷ (1 + in flight), times how long it has waited for its turn;
so equals take turns, and more quota makes turns come sooner, but a fresh credential never gets everything. Round robin:
least recently used. Fill first: the oldest until it rests. Soonest reset: what is lost first is used first, by quota
where several are lost at once. An overloaded model makes a credential last choice.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping

from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.budget import FOREVER
from gcli2api_tui.pool.credential_state import PooledCredential

Key = tuple[float, ...]
Order = Callable[[PooledCredential, str, int, float], Key]
"""(pooled credential, model, number of the next lease, now) → what the smallest of wins."""

AT_ONCE_S = 60.0
"""Resets within one such span count as one: of what is lost at the same time nothing is used up first."""

LIMIT_UNKNOWN = say("why.limit_unknown")


def quota_aware(pooled: PooledCredential, model: str, turn: int, now: float) -> Key:
    score = pooled.left(model) * pooled.credential.settings.weight / (1 + pooled.in_flight + pooled.elsewhere)
    return -score * (turn - pooled.last_lease), -score, pooled.last_lease


def round_robin(pooled: PooledCredential, model: str, turn: int, now: float) -> Key:
    return (pooled.last_lease,)


def fill_first(pooled: PooledCredential, model: str, turn: int, now: float) -> Key:
    return pooled.credential.created_at, pooled.last_lease


def soonest_reset(pooled: PooledCredential, model: str, turn: int, now: float) -> Key:
    """Who has nothing left comes last; and before them who has begun no day, for using it would begin one."""
    resets_at = pooled.day_ends_at(model, now)
    place = FOREVER if resets_at is None else resets_at // AT_ONCE_S
    return float(pooled.left(model) <= 0), place, *quota_aware(pooled, model, turn, now)


ORDERS: Mapping[str, Order] = {
    "quota-aware": quota_aware,
    "round-robin": round_robin,
    "fill-first": fill_first,
    "soonest-reset": soonest_reset,
}


def ranked(
    members: Collection[PooledCredential], order: Order, model: str, turn: int, now: float, most: int
) -> list[PooledCredential]:
    """Best first, at `most` so many."""
    return heapq.nsmallest(most, members, key=_key(order, model, turn, now))


def best(members: Iterable[PooledCredential], order: Order, model: str, turn: int, now: float) -> PooledCredential:
    """The first of `ranked`, in linear time."""
    return min(members, key=_key(order, model, turn, now))


def _key(order: Order, model: str, turn: int, now: float) -> Callable[[PooledCredential], Key]:
    def key(one: PooledCredential) -> Key:
        crowded = one.crowded and one.crowded.get(model, 0.0) > now
        return (1.0 if crowded else 0.0, *order(one, model, turn, now))

    return key


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
