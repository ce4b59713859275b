"""Who is ready for one model, in the order in which they are chosen: kept from one request to the next.

In: members of one group, and changes of them. Out: how many are ready, whether one is, and the best. Invariant: exactly
what a walk over all of them would find at that moment, with the same events; but only who has changed, or whose time
has come, is looked at again, and of the others only those that can still be the best.

What is ready stands in bands (selection_policy.Rank), a band in classes of about the same score, a class in the order
of the last turns. The first of a class have waited longest: whoever comes behind one of them has no better key than the
class's highest score would have in its place, and once that is worse than the best that was found, the class is done.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable
from math import frexp

from gcli2api_tui.credentials.credential import BACKEND_OF
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.pool.credential_state import PooledCredential
from gcli2api_tui.pool.ports import Ids
from gcli2api_tui.pool.recheck import Watched
from gcli2api_tui.pool.selection_policy import Order, Rank, rank
from gcli2api_tui.pool.settlement import Settlement

FINENESS = 16
"""Half as many classes from one score to its double. Each costs a look; fewer let more be looked at in vain."""

Place = tuple[int, int, float]
"""(last lease, place among the members, score): unique by the first two."""
Band = dict[int, "_Class"]


class _Class:
    """Those of about the same score, who waited longest first. `top`: none has a higher score."""

    __slots__ = ("line", "top")

    def __init__(self) -> None:
        self.line: list[Place] = []
        self.top = 0.0


class ReadyIndex(Watched):
    """`settlement` ends the rests and marks of all members that are over by the clock."""

    def __init__(
        self,
        members: Iterable[PooledCredential],
        model: str,
        backends: Collection[str],
        order: Order,
        settlement: Settlement,
    ) -> None:
        super().__init__(members)
        self.model = model
        self._kinds = frozenset(kind for kind, backend in BACKEND_OF.items() if backend in backends)
        self._order = order
        self._settlement = settlement
        self._found: list[tuple[tuple[float, ...], Place] | None] = [None] * len(self.members)
        self._bands: dict[tuple[float, ...], Band] = {}
        self._band_order: list[tuple[float, ...]] = []
        self._ready = 0

    def look(self, now: float, tried: Ids = ()) -> None:
        """Bring it up to date. Who was tried is left as it stands, but for what the clock ends."""
        for place in self.due(now):
            one = self.members[place]
            if one.budget.cooldowns:
                self._settlement.end_cooldowns(one, now)
            if one.mark:
                self._settlement.end_mark(one, now)
            self._remove(place)
            if one.credential.id in tried:
                self.put_back(place)
                continue
            is_open = one.credential.kind in self._kinds and one.open_for(self.model)
            found = self.standing(one, now) if is_open else None
            if found:
                self._insert(place, found)
            until = one.changes_at(now) if is_open else one.over_at(now)
            self.holds_until(place, found.until if found and found.until < until else until)

    def standing(self, one: PooledCredential, now: float) -> Rank | None:
        """Of one that is open for the model; None where it is not ready."""
        if one.budget.tallies:
            one.roll(now)
        return None if one.free_at(self.model, now) > now else rank(self._order, one, self.model, now)

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
            for each in self._bands[band].values():
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
        band = self._bands.get(found.band)
        if band is None:
            band = self._bands[found.band] = {}
            insort(self._band_order, found.band)
        each = band.get(name := _class_of(found.score))
        if each is None:
            each = band[name] = _Class()
        each.top = max(each.top, found.score)
        spot = self.members[place].last_lease, place, found.score
        insort(each.line, spot)
        self._found[place] = found.band, spot
        self._ready += 1

    def _remove(self, place: int) -> None:
        if (found := self._found[place]) is None:
            return
        band, spot = found
        name = _class_of(spot[2])
        each = self._bands[band][name]
        del each.line[bisect_left(each.line, spot)]
        if not each.line:
            del self._bands[band][name]
            if not self._bands[band]:
                del self._bands[band]
                del self._band_order[bisect_left(self._band_order, band)]
        self._found[place] = None
        self._ready -= 1


def _class_of(score: float) -> int:
    """Scores of one class differ by an eighth at most."""
    fraction, exponent = frexp(score)
    return exponent * FINENESS + int(fraction * FINENESS)
