"""The Logs tab: the ledger's log book, from some level on, holding some words; one line in depth.

Long lines fold. `enter` shows all about the line under the cursor, and once more leads to its exchange.
"""

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.tui.app_messages import OpenExchange
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import log
from gcli2api_tui.tui.paint.cells import Line, in_width
from gcli2api_tui.tui.paint.log import LEVELS, LogPart, matches
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.list_pane import OpenedPane
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.live_table import LiveTable


class LogTable(LiveTable[LogPart]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("following")
    FOLLOWS = True

    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(look, id=id, classes=classes)
        self._log: tuple[LogRow, ...] = ()
        self._folded: dict[int, tuple[LogPart, ...]] = {}
        self._folded_at = 0

    def show_log(self, rows: Sequence[LogRow], at: float) -> None:
        self._log, self.look = tuple(rows), self.look.at(at)
        width = self.inside.width
        if not width:
            return  # folded when there is something to fold it to
        before = self._folded if width == self._folded_at else {}
        words = self.look.words
        self._folded = {row.number: before.get(row.number) or log.folded(row, width, words) for row in self._log}
        self._folded_at = width
        self.show([part for row in self._log for part in self._folded[row.number]], at)

    def resized(self) -> None:
        if self.inside.width != self._folded_at:
            self.show_log(self._log, self.look.now)
        super().resized()

    @property
    def chosen(self) -> LogRow | None:
        return self.selected.row if self.selected is not None else None

    def key_of(self, row: LogPart) -> Hashable:
        return row.row.number, row.part

    def beside(self, row: LogPart | None) -> object:
        """Nothing: a line tells the time at which it was written."""

    def counted(self, index: int) -> int:
        """A row counts once, into however many lines it folds."""
        return sum(not part.part for part in self.rows[index:])

    def paint(self, row: LogPart, width: int) -> tuple[Line, ...]:
        return (log.one_line(row, width),)

    def _content(self, y: int, width: int) -> tuple[Line, bool]:
        line, marked = super()._content(y, width)
        index = y + self.scroll_offset.y
        if self.chosen is not None and 0 <= index < len(self.rows):
            marked = self.rows[index].row.number == self.chosen.number
        return line, marked

    def action_move(self, by: int) -> None:
        """To the next row, or the one before; within a row that is taller than the list, by the line."""
        index, chosen = self.cursor + by, self.chosen
        while chosen is not None and 0 <= index < len(self.rows) and self.rows[index].row is chosen:
            index += by
        while by < 0 and index > 0 and self.rows[index].part:
            index -= 1
        self.select(index)


class LogDetail(LinesView):
    """All about one line; it scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("log_line")
    row: LogRow | None = None

    def show(self, row: LogRow | None, at: float) -> None:
        changed = row != self.row
        self.row, self.look = row, self.look.at(at)
        self.wrap_again()
        if changed:
            self.scrolled_to(0)
            self.refresh_bindings()

    def wrap_again(self) -> None:
        lines = log.detail(self.row, self.look) if self.row is not None else []
        self.set_lines([part for line in lines for part in in_width(line, self.inside.width)])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.row is not None and self.row.exchange is not None if action == "exchange" else True

    def action_exchange(self) -> None:
        if self.row is not None and self.row.exchange is not None:
            self.post_message(OpenExchange(self.row.exchange))


class Logs(OpenedPane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("logs")
    HINT = "filter.logs"
    level = "info"
    opened: LogRow | None = None
    """The line in depth; it stays, whatever comes into the log."""

    def compose(self) -> ComposeResult:
        with Container(classes="list"):
            yield from self.filter_line()
            yield LogTable(self.look, id="logs-table", classes="framed")
        yield LogDetail(self.look, id="logs-detail", classes="framed")

    @property
    def _table(self) -> LogTable:
        return self.query_one(LogTable)

    def first(self) -> Widget:
        return self._table

    def again(self) -> None:
        rows = [row for row in self.snapshot.log if matches(row, self.level, self.filter_text, self.look.words)]
        words, table = self.look.words, self._table
        table.caption = words("tab.logs") + " " + words("log.level", level=words(f"level.{self.level}"))
        table.empty_text = self.empty("empty.logs")
        table.show_log(rows, self.snapshot.at)
        self._show_detail()

    def _show_detail(self) -> None:
        if self.has_class("-open"):
            self.query_one(LogDetail).caption = self.look.words("title.log_line")
            self.query_one(LogDetail).show(self.opened, self.snapshot.at)

    def action_level(self) -> None:
        """The next level; after the gravest, all again."""
        self.level = LEVELS[(LEVELS.index(self.level) + 1) % len(LEVELS)]
        self.again()

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        if event.by_hand:
            self.opened = self._table.chosen
        if event.chosen:
            self.add_class("-open")
            self.query_one(LogDetail).focus()
            self.refresh_bindings()
            self.call_after_refresh(self._show_detail)
        self._show_detail()

    def copy_text(self) -> tuple[str, str]:
        row = self.opened if self.has_class("-open") else self._table.chosen
        return ("copy.log_line", log.as_text(row, self.look.words)) if row is not None else super().copy_text()

    def plain_text(self) -> str:
        """All lines that the filter lets through."""
        rows = [row for row in self.snapshot.log if matches(row, self.level, self.filter_text, self.look.words)]
        return "\n".join(log.as_text(row, self.look.words) for row in rows)
