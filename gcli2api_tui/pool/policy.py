"""Which of the credentials that may be asked is asked. Pure: standings in, one of them and the reason out.

Quota-aware: the share of the day that is left × weight ÷ (1 + in flight), times how long it has waited for its turn;
so equals take turns, and more quota makes turns come sooner, but a fresh credential never gets everything. Round robin:
least recently used. Fill first: the oldest until it rests. An overloaded model makes a credential last choice.
"""

from collections.abc import Callable, Iterable, Mapping

from gcli2api_tui.pool.standing import Standing

Key = tuple[float, ...]
Order = Callable[[Standing, str, int], Key]
"""(standing, model, number of the next lease) → what the smallest of wins."""

LEAN = 0.25
"""A conversation leaves its credential when another has so much more of its day left."""

BUSIER = 3
"""… or when another has so many fewer requests in flight."""


def quota_aware(standing: Standing, model: str, turn: int) -> Key:
    score = standing.left(model) * standing.credential.settings.weight / (1 + standing.in_flight)
    return -score * (turn - standing.last_lease), -score, standing.last_lease


def round_robin(standing: Standing, model: str, turn: int) -> Key:
    return (standing.last_lease,)


def fill_first(standing: Standing, model: str, turn: int) -> Key:
    return standing.credential.created_at, standing.last_lease


ORDERS: Mapping[str, Order] = {"quota-aware": quota_aware, "round-robin": round_robin, "fill-first": fill_first}


def ranked(standings: Iterable[Standing], order: Order, model: str, turn: int, now: float) -> list[Standing]:
    """Best first."""
    return sorted(standings, key=_key(order, model, turn, now))


def best(standings: Iterable[Standing], order: Order, model: str, turn: int, now: float) -> Standing:
    """The first of `ranked`, in linear time."""
    return min(standings, key=_key(order, model, turn, now))


def _key(order: Order, model: str, turn: int, now: float) -> Callable[[Standing], Key]:
    def key(one: Standing) -> Key:
        crowded = one.crowded and one.crowded.get(model, 0.0) > now
        return (1.0 if crowded else 0.0, *order(one, model, turn))

    return key


def unfit(bound: Standing, chosen: Standing, model: str, now: float) -> str:
    """Why a conversation should not stay on `bound` though it is ready; "" when it should."""
    if bound is chosen:
        return ""
    if bound.crowded.get(model, 0.0) > now:
        return "is overloaded"
    if bound.in_flight > chosen.in_flight + BUSIER:
        return "is busy"
    return "has less quota left" if bound.left(model) < chosen.left(model) - LEAN else ""


def reason(chosen: Standing, model: str, ready: int, strategy: str) -> str:
    """The sentence for "why this one"."""
    limit, _ = chosen.limit()
    used = f"{chosen.used()} of {limit} used" if limit is not None else f"{chosen.used()} used"
    if ready == 1:
        return f"the only one ready ({used})"
    if strategy == "round-robin":
        return f"next in turn of {ready} ready ({used})"
    if strategy == "fill-first":
        return f"first of {ready} ready, filled before the next ({used})"
    left = f"{chosen.left(model):.0%} left, " if limit is not None else "limit unknown, "
    return f"its turn by quota among {ready} ready ({left}{used}, {chosen.in_flight} in flight)"
