"""The Logs tab: the ledger's log book, from some level on, holding some words."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.messages import OpenExchange
from gcli2api_tui.tui.paint.log import LEVELS, matches
from gcli2api_tui.tui.panes.pane import FilteredPane
from gcli2api_tui.tui.tables import LogTable


class Logs(FilteredPane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("logs")
    HINT = "filter.logs"
    level = "info"

    def compose(self) -> ComposeResult:
        yield from self.filter_line()
        yield LogTable(self.look, id="logs-table", classes="framed")

    def first(self) -> Widget:
        return self.query_one(LogTable)

    def again(self) -> None:
        rows = [row for row in self.snapshot.log if matches(row, self.level, self.filter_text, self.look.words)]
        table, words = self.query_one(LogTable), self.look.words
        table.caption = words("tab.logs") + " " + words("log.level", level=self.level)
        table.empty_text = words("empty.logs")
        table.show(rows, self.snapshot.at)

    def action_level(self) -> None:
        """The next level; after the gravest, all again."""
        self.level = LEVELS[(LEVELS.index(self.level) + 1) % len(LEVELS)]
        self.again()

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        row = self.query_one(LogTable).selected
        if event.chosen and row is not None and row.exchange is not None:
            self.post_message(OpenExchange(row.exchange))
