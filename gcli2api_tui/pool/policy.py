"""Which of the credentials that may be asked is asked. Pure: standings in, one of them and the reason out.

Least used: fewest in flight, then the smallest share of the day in steps of 5 %, then least recently used. Round
robin: least recently used. Fill first: the oldest until it rests. An overloaded model makes a credential last choice.
"""

from collections.abc import Callable, Iterable, Mapping

from gcli2api_tui.pool.standing import Standing

Key = tuple[float, ...]
Order = Callable[[Standing], Key]

STEPS = 20
"""Coarse on purpose: a new credential joins by turns instead of getting everything until it has caught up."""


def least_used(standing: Standing) -> Key:
    weight = standing.credential.settings.weight
    return standing.in_flight / weight, int(standing.share() * STEPS / weight), standing.last_lease


def round_robin(standing: Standing) -> Key:
    return (standing.last_lease,)


def fill_first(standing: Standing) -> Key:
    return standing.credential.created_at, standing.last_lease


ORDERS: Mapping[str, Order] = {"least-used": least_used, "round-robin": round_robin, "fill-first": fill_first}


def ranked(standings: Iterable[Standing], order: Order, model: str, now: float) -> list[Standing]:
    """Best first."""
    return sorted(standings, key=lambda one: (one.crowded.get(model, 0.0) > now, order(one)))


def best(standings: Iterable[Standing], order: Order, model: str, now: float) -> Standing:
    """The first of `ranked`, in linear time."""
    return min(standings, key=lambda one: (one.crowded.get(model, 0.0) > now, order(one)))


def reason(chosen: Standing, ready: int, strategy: str) -> str:
    """The sentence for "why this one"."""
    limit, _ = chosen.limit()
    used = f"{chosen.used()} of {limit} used" if limit is not None else f"{chosen.used()} used"
    if ready == 1:
        return f"the only one ready ({used})"
    if strategy == "round-robin":
        return f"next in turn of {ready} ready ({used})"
    if strategy == "fill-first":
        return f"first of {ready} ready, filled before the next ({used})"
    return f"least used of {ready} ready ({used}, {chosen.in_flight} in flight)"
