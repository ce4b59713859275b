"""What a credential has used of each model's day, the tightest first. Pure.

In: a credential's state, rolled to `now`. Out: rows. Only models that were asked for today are told: what Google says
of others is no news to anybody. The person's own limit holds for all models together and is a row of its own.
"""

from collections.abc import Iterable

from gcli2api_tui.credentials.credential import Kind
from gcli2api_tui.ledger.credential_rows import LimitSource, ModelUse
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.burn_rate import forecast
from gcli2api_tui.pool.credential_state import PooledCredential
from gcli2api_tui.pool.quota import Tally


def model_uses(pooled: PooledCredential, now: float) -> tuple[ModelUse, ...]:
    """Call `pooled.roll(now)` first."""
    uses = [_use(pooled, model, tally, now) for model, tally in pooled.tallies.items() if tally.requests]
    own = pooled.credential.settings.daily_limit
    if own is not None:
        uses.append(_all(pooled, own, now))
    return tuple(sorted(uses, key=_tightest_first))


def _tightest_first(use: ModelUse) -> tuple[float, float, int, str]:
    return float(use.gone is None), -(use.gone or 0.0), -use.used, use.model


def _use(pooled: PooledCredential, model: str, tally: Tally, now: float) -> ModelUse:
    limit, source = _limit(pooled, tally)
    gone = [tally.requests / limit] if limit else []
    told = [] if tally.remaining is None else [1 - tally.remaining]
    left = max(0.0, 1 - max(gone + told)) * limit if limit else None
    pace = pooled.budget.paces.get(model)
    ends_at = quota.ends_at(tally, pooled.credential.kind, now)
    seen = forecast(pace.per_hour(now) if pace else None, left, ends_at, now)
    return ModelUse(
        model, tally.requests, limit, source, ends_at, tally.remaining, tally.asked_at,
        seen.outlook, seen.per_hour, seen.out_at,
    )  # fmt: skip


def _limit(pooled: PooledCredential, tally: Tally) -> tuple[int | None, LimitSource]:
    """What a 429 or Google told of the model; else what an account's tier allows, which is assumed to be each's."""
    if tally.limit is not None:
        return tally.limit, tally.limit_source
    if pooled.credential.kind is not Kind.OAUTH:
        return None, ""
    of_tier = quota.OF_TIER.get(pooled.credential.tier)
    return (of_tier, "tier") if of_tier else (quota.ASSUMED, "assumed")


def _all(pooled: PooledCredential, own: int, now: float) -> ModelUse:
    ends_at, used = pooled.resets_at(now), pooled.used()
    seen = forecast(pooled.budget.burn_rate.per_hour(now), float(max(0, own - used)), ends_at, now)
    return ModelUse(
        "", used, own, "setting", ends_at, outlook=seen.outlook, pace_per_hour=seen.per_hour, out_at=seen.out_at
    )


def most_asked(members: Iterable[PooledCredential], most: int) -> tuple[str, ...]:
    """The models that were asked for most today, over all."""
    counts: dict[str, int] = {}
    for one in members:
        for model, tally in one.tallies.items():
            if tally.requests:
                counts[model] = counts.get(model, 0) + tally.requests
    return tuple(sorted(counts, key=lambda model: (-counts[model], model))[:most])
