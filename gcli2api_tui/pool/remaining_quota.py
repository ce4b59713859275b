"""How many requests for a model the pool still has today. Known only if it is for every credential that may serve it.

In: credential states. Out: sums, or None. Pure. What counts is what Google said and what the person set; assumed
limits do not. Requests that are running count as made, so what is left is never overstated.
"""

from collections.abc import Iterable

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.budget import Cooldown
from gcli2api_tui.pool.credential_state import PooledCredential
from gcli2api_tui.pool.ports import RemainingQuota


def remaining_quota(suitable: Iterable[PooledCredential], model: str, now: float) -> RemainingQuota | None:
    """`suitable` are those whose backend fits. Those that draw on one count are summed up once."""
    known: dict[int, RemainingQuota] = {}
    for pooled in suitable:
        if not pooled.in_rotation() or not pooled.allows(model):
            continue
        own = _of(pooled, model, now)
        if own is None:
            return None
        shared = known.setdefault(id(pooled.tallies), own)
        if own.remaining > shared.remaining:
            known[id(pooled.tallies)] = own
    return _summed(list(known.values()))


def _summed(parts: list[RemainingQuota]) -> RemainingQuota | None:
    if not parts:
        return None
    limit, remaining = sum(part.limit for part in parts), sum(part.remaining for part in parts)
    return RemainingQuota(limit, remaining, max(part.resets_in_s for part in parts))


def _of(pooled: PooledCredential, model: str, now: float) -> RemainingQuota | None:
    """The tighter of Google's limit for the model and the person's for the credential."""
    own, tally = pooled.credential.settings.daily_limit, pooled.tallies.get(model)
    if own is None and (tally is None or tally.limit is None):
        return None
    pooled.roll(now)
    limits, left, end = [], [], pooled.resets_at(now)
    if own is not None:
        limits.append(own)
        left.append(own - pooled.used())
    if tally is not None and tally.limit is not None:
        limits.append(tally.limit)
        left.append(tally.limit - tally.requests)
        if tally.remaining is not None:
            left.append(int(tally.remaining * tally.limit))
        end = quota.ends_at(tally, pooled.credential.kind, now)
    if gone := _gone(pooled, model, now):
        left, end = [0], max(gone.until, end or 0.0)
    # A window without an end has not begun: all of it is there.
    return RemainingQuota(min(limits), max(0, min(left) - pooled.in_flight), max(0.0, (end or now) - now))


def _gone(pooled: PooledCredential, model: str, now: float) -> Cooldown | None:
    """Google has said so, whatever was counted here: other programs may use the credential too."""
    rest = pooled.cooldown_of(model)
    return rest if rest is not None and rest.until > now and rest.kind is FaultKind.DAILY else None
