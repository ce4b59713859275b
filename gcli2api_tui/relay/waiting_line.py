"""Where requests wait for a credential, first come first served.

In: how a request takes a lease, and how long it may wait. Out: the lease, or NoCredential when the wait would be too
long. Invariants: nobody overtakes who came earlier for the same; after a wait one is let go, then two, four, … as long
as none is refused, and one again after a refusal, who keeps its place; who leaves frees the place at once.
"""

import asyncio
from bisect import insort
from collections.abc import Callable, Hashable
from itertools import count

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import NoCredential
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.tasks import spawn

LOOK_S = 0.25
"""How often who is first looks whether somebody is ready; a place that frees up is told at once."""
TAKEN_S = 1.0
"""Google refuses at once, and thinks for long: who was not refused for so long makes room for the next."""
SOON_S = 1.0
"""The shortest waiting time that the pool tells, and the least before another try after a refusal."""

Take = Callable[[], Lease]


class WaitingLines:
    """One for a relay. A line is for requests that can be served by the same credentials."""

    def __init__(self) -> None:
        self.lines: dict[Hashable, _Line] = {}
        """By what is waited for; empty where nobody waits, as nearly always."""
        self.arrival: Callable[[], int] = count().__next__
        """Who comes later gets a larger number."""
        self._clerk: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(line.waiting) for line in self.lines.values())

    def freed(self) -> None:
        """A lease was given back: a place may be free."""
        for line in self.lines.values():
            line.call_first()

    def begun(self, key: Hashable, clock: Clock) -> "_Line":
        """The line for that; there is one from now on."""
        if self._clerk is None or self._clerk.done():
            self._clerk = spawn("waiting lines", self._keep_time(clock))
        return self.lines.setdefault(key, _Line())

    async def _keep_time(self, clock: Clock) -> None:
        """While there are lines."""
        while self.lines:
            await clock.sleep(LOOK_S)
            for key, line in tuple(self.lines.items()):
                line.look(clock.monotonic())
                if line.is_over:
                    del self.lines[key]


class _Line:
    """Those that wait, and those of them that were let go a moment ago."""

    def __init__(self) -> None:
        self.waiting: list[Place] = []
        self.nobody: NoCredential | None = None
        """Why the first could not go."""
        self._at_once = 1
        self._let_go: dict[Place, float] = {}
        """When; until it is known whether Google takes their request."""

    @property
    def is_over(self) -> bool:
        return not self.waiting and not self._let_go

    def is_turn_of(self, place: "Place") -> bool:
        return self.waiting[0] is place and len(self._let_go) < self._at_once

    def went(self, place: "Place", moment: float) -> None:
        self.nobody = None
        self._let_go[place] = moment

    def left(self, place: "Place") -> None:
        """It waits no more."""
        self.waiting.remove(place)
        self.call_first()

    def taken(self, place: "Place") -> None:
        """Google took its request: two may go in its stead."""
        if self._let_go.pop(place, None) is not None:
            self._at_once += 1
            self.call_first()

    def refused(self, place: "Place") -> None:
        """A limit again, however late: one at a time, from here on."""
        self._let_go.pop(place, None)
        self._at_once = 1
        self.call_first()

    def gone(self, place: "Place") -> None:
        """It ended in another way, which says nothing."""
        if self._let_go.pop(place, None) is not None:
            self.call_first()

    def call_first(self) -> None:
        if self.waiting:
            self.waiting[0].called.set()

    def look(self, moment: float) -> None:
        """Time has passed: for the first, for those let go, for those who wait no longer."""
        for place, went_at in tuple(self._let_go.items()):
            if moment - went_at >= TAKEN_S:
                self.taken(place)
        self.call_first()
        for place in self.waiting:
            if place.left_s(moment) <= 0 or (self.nobody and not place.may_wait(self.nobody, moment)):
                place.called.set()


class Place:
    """One request's: it keeps its number, its `arrival`, through all waits, and waits for `longest_s` in all.

    `on_wait` hears once for each wait how long it will take, as far as that is known.
    """

    def __init__(
        self,
        lines: WaitingLines,
        number: int,
        clock: Clock,
        longest_s: float,
        on_wait: Callable[[NoCredential], None],
    ) -> None:
        self.number = number
        self.called = asyncio.Event()
        self._lines = lines
        self._clock = clock
        self._longest_s = longest_s
        self._on_wait = on_wait
        self._waited_s = 0.0
        self._since: float | None = None
        self._waits = False
        """It was told to come back later: then those who refused it may be asked again."""
        self._not_before = 0.0
        """A moment after a refusal, whatever Google says of the time: nobody asks as fast as he can."""
        self._line: _Line | None = None

    async def lease(self, key: Hashable, take: Take, take_later: Take, nobody: NoCredential | None = None) -> Lease:
        """At once where nobody waits for the same and somebody is ready; `take_later` takes one after a wait.

        `nobody`: what was heard when one was to be taken a moment ago.
        """
        self.leave()
        self._waits = False
        line = self._lines.lines.get(key)
        if line is None or self._longest_s <= 0:
            if nobody is None:
                try:
                    return take()
                except NoCredential as away:
                    line = self._begun(key, away)
            else:
                line = self._begun(key, nobody)
        return await self._in_turn(line, take, take_later)

    def _begun(self, key: Hashable, nobody: NoCredential) -> _Line:
        """The line to wait in, unless waiting does not help."""
        if not self.may_wait(nobody, self._clock.monotonic()):
            raise nobody
        line = self._lines.begun(key, self._clock)
        self._told(line, nobody)
        return line

    def accepted(self) -> None:
        """Google took the request: it refuses before it answers, or not at all."""
        line, self._line = self._line, None
        if line:
            line.taken(self)

    def refused(self) -> None:
        """A limit again."""
        self._not_before = self._clock.monotonic() + SOON_S
        line, self._line = self._line, None
        if line:
            line.refused(self)

    def leave(self) -> None:
        """Whatever comes of the request, nobody waits for it."""
        line, self._line = self._line, None
        if line:
            line.gone(self)

    def left_s(self, moment: float) -> float:
        """How much longer it may wait."""
        waited_s = self._waited_s + (moment - self._since if self._since is not None else 0.0)
        return self._longest_s - waited_s

    def may_wait(self, nobody: NoCredential, moment: float) -> bool:
        """Where time alone helps, and soon enough."""
        wait_s, left_s = nobody.retry_after_s, self.left_s(moment)
        return (
            wait_s is not None and left_s > 0 and (wait_s <= left_s or (wait_s <= SOON_S and self._since is not None))
        )

    async def _in_turn(self, line: _Line, take: Take, take_later: Take) -> Lease:
        self._since = self._clock.monotonic()
        insort(line.waiting, self, key=lambda place: place.number)
        told = False
        try:
            while not (lease := self._tried(line, take, take_later)):
                if not told and line.nobody:
                    self._on_wait(line.nobody)
                    told = True
                await self.called.wait()
                self.called.clear()
        finally:
            self._waited_s, self._since = self._longest_s - self.left_s(self._clock.monotonic()), None
            line.left(self)
        self._line = line
        return lease

    def _tried(self, line: _Line, take: Take, take_later: Take) -> Lease | None:
        """The lease, if it is this one's turn and somebody is ready. Raises NoCredential when the wait is too long."""
        moment = self._clock.monotonic()
        if line.is_turn_of(self):
            if self._waits and moment < self._not_before:
                return None
            try:
                lease = take_later() if self._waits else take()
            except NoCredential as nobody:
                if not self.may_wait(nobody, moment):
                    raise  # which may be true of this request alone
                self._told(line, nobody)
                return None
            line.went(self, moment)
            return lease
        if line.nobody and not self.may_wait(line.nobody, moment):
            raise _again(line.nobody)
        if self.left_s(moment) <= 0:
            raise NoCredential(say("pool.many_wait"), retry_after_s=SOON_S)
        return None

    def _told(self, line: _Line, nobody: NoCredential) -> None:
        self._waits, line.nobody = True, nobody


def _again(nobody: NoCredential) -> NoCredential:
    """For another request: an exception that was raised belongs to whom it was raised for."""
    return NoCredential(nobody.message, retry_after_s=nobody.retry_after_s, daily=nobody.daily, way_out=nobody.way_out)
