"""What people do with requests: read their texts, search them, export them, keep a filter as a chip. A part of
LocalControl.

In: a filter as it is typed, or numbers of exchanges, those of other instances on a shared database among them. Out:
rows and pages; text of a form; Done with the path of a file that only its user can read. Texts are gathered on the
loop, one exchange after the other; all else happens in a thread. What is remembered of others, and the filters that are
kept, are bounded; while the database is away, what was read before is told.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import field, replace
from pathlib import Path

from gcli2api_tui import __version__, safe_files
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.local_files import ExportFiles
from gcli2api_tui.control.verb_results import Answer, Done, ExportForm, Refused
from gcli2api_tui.events.ids import ELSEWHERE
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_filter import Sight, matching, parse
from gcli2api_tui.ledger.exchange_rows import Elsewhere, ExchangeRow, Page, by_time
from gcli2api_tui.ledger.export_formats import Exported, as_har, as_jsonl
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.text_search import TextSearch
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
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


MOST, LONGEST = 30, 200


def read_filters(path: Path) -> tuple[str, ...]:
    """None where there is no file, or one that is not ours."""
    try:
        lines = path.read_text("utf-8")[: MOST * (LONGEST + 1)].splitlines()
    except (OSError, ValueError):
        return ()
    return tuple(dict.fromkeys(text for line in lines if (text := line.strip()[:LONGEST])))[:MOST]


@dataclass(slots=True)
class KeptFilters:
    path: Path
    filters: tuple[str, ...] = field(init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.filters = read_filters(self.path)

    async def keep(self, text: str) -> Answer:
        text = " ".join(text.split())
        if wrong := parse(text).wrong:
            return Refused(wrong.sentence)
        if not text or len(text) > LONGEST:
            return Refused(say("filter.length", most=LONGEST))
        if text in self.filters:
            return Done(say("filter.kept", text=text))
        if len(self.filters) >= MOST:
            return Refused(say("filter.many", most=MOST), say("filter.drop_one"))
        return await self._write((*self.filters, text)) or Done(say("filter.kept", text=text))

    async def drop(self, text: str) -> Answer:
        left = tuple(one for one in self.filters if one != text)
        if left == self.filters:
            return Refused(say("filter.unkept", text=text))
        return await self._write(left) or Done(say("filter.dropped", text=text))

    async def _write(self, filters: tuple[str, ...]) -> Refused | None:
        content = "".join(f"{one}\n" for one in filters).encode()
        async with self._turn:
            try:
                await asyncio.to_thread(safe_files.replace, self.path, content)
            except OSError as error:
                return Refused(say("export.disk", path=str(self.path), why=str(error.strerror or error)))
            self.filters = filters
        return None


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
