"""How many requests for a model the pool still has today. Known only if it is for every credential that may serve it.

In: members of one group, and changes of them. Out: sums, or None. What counts is what Google said and what the person
set; assumed limits do not. Requests that are running count as made, so what is left is never overstated. Invariant: the
sums are those of a walk over all; only who has changed, or whose time has come, is looked at again (members.Watched).
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable
from typing import NamedTuple

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.credential_state import Budget, Cooldown, PooledCredential
from gcli2api_tui.pool.members import Watched
from gcli2api_tui.pool.ports import RemainingQuota


class _Left(NamedTuple):
    """Of one credential. A window without an end, 0, has not begun: all of it is there."""

    remaining: int
    limit: int
    ends_at: float


class RemainingIndex(Watched):
    """Those that draw on one quota are summed up once: by the one that has most left."""

    def __init__(self, members: Iterable[PooledCredential], model: str, backends: Collection[str]) -> None:
        super().__init__(members)
        self._model = model
        self._backends = backends
        self._unknown: set[int] = set()
        self._known: dict[Budget, dict[int, _Left]] = {}
        self._limit = self._remaining = 0
        self._ends: list[float] = []

    def look(self, now: float) -> RemainingQuota | None:
        for place in self.due(now):
            self._look_at(place, now)
        if self._unknown or not self._ends:
            return None
        return RemainingQuota(self._limit, self._remaining, max(0.0, self._ends[-1] - now))

    def _look_at(self, place: int, now: float) -> None:
        one = self.members[place]
        may_serve = one.credential.backend in self._backends and one.in_rotation() and one.allows(self._model)
        left = _left(one, self._model, now) if may_serve else None
        (self._unknown.add if may_serve and left is None else self._unknown.discard)(place)
        self._put(place, one.budget, left)
        until = one.changes_at(now) if left else one.over_at(now)
        self.holds_until(place, min(until, left.ends_at) if left and left.ends_at > now else until)

    def _put(self, place: int, budget: Budget, left: _Left | None) -> None:
        sharing = self._known.setdefault(budget, {})
        if sharing:
            self._count(_most(sharing), -1)
        sharing.pop(place, None)
        if left:
            sharing[place] = left
        if sharing:
            self._count(_most(sharing), 1)
        else:
            del self._known[budget]

    def _count(self, left: _Left, times: int) -> None:
        self._limit += times * left.limit
        self._remaining += times * left.remaining
        if times > 0:
            insort(self._ends, left.ends_at)
        else:
            del self._ends[bisect_left(self._ends, left.ends_at)]


def _most(sharing: dict[int, _Left]) -> _Left:
    """Of equals the one that came first."""
    return max(sharing.items(), key=lambda known: (known[1].remaining, -known[0]))[1]


def _left(pooled: PooledCredential, model: str, now: float) -> _Left | None:
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
    return _Left(max(0, min(left) - pooled.in_flight), min(limits), end or 0.0)


def _gone(pooled: PooledCredential, model: str, now: float) -> Cooldown | None:
    """Google has said so, whatever was counted here: other programs may use the credential too."""
    cooldown = pooled.cooldown_of(model)
    return cooldown if cooldown is not None and cooldown.until > now and cooldown.kind is FaultKind.DAILY else None
