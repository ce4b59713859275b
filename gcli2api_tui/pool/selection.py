"""Which of the credentials that may be asked is asked: the strategies, and who is ready, best first, without a walk.

Quota-aware: the share of the day that is left × weight ÷ (1 + in flight), times how long it has waited for its turn;
so equals take turns, and more quota makes turns come sooner, but a fresh credential never gets everything. Round robin:
least recently used. Fill first: the oldest until it rests. Soonest reset: what is lost first is used first, by quota
where several are lost at once. An overloaded model makes a credential last choice.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Mapping
from math import frexp
from typing import NamedTuple

from gcli2api_tui.credentials.credential import BACKEND_OF
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.cooldowns import Cooldowns
from gcli2api_tui.pool.credential_state import FOREVER, PooledCredential
from gcli2api_tui.pool.members import Watched
from gcli2api_tui.pool.ports import Ids


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
    """Best first, at `most` so many; ReadyIndex finds the first one without a walk."""
    return heapq.nsmallest(most, members, key=lambda one: key(rank(order, one, model, now), one.last_lease, turn))


def reason(chosen: PooledCredential, model: str, ready: int, strategy: str) -> Message:
    """The sentence for "why this one"."""
    limit, _ = chosen.limit()
    count = chosen.used()
    used = say("why.used", used=count) if limit is None else say("why.used_of", used=count, limit=limit)
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


FINENESS = 16
"""Half as many classes from one score to its double. Each costs a look; fewer let more be looked at in vain."""

Place = tuple[int, int, float]
"""(last lease, place among the members, score): unique by the first two."""


class _Class:
    """Those of about the same score, who waited longest first. `top`: none has a higher score."""

    __slots__ = ("line", "name", "top")

    def __init__(self, name: int) -> None:
        self.name = name
        self.line: list[Place] = []
        self.top = 0.0


class Band:
    """Those of one band, in classes."""

    __slots__ = ("classes", "name")

    def __init__(self, name: tuple[float, ...]) -> None:
        self.name = name
        self.classes: dict[int, _Class] = {}


class ReadyIndex(Watched):
    """Who is ready for one model, in the order in which they are chosen: kept from one request to the next.

    Exactly what a walk over all members of a group would find at that moment, with the same events; but only who has
    changed, or whose time has come, is looked at again, and of the others only those that can still be the best. What
    is ready stands in bands (Rank), a band in classes of about the same score, a class in the order of the last turns.
    The first of a class have waited longest: whoever comes behind one of them has no better key than the class's
    highest score would have in its place, and once that is worse than the best that was found, the class is done.

    `cooldowns` ends the rests and marks of all members that are over by the clock.
    """

    def __init__(
        self,
        members: Iterable[PooledCredential],
        model: str,
        backends: Collection[str],
        order: Order,
        cooldowns: Cooldowns,
    ) -> None:
        super().__init__(members)
        self.model = model
        self._kinds = frozenset(kind for kind, backend in BACKEND_OF.items() if backend in backends)
        self._order = order
        self._cooldowns = cooldowns
        self._found: list[tuple[Band, _Class, Place] | None] = [None] * len(self.members)
        """Where each stands that is ready."""
        self._bands: dict[tuple[float, ...], Band] = {}
        self._band_order: list[tuple[float, ...]] = []
        self._ready = 0

    def look(self, now: float, tried: Ids = ()) -> None:
        """Bring it up to date. Who was tried is left as it stands, but for what the clock ends."""
        for place in self.due(now):
            one = self.members[place]
            if one.budget.cooldowns:
                self._cooldowns.end_cooldowns(one, now)
            if one.mark:
                self._cooldowns.end_mark(one, now)
            self._remove(place)
            if one.credential.id in tried:
                self.put_back(place)
            elif one.credential.kind in self._kinds and one.open_for(self.model):
                until = one.changes_at(now)
                if one.free_at(self.model, now) <= now:
                    found = rank(self._order, one, self.model, now)
                    self._insert(place, found)
                    until = min(until, found.until)
                self.holds_until(place, until)
            else:
                self.holds_until(place, one.over_at(now))

    def is_ready(self, identity: CredentialId) -> bool:
        place = self.places.get(identity)
        return place is not None and self._found[place] is not None

    def ready(self, tried: Ids) -> int:
        """How many are."""
        return self._ready - sum(map(self.is_ready, set(tried))) if tried else self._ready

    def best(self, turn: int, tried: Ids) -> PooledCredential:
        """Of those that are `ready`: there must be one."""
        for band in self._band_order:
            best: tuple[float, float, int, int] | None = None
            for each in self._bands[band].classes.values():
                top = -each.top
                for last_lease, place, score in each.line:
                    waited = turn - last_lease
                    if best is not None and (top * waited, top, last_lease, place) > best:
                        break
                    key = -score * waited, -score, last_lease, place
                    if (best is None or key < best) and self.members[place].credential.id not in tried:
                        best = key
            if best is not None:
                return self.members[best[3]]
        raise LookupError("nobody is ready")

    def _insert(self, place: int, found: Rank) -> None:
        score = found.score
        if (band := self._bands.get(found.band)) is None:
            band = self._bands[found.band] = Band(found.band)
            insort(self._band_order, found.band)
        name = _class_of(score)
        if (each := band.classes.get(name)) is None:
            each = band.classes[name] = _Class(name)
        if each.top < score:
            each.top = score
        spot = self.members[place].last_lease, place, score
        insort(each.line, spot)
        self._found[place] = band, each, spot
        self._ready += 1

    def _remove(self, place: int) -> None:
        if (found := self._found[place]) is None:
            return
        band, each, spot = found
        del each.line[bisect_left(each.line, spot)]
        if not each.line:
            del band.classes[each.name]
            if not band.classes:
                del self._bands[band.name]
                del self._band_order[bisect_left(self._band_order, band.name)]
        self._found[place] = None
        self._ready -= 1


def _class_of(score: float) -> int:
    """Scores of one class differ by an eighth at most."""
    fraction, exponent = frexp(score)
    return exponent * FINENESS + int(fraction * FINENESS)
