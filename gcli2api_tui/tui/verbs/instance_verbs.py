"""Looking at one instance or at all of those that share a database: by a key, by name, as the setting remembers it.

In: what the setting says, the key. Out: while all are looked at, the others are asked for once a second, and snapshots
hold the exchanges of all, in the order in which they began; the newest MOST of the others are kept. A home without such
a database is asked for nothing.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, by_time
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import Command
from gcli2api_tui.tui.verbs.screen_verbs import ScreenVerbs

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.requests import Requests

SECOND_S = 1.0
SETTING = "panel_instances"
MOST = 500


class Everywhere:
    """One for each panel. `on`: all are looked at."""

    def __init__(self) -> None:
        self.on = False
        self._number = 0
        self._others: dict[tuple[str, int], ExchangeRow] = {}
        self._kept: tuple[tuple[ExchangeRow, ...] | None, tuple[ExchangeRow, ...]] = None, ()
        """Own rows, and all: most snapshots bring the same ones."""

    async def look(self, reader: Reader) -> bool:
        """Whether anything came. A server that was restarted may tell again what is known."""
        came = await reader.elsewhere(self._number)
        self._number = came.number
        if not came.exchanges:
            return False
        self._others |= {(row.instance, row.number): row for row in came.exchanges}
        newest = sorted(self._others.items(), key=lambda item: item[1].opened_at)[-MOST:]
        self._others, self._kept = dict(newest), (None, ())
        return True

    def widened(self, snapshot: Snapshot) -> Snapshot:
        if not self.on:
            return snapshot
        own, rows = self._kept
        if own is not snapshot.exchanges:
            rows = by_time(snapshot.exchanges, tuple(self._others.values()))
            self._kept = snapshot.exchanges, rows
        return replace(snapshot, exchanges=rows, all_instances=True)


class InstanceVerbs(ScreenVerbs):
    _seen: Reader
    _set_to = "one"
    """As the setting was last seen."""
    _all = False
    """What the person wants; it holds where there are several."""

    @cached_property
    def everywhere(self) -> Everywhere:
        return Everywhere()

    def follow_settings(self, snapshot: Snapshot) -> None:
        super().follow_settings(snapshot)
        if (set_to := dict(snapshot.server.screen).get(SETTING, "one")) != self._set_to:
            self._set_to, self._all = set_to, set_to == "all"
        self._turn(snapshot)

    def _turn(self, snapshot: Snapshot) -> None:
        wanted = self._all and bool(snapshot.server.instances)
        if wanted != self.everywhere.on:
            self.everywhere.on = wanted
            if wanted:
                self.run_worker(self._keep_looking(), name="elsewhere", group="elsewhere", exclusive=True)

    async def _keep_looking(self) -> None:
        while self.everywhere.on:
            if await self.everywhere.look(self._seen) and self.everywhere.on:
                self.show_now()
            await asyncio.sleep(SECOND_S)

    def on_requests_instances_wanted(self, event: "Requests.InstancesWanted") -> None:
        self._one_or_all()

    def _one_or_all(self) -> None:
        self._all = not self._all
        self._turn(self.snapshot)
        self.show_now()
        self.beside(self._remember("all" if self._all else "one"))

    async def _remember(self, chosen: str) -> None:
        """Who only looks changes nothing but the own screen."""
        told = self.look.words(f"instances.show_{chosen}", n=len(self.snapshot.server.instances))
        answer = None if self.only_looks else await self.control.set_setting(SETTING, chosen)
        if isinstance(answer, Refused):
            self.say(f"{told} {answer.sentence}", "warn")
        else:
            self.say(told, "ok")

    def commands(self) -> Iterator[Command]:
        yield from super().commands()
        if len(self.snapshot.server.instances) > 1 and self.pane.id != "requests":
            yield Command(self.look.words("instances.turn"), "", self._one_or_all)
