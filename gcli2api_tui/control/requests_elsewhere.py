"""Requests of other instances on a shared database, numbered for whoever looks here.

In: the store that others share. Out: rows that came since a number. What is remembered is bounded; while the database
is away, what was read before is told.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.ids import ELSEWHERE
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import Elsewhere
from gcli2api_tui.state.ports import OtherRow, SharedStore

KEPT = 500
"""As many as each instance shows of its own."""

FRESH_S = 0.9
"""Whoever asks once a second gets something new each time."""


class OtherInstances:
    """One for each runtime; used from its loop."""

    def __init__(self, store: SharedStore | None, clock: Clock) -> None:
        """Without a store that others share there is nobody else."""
        self._store = store
        self._clock = clock
        self._asked_at = float("-inf")
        self._turn = asyncio.Lock()
        self._kept: dict[tuple[str, int], tuple[int, OtherRow]] = {}
        """With the number that it came with."""
        self._came = int(clock.now() * 1000)
        """A number of this run is larger than all of an earlier one."""
        self._since = 0.0
        self._places: dict[str, int] = {}

    async def since(self, number: int) -> Elsewhere:
        """Those that came after the answer of that number, which may be an earlier run's; nothing where it is alone."""
        await self._look()
        came = (one.row for at, one in self._kept.values() if at > number)
        return Elsewhere(self._came, tuple(row for row in came if row is not None))

    async def _look(self) -> None:
        if self._store is None:
            return
        async with self._turn:
            if self._clock.monotonic() - self._asked_at < FRESH_S:
                return
            self._asked_at = self._clock.monotonic()
            with suppress(StoreFault):
                asked = self._store.other_exchanges(tuple(self._kept), self._since)
                self._take(await asyncio.wrap_future(asked))

    def _take(self, found: tuple[OtherRow, ...]) -> None:
        if not found:
            return
        for one in found:
            self._came += 1
            self._kept[one.instance, one.number] = self._came, self._numbered(one)
        newest = sorted(self._kept.items(), key=lambda item: (item[1][1].opened_at, item[0]))[-KEPT:]
        self._kept = dict(newest)
        if len(self._kept) == KEPT:
            self._since = newest[0][1][1].opened_at
        names = {name for name, _ in self._kept}
        self._places = {name: place for name, place in self._places.items() if name in names}

    def _numbered(self, one: OtherRow) -> OtherRow:
        if one.row is None:
            return one
        if one.instance not in self._places:
            taken = set(self._places.values())
            self._places[one.instance] = next(place for place in range(1, len(taken) + 2) if place not in taken)
        number = ExchangeId(self._places[one.instance] * ELSEWHERE + one.number)
        return replace(one, row=replace(one.row, id=number))
