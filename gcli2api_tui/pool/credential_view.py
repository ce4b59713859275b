"""A credential's state as people see it: a frozen record of one moment, without its secret, and its use by model. Pure.

In: a credential's state, rolled to `now`. Out: rows. Only models that were asked for today are told: what Google says
of others is no news to anybody. The person's own limit holds for all models together and is a row of its own.
"""

from collections.abc import Iterable

from gcli2api_tui.credentials.credential import Credential, Kind, OAuthTokens, shown_proxy
from gcli2api_tui.events.problems import NEW_KEY, WAY_OUT, FaultKind
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, LimitSource, ModelCooldown, ModelUse
from gcli2api_tui.messages.message import NOTHING, Message, say, sentences
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.credential_state import EVERY, FOREVER, STATE_OF_MARK, PooledCredential
from gcli2api_tui.pool.quota import Forecast, Tally, forecast, of_account
from gcli2api_tui.quick_dataclass import dataclass

NEARLY_OUT = 0.9
"""Share of the day's limit."""


@dataclass(frozen=True, slots=True)
class CredentialView:
    """All of a CredentialRow but the file's name, which the vault knows."""

    credential: Credential
    state: CredentialState
    why: Message
    in_flight: int
    used_today: int
    limit: int | None
    limit_source: LimitSource
    resets_at: float | None
    per_model: tuple[tuple[str, int], ...]
    cooldowns: tuple[ModelCooldown, ...]
    next_in_rotation: int
    last_ok_at: float | None
    last_error: Message
    google_remaining: float | None
    google_asked_at: float | None
    shares: str
    """The project, if others draw on the same quota."""
    forecast: Forecast
    quotas: tuple[ModelUse, ...]

    def row(self, file: str) -> CredentialRow:
        """The row the panel and the admin API show."""
        credential = self.credential
        expires = credential.secret.expires_at if isinstance(credential.secret, OAuthTokens) else 0.0
        return CredentialRow(
            id=credential.id,
            label=credential.label,
            kind=credential.kind.value,
            project=credential.project,
            source=credential.source,
            file=file,
            added_at=credential.created_at,
            state=self.state,
            why=self.why,
            in_flight=self.in_flight,
            used_today=self.used_today,
            limit=self.limit,
            limit_source=self.limit_source,
            resets_at=self.resets_at,
            per_model=self.per_model,
            cooldowns=self.cooldowns,
            next_in_rotation=self.next_in_rotation,
            token_expires_at=expires or None,
            last_ok_at=self.last_ok_at,
            last_error=self.last_error,
            google_remaining=self.google_remaining,
            google_asked_at=self.google_asked_at,
            shares=self.shares,
            proxy=shown_proxy(credential.settings.proxy.reveal()),
            outlook=self.forecast.outlook,
            pace_per_hour=self.forecast.per_hour,
            out_at=self.forecast.out_at,
            quotas=self.quotas,
        )


def view_of(pooled: PooledCredential, place: int, now: float, *, shared: bool = False) -> CredentialView:
    """`place` in the rotation: 1 is next, 0 is not in it. Call `pooled.roll(now)` first."""
    limit, source = pooled.limit()
    left = None if limit is None else limit * max(0.0, 1 - pooled.share())
    figures = [tally for tally in pooled.tallies.values() if tally.remaining is not None]
    asked = [tally.asked_at for tally in figures if tally.asked_at is not None]
    counts = ((model, tally.requests) for model, tally in pooled.tallies.items() if tally.requests)
    return CredentialView(
        credential=pooled.credential,
        state=state_of(pooled, now),
        why=why_of(pooled, now),
        in_flight=pooled.in_flight,
        used_today=pooled.used(),
        limit=limit,
        limit_source=source,
        resets_at=pooled.resets_at(now),
        per_model=tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))),
        cooldowns=resting(pooled, now),
        next_in_rotation=place,
        last_ok_at=pooled.last_ok_at,
        last_error=pooled.last_error,
        google_remaining=min((tally.remaining or 0.0 for tally in figures), default=None),
        google_asked_at=max(asked, default=None),
        shares=pooled.budget.project if shared else "",
        forecast=forecast(pooled.budget.burn_rate.per_hour(now), left, pooled.resets_at(now), now),
        quotas=model_uses(pooled, now),
    )


def resting(pooled: PooledCredential, now: float) -> tuple[ModelCooldown, ...]:
    """Rests that run, the first to end first; a model of "" stands for all."""
    running = [
        (cooldown.until, model, cooldown.message)
        for model, cooldown in pooled.budget.cooldowns.items()
        if cooldown.until > now
    ]
    named = ((until, "" if model == EVERY else model, why) for until, model, why in sorted(running))
    return tuple(ModelCooldown(model, until, why) for until, model, why in named)


def state_of(pooled: PooledCredential, now: float) -> CredentialState:
    """The one word for it."""
    if not pooled.credential.settings.enabled:
        return CredentialState.DISABLED
    if pooled.mark:
        return STATE_OF_MARK.get(pooled.mark.kind, CredentialState.FORBIDDEN)
    if pooled.in_flight:
        return CredentialState.BUSY
    if pooled.spent() or any(
        cooldown.until > now and cooldown.kind is not FaultKind.MODEL for cooldown in pooled.budget.cooldowns.values()
    ):
        return CredentialState.COOLING
    if serves_none(pooled, now):
        return CredentialState.MODEL_NOT_ENTITLED
    return CredentialState.NEARLY_OUT if pooled.share() >= NEARLY_OUT else CredentialState.READY


def serves_none(pooled: PooledCredential, now: float) -> bool:
    """Whether all that is known of it is that Google refused it models: those it may serve, or all it was asked."""
    refused = {
        name
        for name, cooldown in pooled.budget.cooldowns.items()
        if cooldown.kind is FaultKind.MODEL and cooldown.until > now
    }
    if chosen := pooled.credential.settings.models:
        return refused.issuperset(chosen)
    return bool(refused) and pooled.last_ok_at is None and not pooled.used()


def why_of(pooled: PooledCredential, now: float) -> Message:
    """What is wrong and the way out; "" when nothing is."""
    if not pooled.credential.settings.enabled:
        return say("pool.you_switched_off")
    if pooled.mark:
        passing = say("pool.asked_again") if pooled.mark.until < FOREVER else NOTHING
        over = pooled.credential.kind is Kind.API_KEY and state_of(pooled, now) is CredentialState.NEEDS_LOGIN
        way_out = NEW_KEY if over else WAY_OUT.get(pooled.mark.kind, NOTHING)
        return sentences(pooled.mark.message, passing, way_out, pooled.mark.link)
    if pooled.spent():
        return say("pool.own_limit_reached")
    running = [cooldown for cooldown in pooled.budget.cooldowns.values() if cooldown.until > now]
    first = min(running, key=lambda cooldown: cooldown.until, default=None)
    return sentences(first.message, WAY_OUT.get(first.kind, NOTHING)) if first else NOTHING


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
    return of_account(pooled.credential)


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
