"""What the Reader tells of usage: read off the loop when somebody asks, and remembered while it is as good as new.

In: the store, the catalogue's names, and list prices: those that came with the program, and the person's prices.toml.
Out: a UsageTable; where something cannot be read the table says so and holds what could be.
"""

import asyncio
from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.config.models_and_prices import known_prices
from gcli2api_tui.events.problems import ClientFault, StoreFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_names import resolve
from gcli2api_tui.ledger.admin_rows import UsageColumn, UsageTable
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.messages.message import say
from gcli2api_tui.pacific_time import pacific_day
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.ports import SharedStore, Store
from gcli2api_tui.state.usage_by_day import days_before

FRESH_S = 10.0
"""Younger than this a table is told again as it is, whatever happened since."""
GOOD_S = 60.0
"""So long it holds while nothing happens: then the day may be another, or the prices."""
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class _Read:
    at: float
    revision: int
    table: UsageTable


@dataclass(frozen=True, slots=True)
class UsageReader:
    """One for each runtime."""

    store: Store
    clock: Clock
    pool: Pool
    ledger: Ledger
    prices_file: Path
    catalogue: Callable[[], Catalogue]
    _known: dict[tuple[UsageColumn, int], _Read] = field(default_factory=dict)

    async def read(self, by: UsageColumn, days: int) -> UsageTable:
        """Of today and the days before it, `days` in all."""
        now, known = self.clock.monotonic(), self._known.get((by, days))
        if known and now - known.at < (GOOD_S if known.revision == self.ledger.revision else FRESH_S):
            return known.table
        revision = self.ledger.revision
        table = await self._table(by, days)
        self._known[by, days] = _Read(now, revision, table)
        return table

    async def _table(self, by: UsageColumn, days: int) -> UsageTable:
        from gcli2api_tui.control.usage_report import Asked, Pricing, usage_table

        now = self.clock.now()
        today = pacific_day(now)
        asked = Asked(by, days_before(today, days - 1), today, isinstance(self.store, SharedStore))
        try:
            cells = await asyncio.wrap_future(self.store.usage(by, asked.first_day))
            hours = await asyncio.wrap_future(self.store.hours(int((now - days * DAY_S) // 3600)))
        except StoreFault as error:
            return UsageTable(by, asked.first_day, today, trouble=say("usage.unreadable", why=error.message))
        catalogue = self.catalogue()
        labels = {cell.name: self._label_of(cell.name) for cell in cells} if by == "credential" else {}

        def summed() -> UsageTable:
            prices, trouble = known_prices(self.prices_file)
            pricing = Pricing(prices, lambda name: model_of(name, catalogue), trouble)
            return usage_table(asked, cells, hours, lambda name: labels.get(name, ""), pricing)

        return await asyncio.to_thread(summed)

    def _label_of(self, credential: str) -> str:
        known = self.pool.credential(CredentialId(credential))
        return known.label if known else ""


def model_of(name: str, catalogue: Catalogue) -> str:
    """The model that a client meant: `fake/M-search` and an alias of M are M; what is unknown is what it is called."""
    try:
        return resolve(name, catalogue).model.id
    except ClientFault:
        return name
