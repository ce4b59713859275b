"""Who is in the pool, and the one home of "this one has changed".

In: credential states that join, leave and change. Out: the same, and what is kept about them. Invariant:
whoever changes a member got it by `change`, or tells it by `changed`, before the next lease; what time alone does needs
no word, for each moment is known ahead.
"""

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, ItemsView, Iterable, Iterator
from typing import TypeVar

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.pool.credential_state import FOREVER, Budget, PooledCredential
from gcli2api_tui.pool.ports import ANY, Group

MOST_KEPT = 24
"""Each is told of each change: one for a model and a group that ask is made again in the time of a plain walk."""

Kept = TypeVar("Kept", bound="Watched")


class Members:
    """In the order in which they came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest = -FOREVER
        self._by_id: dict[CredentialId, PooledCredential] = {}
        self._sharing: dict[Budget, dict[PooledCredential, None]] = {}
        self._kept: OrderedDict[Hashable, Watched] = OrderedDict()
        self._knows_a_limit = False
        self._may_be_limited: set[PooledCredential] = set()
        """Those that were changed since that was asked."""

    def now(self) -> float:
        """What the clock says; after it has gone back, nothing that was kept by it holds."""
        now = self._clock.now()
        if now < self._latest:
            self._kept.clear()
        self._latest = now
        return now

    def __contains__(self, identity: CredentialId) -> bool:
        return identity in self._by_id

    def get(self, identity: CredentialId) -> PooledCredential | None:
        """To look at."""
        return self._by_id.get(identity)

    def all(self) -> Collection[PooledCredential]:
        """To look at, and to end what is over by the clock."""
        return self._by_id.values()

    def items(self) -> ItemsView[CredentialId, PooledCredential]:
        return self._by_id.items()

    def of(self, group: Group, only: CredentialId = ANY) -> Collection[PooledCredential]:
        """Those that may serve whoever asks."""
        if only:
            one = self._by_id.get(only) if group is None or only in group else None
            return [one] if one else []
        if group is None:
            return self._by_id.values()
        return [one for identity, one in self._by_id.items() if identity in group]

    def sharing(self, budget: Budget) -> Collection[PooledCredential]:
        """All that draw on it."""
        return self._sharing.get(budget, ())

    # Changes

    def change(self, identity: CredentialId) -> PooledCredential | None:
        """To do something to it, now."""
        one = self._by_id.get(identity)
        if one is not None:
            self.changed(one)
        return one

    def count(self, identity: CredentialId) -> PooledCredential | None:
        """To count a request of it, now, and nothing else."""
        one = self._by_id.get(identity)
        if one is not None:
            self.counted(one)
        return one

    def counted(self, one: PooledCredential) -> None:
        """One more of its requests runs, or is over; of its budget, which others may share."""
        sharing = self._sharing.get(one.budget, ())
        for kept in self._kept.values():
            kept.changed.update(sharing)

    def changed(self, one: PooledCredential) -> None:
        """Anything else about it, or its budget."""
        self._may_be_limited.add(one)
        self.counted(one)

    def knows_a_limit(self) -> bool:
        """Whether of anybody it was ever known how much a day holds; where not, nobody can tell what is left."""
        while self._may_be_limited and not self._knows_a_limit:
            self._knows_a_limit = self._may_be_limited.pop().is_limited()
        self._may_be_limited.clear()
        return self._knows_a_limit

    def join(self, one: PooledCredential) -> None:
        self._by_id[one.credential.id] = one
        self._sharing.setdefault(one.budget, {})[one] = None
        self._may_be_limited.add(one)
        self._kept.clear()

    def leave(self, identity: CredentialId) -> PooledCredential | None:
        one = self._by_id.pop(identity, None)
        if one is not None:
            self._part(one)
            self._kept.clear()
        return one

    def draw_on(self, one: PooledCredential, budget: Budget) -> None:
        """This one alone counts on another budget from now on."""
        self._part(one)
        one.budget = budget
        self._sharing.setdefault(budget, {})[one] = None
        self._may_be_limited.add(one)
        self._kept.clear()

    def all_changed(self) -> None:
        self._may_be_limited = {*self._by_id.values()}
        self._kept.clear()

    def _part(self, one: PooledCredential) -> None:
        others = self._sharing[one.budget]
        del others[one]
        if not others:
            del self._sharing[one.budget]

    # What is kept about them

    def kept(
        self, kind: type[Kept], key: Hashable, group: Group, make: Callable[[Collection[PooledCredential]], Kept]
    ) -> Kept:
        """What was made for this key, as long as nobody joins or leaves; `make` is given those of the group.

        Ask for the time first, by `now`.
        """
        name = kind, group, key
        found = self._kept.get(name)
        if isinstance(found, kind):
            self._kept.move_to_end(name)
            return found
        made = self._kept[name] = make(self.of(group))
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return made


class Watched:
    """What is known of each of some members, kept until it may be otherwise. Knows no clock and no rule of the pool.

    Whoever is not `due` is as it was found last, provided that each change was told and the time never went back.
    Members are named by their place among those that are watched: it is also the order in which they are told.
    """

    def __init__(self, members: Iterable[PooledCredential]) -> None:
        self.members = list(members)
        self.places = {one.credential.id: place for place, one in enumerate(self.members)}
        self.changed = set(self.members)
        """Those that may be otherwise than they were found; others too, that are not watched here."""
        self._until = [FOREVER] * len(self.members)
        self._moments: list[tuple[float, int]] = []
        """Of those whose time comes, the next first."""

    def due(self, now: float) -> list[int]:
        """Those to look at, each of whom is found anew or `put_back`."""
        due: set[int] = set()
        for one in self.changed:
            if (place := self.places.get(one.credential.id)) is not None:
                due.add(place)
        self.changed.clear()
        if self._moments and self._moments[0][0] <= now:
            over = bisect_left(self._moments, (now, len(self.members)))
            due.update(place for _, place in self._moments[:over])
        return sorted(due)

    def put_back(self, place: int) -> None:
        """It was not looked at: it stays due."""
        self.changed.add(self.members[place])

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


class Projects:
    """Project, by the person's label or Google's number → its budget. One budget may have several names."""

    def __init__(self) -> None:
        self._budgets: dict[str, Budget] = {}

    def join(self, project: str, budget: Budget) -> Budget:
        """The budget of the project, with this one's counts in it. Whoever else held this one must be moved to it."""
        shared = self._budgets.setdefault(project, budget)
        shared.project = shared.project or project
        if shared is not budget:
            shared.absorb(budget)
            for name in self._names(budget):
                self._budgets[name] = shared
        return shared

    def _names(self, budget: Budget) -> Iterator[str]:
        return iter([name for name, one in self._budgets.items() if one is budget])


def project_label(credential: Credential) -> str:
    """The project that a key's quota belongs to, as far as its file says; other kinds have quotas of their own."""
    return credential.project if credential.kind is Kind.API_KEY else ""
