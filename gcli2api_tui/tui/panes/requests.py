"""The Requests tab: the list, and the exchange under the cursor in depth (below, beside, or instead of it)."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.widget import Widget

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.filters import matches
from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.panes.detail import ExchangeDetail
from gcli2api_tui.tui.panes.pane import FilteredPane
from gcli2api_tui.tui.tables import ExchangeTable
from gcli2api_tui.tui.transcript_view import TranscriptView


class Requests(FilteredPane):
    BINDINGS: ClassVar[list[Binding]] = [
        key("tab", "part(1)", "pane.part"),
        key("space", "fold", "text.fold"),
        key("x", "stop_answer", "requests.stop"),
    ]

    def compose(self) -> ComposeResult:
        with Container(classes="list"):
            yield from self.filter_line()
            yield ExchangeTable(id="requests-table", classes="framed")
        yield ExchangeDetail(id="requests-detail", classes="framed")

    @property
    def _table(self) -> ExchangeTable:
        return self.query_one(ExchangeTable)

    @property
    def _detail(self) -> ExchangeDetail:
        return self.query_one(ExchangeDetail)

    def first(self) -> Widget:
        return self._table

    def update_from(self, snapshot: Snapshot) -> None:
        rows = [row for row in snapshot.exchanges if matches(row, self.filter_text)]
        table, words = self._table, self.panel.words
        total = len(snapshot.exchanges)
        shown = words("filter.shown", shown=len(rows), total=total) if self.filter_text else str(total)
        table.border_title = words("title.requests", n=shown)
        table.border_subtitle = words("title.follow" if table.following else "title.paused")
        empty = "empty.match" if total else "empty.exchanges"
        table.empty_text = words(empty, total=total, url=snapshot.server.url)
        table.show(rows)
        self._show_detail()

    def _show_detail(self) -> None:
        if self._detail.display:
            self._detail.show(self._table.selected)

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        if event.chosen:
            self.open()
        self._show_detail()

    def open(self, exchange: ExchangeId | None = None) -> None:
        """Look into the exchange under the cursor, or into `exchange`."""
        if exchange is not None:
            for index, row in enumerate(self._table.rows):
                if row.id == exchange:
                    self._table.select(index)
        self.add_class("-open")
        self.query_one(TranscriptView).focus()
        self.call_after_refresh(self._show_detail)

    @property
    def can_go_back(self) -> bool:
        return self.has_class("-open") or super().can_go_back

    def back(self) -> bool:
        if self.has_class("-open"):
            self.remove_class("-open")
            self._table.focus()
            return True
        return super().back()

    def action_part(self, by: int) -> None:
        self._detail.action_part(by)

    def action_fold(self) -> None:
        self.query_one(TranscriptView).action_fold()

    def action_stop_answer(self) -> None:
        row = self._table.selected
        if row is None or not row.live:
            self.panel.say(self.panel.words("nothing.selected"), "dim")
            return
        self.panel.ask(self.panel.control.cancel_exchange(row.id))

    def copy_text(self) -> tuple[str, str]:
        text = self.query_one(TranscriptView).text
        return ("copy.answer", text) if text else super().copy_text()
