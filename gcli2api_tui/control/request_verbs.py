"""What people do with requests: read their texts, search them, export them, keep a filter as a chip. A part of
LocalControl.

In: a filter as it is typed, or numbers of exchanges, those of other instances on a shared database among them. Out:
rows and pages; text of a form; Done with the path of a file that only its user can read. Texts are gathered on the
loop, one exchange after the other; all else happens in a thread.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path

from gcli2api_tui import __version__
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.kept_filters import KeptFilters
from gcli2api_tui.control.local_files import ExportFiles
from gcli2api_tui.control.requests_elsewhere import OtherInstances
from gcli2api_tui.control.verb_results import Answer, ExportForm, Refused
from gcli2api_tui.events.ids import ELSEWHERE
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_filter import Sight, matching, parse
from gcli2api_tui.ledger.exchange_rows import Elsewhere, ExchangeRow, Page, by_time
from gcli2api_tui.ledger.export_formats import Exported, as_har, as_jsonl
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.text_search import TextSearch
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(slots=True)
class Exports:
    ledger: Ledger
    folder: Path
    url: str
    clock: Clock
    others: OtherInstances
    demo: bool = False
    search: TextSearch = field(init=False)
    files: ExportFiles = field(init=False)

    def __post_init__(self) -> None:
        self.search = TextSearch(self.ledger.transcripts)
        self.files = ExportFiles(self.folder, self.clock)

    async def chosen(self, text: str) -> list[ExchangeRow] | Refused:
        """The rows that a filter takes, oldest first; of all instances where it asks for instances."""
        wanted = parse(text)
        if wanted.wrong is not None:
            return Refused(wanted.wrong.sentence)
        holding = await self.search.holding(wanted.words)
        sight = Sight(self.clock.now(), self.demo, holding=holding)
        return matching(await self._rows(everywhere=wanted.names_instances), wanted, sight)

    async def _rows(self, *, everywhere: bool) -> Sequence[ExchangeRow]:
        own = self.ledger.snapshot().exchanges
        return by_time(own, (await self.others.since(0)).exchanges) if everywhere else own

    async def text(self, rows: Iterable[ExchangeRow], form: ExportForm, *, private: bool) -> str:
        exported = []
        for row in rows:
            page, wire = self.ledger.transcripts.page(row.id), self.ledger.transcripts.wire(row.id)
            exported.append(Exported(row, page.passages, wire, self.clock.now()))
            await asyncio.sleep(0)
        return await asyncio.to_thread(self._as_text, exported, form, private=private)

    def _as_text(self, exported: Sequence[Exported], form: ExportForm, *, private: bool) -> str:
        if form == "har":
            return as_har(exported, self.url, __version__, private=private)
        return as_jsonl(exported, private=private)

    async def write(self, exchanges: Sequence[ExchangeId], form: ExportForm, *, private: bool) -> Answer:
        wanted = frozenset(exchanges)
        everywhere = any(number >= ELSEWHERE for number in wanted)
        rows = [row for row in await self._rows(everywhere=everywhere) if row.id in wanted]
        if not rows:
            return Refused(say("export.none"))
        text = await self.text(rows, form, private=private)
        return await self.files.write_requests(text, form, len(rows))

    async def write_screen(self, svg: str, text: str) -> Answer:
        return await self.files.write_screen(svg, text)


@dataclass(frozen=True, slots=True)
class TextTools:
    """What works on requests."""

    exports: Exports
    kept_filters: KeptFilters


@dataclass(slots=True)
class RequestVerbs:
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
