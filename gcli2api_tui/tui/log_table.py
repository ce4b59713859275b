"""The log as a list whose long lines fold: a row takes as many lines as its sentence needs.

In: rows of the log. The cursor goes from row to row, and all lines of the one under it are marked. What a row folds to
is worked out once for a width and a language.
"""

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual.binding import BindingType

from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.paint import log
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.log import LogPart
from gcli2api_tui.tui.paint.look import Look


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
