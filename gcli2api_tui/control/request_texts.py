"""The part of `Reader` and `Control` that is about requests: their texts, a search, exports, kept filters.

In: an exchange's number, a filter, words. Out: frozen pages of the ledger's ring, and what came of a verb.
"""

from collections.abc import Sequence

from gcli2api_tui.control.exports import Exports
from gcli2api_tui.control.kept_filters import KeptFilters
from gcli2api_tui.control.ports import Answer, ExportForm, Refused
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import Elsewhere, ExchangeRow, Page
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class TextTools:
    """What works on requests."""

    exports: Exports
    kept_filters: KeptFilters


@dataclass(slots=True)
class Texts:
    """Under LocalControl."""

    ledger: Ledger
    tools: TextTools

    def transcript(self, exchange: ExchangeId, from_offset: int = 0) -> Page:
        return self.ledger.transcripts.page(exchange, from_offset)

    def wire(self, exchange: ExchangeId) -> Wire:
        return self.ledger.transcripts.wire(exchange)

    def opening(self, exchange: ExchangeId) -> str:
        return self.ledger.transcripts.opening(exchange)

    async def holding(self, words: Sequence[str]) -> dict[str, frozenset[ExchangeId]]:
        return await self.tools.exports.search.holding(words)

    async def chosen(self, text: str) -> list[ExchangeRow] | Refused:
        return await self.tools.exports.chosen(text)

    async def elsewhere(self, since: int = 0) -> Elsewhere:
        return await self.tools.exports.others.since(since)

    async def exported(self, rows: Sequence[ExchangeRow], form: ExportForm, *, private: bool = False) -> str:
        return await self.tools.exports.text(rows, form, private=private)

    def saved_filters(self) -> tuple[str, ...]:
        return self.tools.kept_filters.filters

    async def export_exchanges(
        self, exchanges: Sequence[ExchangeId], form: ExportForm, *, private: bool = False
    ) -> Answer:
        return await self.tools.exports.write(exchanges, form, private=private)

    async def save_screen(self, svg: str, text: str) -> Answer:
        return await self.tools.exports.write_screen(svg, text)

    async def keep_filter(self, text: str) -> Answer:
        return await self.tools.kept_filters.keep(text)

    async def drop_filter(self, text: str) -> Answer:
        return await self.tools.kept_filters.drop(text)
