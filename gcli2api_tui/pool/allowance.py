"""How many requests for a model the pool still has today. Known only if it is for every credential that may serve it.

In: standings. Out: sums, or None. Pure. What counts is what Google said and what the person set; assumed limits do not.
Requests that are running count as made, so what is left is never overstated.
"""

from collections.abc import Iterable

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.budget import Rest
from gcli2api_tui.pool.ports import Allowance
from gcli2api_tui.pool.standing import Standing


def allowance(suitable: Iterable[Standing], model: str, now: float) -> Allowance | None:
    """`suitable` are those whose backend fits. Those that draw on one count are summed up once."""
    known: dict[int, Allowance] = {}
    for standing in suitable:
        if not standing.in_rotation() or not standing.allows(model):
            continue
        own = _of(standing, model, now)
        if own is None:
            return None
        shared = known.setdefault(id(standing.tallies), own)
        if own.remaining > shared.remaining:
            known[id(standing.tallies)] = own
    return _summed(list(known.values()))


def _summed(parts: list[Allowance]) -> Allowance | None:
    if not parts:
        return None
    limit, remaining = sum(part.limit for part in parts), sum(part.remaining for part in parts)
    return Allowance(limit, remaining, max(part.resets_in_s for part in parts))


def _of(standing: Standing, model: str, now: float) -> Allowance | None:
    """The tighter of Google's limit for the model and the person's for the credential."""
    own, tally = standing.credential.settings.daily_limit, standing.tallies.get(model)
    if own is None and (tally is None or tally.limit is None):
        return None
    standing.roll(now)
    limits, left, end = [], [], standing.resets_at(now)
    if own is not None:
        limits.append(own)
        left.append(own - standing.used())
    if tally is not None and tally.limit is not None:
        limits.append(tally.limit)
        left.append(tally.limit - tally.requests)
        if tally.remaining is not None:
            left.append(int(tally.remaining * tally.limit))
        end = quota.ends_at(tally, standing.credential.kind, now)
    if gone := _gone(standing, model, now):
        left, end = [0], max(gone.until, end or 0.0)
    # A window without an end has not begun: all of it is there.
    return Allowance(min(limits), max(0, min(left) - standing.in_flight), max(0.0, (end or now) - now))


def _gone(standing: Standing, model: str, now: float) -> Rest | None:
    """Google has said so, whatever was counted here: other programs may use the credential too."""
    rest = standing.rest_of(model)
    return rest if rest is not None and rest.until > now and rest.kind is FaultKind.DAILY else None
