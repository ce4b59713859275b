"""What is known of each of some members, kept until it may be otherwise. Pure; knows no clock and no rule of the pool.

In: who has changed, and until when what was found holds. Out: whom to look at anew. Invariant: whoever is not `due` is
as it was found last, provided that each change was told (members.py sees to that) and that the time has not gone back.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable

from gcli2api_tui.pool.budget import FOREVER
from gcli2api_tui.pool.credential_state import PooledCredential


class Watched:
    """Members are named by their place among those that are watched: it is also the order in which they are told."""

    def __init__(self, members: Iterable[PooledCredential]) -> None:
        self.members = list(members)
        self.places = {one.credential.id: place for place, one in enumerate(self.members)}
        self._changed = set(range(len(self.members)))
        self._until = [FOREVER] * len(self.members)
        self._moments: list[tuple[float, int]] = []
        """Of those whose time comes, the next first."""

    def changed(self, one: PooledCredential) -> None:
        if (place := self.places.get(one.credential.id)) is not None:
            self._changed.add(place)

    def due(self, now: float) -> list[int]:
        """Those to look at, each of whom is found anew or `put_back`."""
        if not self._changed and (not self._moments or self._moments[0][0] > now):
            return []
        places, self._changed = self._changed, set()
        over = bisect_left(self._moments, (now, len(self.members)))
        places.update(place for _, place in self._moments[:over])
        return sorted(places)

    def put_back(self, place: int) -> None:
        """It was not looked at: it stays due."""
        self._changed.add(place)

    def holds_until(self, place: int, moment: float) -> None:
        """What was found of it now; the moment lies ahead."""
        before = self._until[place]
        if before == moment:
            return
        if before < FOREVER:
            del self._moments[bisect_left(self._moments, (before, place))]
        if moment < FOREVER:
            insort(self._moments, (moment, place))
        self._until[place] = moment
