"""The list of requests with what is above it: chips, the filter line, and why there is nothing to see.

In: snapshots, what was typed. Out: rows in the table. Rows that stay as they were are not looked at again. Texts are
searched beside: as soon as nobody types any more, and again when they have grown, at most once a second; until then the
rows themselves are looked at.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Input

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_filter import EVERYTHING, Filter, Sight, matches, parse
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import ExchangeReads, Holding, KeepFilter
from gcli2api_tui.tui.paint.cells import Line, Steps, Tone, fit, plain, spread, width_of
from gcli2api_tui.tui.paint.instances import short_names, whose
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.list_pane import OpenedPane
from gcli2api_tui.tui.widgets.line_widgets import TappableLine
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.request_and_credential_tables import ExchangeTable

PRESETS = ("", "is:live", "is:err", "st:429", "is:slow")
NAMES = ("all", "live", "err", "429", "slow")
KEEP = "+"
"""No filter has this text: it is offered while the present filter is none of the chips."""
LONGEST = 18
"""Cells of a kept filter."""


class Chips(TappableLine):
    def __init__(self, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self.chosen = ""
        self._kept: tuple[str, ...] = ()
        self._note = ""
        self._wrong = ""

    @property
    def texts(self) -> tuple[str, ...]:
        return (*PRESETS, *self._kept)

    def show(self, look: Look, chosen: str, kept: tuple[str, ...], note: str, wrong: str) -> None:
        """`wrong` takes the place of all: a slip in the filter."""
        self.look, self.chosen, self._kept, self._note, self._wrong = look, chosen, kept, note, wrong
        self.repaint()

    def turned(self, by: int) -> str:
        """The filter after the present one."""
        at = self.texts.index(self.chosen) if self.chosen in self.texts else -by
        return self.texts[(at + by) % len(self.texts)]

    def lines(self, width: int, height: int) -> list[Line]:
        if self._wrong:
            return [spread(((plain(self._wrong), "bad"),), (), width)]
        chips: Line = tuple(run for _, piece in self.pieces(width) for run in piece)
        note: Line = ((plain(self._note), "dim"),)
        return [spread(chips, note if width_of(chips) + width_of(note) <= width else (), width)]

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        """As many as fit; the chosen one always does."""
        pieces = [(text, self._piece(text, self._named(text))) for text in self.texts]
        if self.chosen not in self.texts:
            pieces.append((KEEP, ((self.look.words("chip.keep"), "key"), (" ", "plain"))))
        shown = [text for text, _ in pieces].index(self.chosen if self.chosen in self.texts else KEEP)
        while width_of(tuple(run for _, piece in pieces for run in piece)) > width and len(pieces) > 1:
            last = shown < len(pieces) - 1
            pieces.pop(-1 if last else 0)
            shown -= not last
        return pieces

    def _named(self, text: str) -> str:
        if text in PRESETS:
            return self.look.words(f"chip.{NAMES[PRESETS.index(text)]}")
        name = plain(text)
        return fit(name, LONGEST).rstrip() if width_of(((name, "plain"),)) > LONGEST else name

    def _piece(self, text: str, name: str) -> Line:
        tone: Tone = "chip" if text == self.chosen else "dim"
        return ((f" {name} ", tone),)


class FilteredRequests(OpenedPane):
    TYPED_S: ClassVar[float] = 0.15
    """So long after the last key a search begins."""
    GROWN_S: ClassVar[float] = 1.0
    """And so long after the last search another, where texts have grown."""

    def __init__(self, look: Look, reads: ExchangeReads, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self.reads = reads
        self.filtered = FilteredExchanges(look.words.said)
        self._searched: tuple[str, int] = ("", -1)
        """The filter and the revision that texts were searched for."""
        self._searching = False

    def compose(self) -> ComposeResult:
        with Container(classes="list"):
            yield Chips(self.look, id="chips")
            yield from self.filter_line()
            table = ExchangeTable(self.look, id="requests-table", classes="framed")
            table.opening = self.reads.opening
            yield table

    @property
    def table(self) -> ExchangeTable:
        return self.query_one(ExchangeTable)

    @property
    def chips(self) -> Chips:
        return self.query_one(Chips)

    def first(self) -> Widget:
        return self.table

    def showing(self, snapshot: Snapshot) -> Iterator[None]:
        yield from super().showing(snapshot)
        self._search_on(self.GROWN_S)

    def again(self) -> None:
        for _ in self.again_in_steps():
            pass

    def again_in_steps(self) -> Iterator[None]:
        yield from self.table.ahead(self._filtered(), self.snapshot.at)
        yield from self._showing_list()  # by what may have been typed meanwhile
        yield
        yield from self.showing_beside()
        yield

    def showing_beside(self) -> Steps[None]:
        """What else the tab shows of them."""
        yield from ()

    def _filtered(self) -> Sequence[ExchangeRow]:
        if self.filtered.text != self.filter_text:
            self.filtered.choose(self.filter_text)
        return self.filtered.rows(self.snapshot.exchanges, self.snapshot.at, demo=self.snapshot.server.demo)

    def _showing_list(self) -> Steps[None]:
        snapshot, words, table = self.snapshot, self.look.words, self.table
        rows = self._filtered()
        total = len(snapshot.exchanges)
        shown = words("filter.shown", shown=len(rows), total=total) if self.filter_text else str(total)
        table.names = short_names(snapshot)
        table.caption = "  ".join(filter(None, (words("title.requests", n=shown), whose(snapshot, self.look))))
        table.empty_text = self._why_empty(total)
        yield from table.showing(rows, snapshot.at)
        self.note()

    def _why_empty(self, total: int) -> str:
        words = self.look.words
        one = self.filtered.filter.names_instances and not self.snapshot.all_instances
        if one and whose(self.snapshot, self.look):
            return words("empty.other_instance", total=total)
        if not total:
            return self.empty("empty.exchanges", url=self.snapshot.server.url)
        return words("filter.searching") if self.filtered.unknown_words else words("empty.match", total=total)

    @on(LiveTable.Entitled)
    def note(self) -> None:
        """How the list stands, above it: narrow ones have no frame with a title."""
        wrong, table, total = self.filtered.filter.wrong, self.table, len(self.snapshot.exchanges)
        count = self.look.words("filter.shown", shown=len(table.rows), total=total) if self.filter_text else str(total)
        searching = self.look.words("filter.searching") if self.filtered.unknown_words else ""
        framed = bool(table.styles.border_top[0])  # a frame's title says it already
        stands = () if framed else (count, whose(self.snapshot, self.look), table.stands())
        note = "  ".join(part for part in (searching, *stands) if part)
        said = self.look.words.said(wrong.sentence) if wrong is not None else ""
        self.chips.show(self.look, self.filter_text.strip(), self.reads.saved_filters(), note, said)

    # The filter

    def on_input_changed(self, event: Input.Changed) -> None:
        super().on_input_changed(event)
        self._search_on(self.TYPED_S)
        self.note()

    def choose_filter(self, text: str) -> None:
        """As if it had been typed; the line is shown for what is no chip."""
        self._field.value = self.filter_text = text
        self._field.set_class(bool(text) and text not in self.chips.texts, "-shown")
        self.again()
        self._search_on(0.0)
        self.refresh_bindings()

    @property
    def can_go_back(self) -> bool:
        return bool(self.filter_text) or super().can_go_back

    def back(self) -> bool:
        if self.filter_text and not self._field.has_class("-shown"):
            self.choose_filter("")
            return True
        return super().back()

    def action_chip(self, by: int) -> None:
        self.choose_filter(self.chips.turned(by))

    @on(Chips.Tapped, "#chips")
    def chip_tapped(self, event: Chips.Tapped) -> None:
        event.stop()
        if event.name == KEEP:
            self.post_message(KeepFilter(self.filter_text.strip(), kept=True))
        else:
            self.choose_filter(event.name)

    # Texts

    def _search_on(self, wait_s: float) -> None:
        """Unless all is known already; a search that waits or runs for the former filter is given up."""
        wanted = (self.filter_text, self.snapshot.revision)
        if not self.filtered.filter.words or wanted == self._searched:
            return
        if self._searching and wanted[0] == self._searched[0]:
            return
        self._searched, self._searching = wanted, True
        self.run_worker(self._search(wait_s), group="search", exclusive=True)

    async def _search(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        self.filtered.know(await self.reads.holding(self.filtered.filter.words))
        self._searching = False
        if self.is_attached and self.query(ExchangeTable):  # the panel may have gone meanwhile
            self.again()


class FilteredExchanges:
    def __init__(self, said: Callable[[str], str]) -> None:
        """`said`: an error as the screen says it."""
        self.text = ""
        self.filter: Filter = EVERYTHING
        self._said = said
        self._holding: Holding = {}
        self._judged: dict[ExchangeId, tuple[ExchangeRow, bool]] = {}

    def choose(self, text: str) -> None:
        self.text, self.filter = text, parse(text)
        self._judged.clear()

    def know(self, holding: Holding) -> None:
        """What a search of the texts found. Of words that are not in it only the rows themselves are known."""
        if holding != self._holding:
            self._holding = holding
            self._judged.clear()

    @property
    def unknown_words(self) -> bool:
        """A word was not searched for yet."""
        return any(word not in self._holding for word in self.filter.words)

    def rows(self, rows: Sequence[ExchangeRow], now: float, *, demo: bool) -> Sequence[ExchangeRow]:
        if not self.filter.alternatives:
            return rows
        sight = Sight(now, demo, self._said, self._holding)
        judged = {row.id: (row, self._judge(row, sight)) for row in rows}
        self._judged = judged
        return [row for row in rows if judged[row.id][1]]

    def _judge(self, row: ExchangeRow, sight: Sight) -> bool:
        known = self._judged.get(row.id)
        if known is not None and known[0] is row and not row.live and not self.filter.moves:
            return known[1]
        return matches(row, self.filter, sight)
