"""A list to choose one from, in the windows in front: rows over as many lines as they need, a cursor, Enter or a tap.

In: rows, each with an id; None for one that only says something. Out: `Picked`. Lines are folded by us, so that its
height is known without painting: a window stands there whole in its first frame.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, Run, fit_line, width_of, wrap_runs
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.scroll_view import Scrolled, Visible


@dataclass(frozen=True, slots=True)
class PickRow:
    id: str | None
    text: Line
    head: Run = ("", "plain")
    """Stands before the text; what is folded begins under the text."""
    note: str = ""
    """Below it."""


class PickList(Scrolled, inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = bindings("table")

    class Picked(Message):
        def __init__(self, row: PickRow) -> None:
            super().__init__()
            self.id = row.id or ""

    def __init__(self, look: Look, rows: Sequence[PickRow], *, at: int = 0) -> None:
        super().__init__(look)
        self.rows = tuple(rows)
        self.cursor = at
        self._lines: list[tuple[int, Line]] = []
        """Of each line the row that it is of."""

    def on_mount(self) -> None:
        """Of a list that cannot fit the bar is there from the beginning, and nothing is laid out anew for it."""
        self.show_vertical_scrollbar = len(self.rows) > self.app.size.height

    def set_rows(self, rows: Sequence[PickRow]) -> None:
        """Others, and the first of them is under the cursor."""
        self.rows, self.cursor = tuple(rows), 0
        self._fold()

    def resized(self) -> None:
        self._fold()

    def _fold(self) -> None:
        self._lines = folded(self.rows, self.inside.width)
        self.measure()
        self._see()

    def _see(self) -> None:
        """The row under the cursor in sight, whole if it can be."""
        own = [y for y, (index, _) in enumerate(self._lines) if index == self.cursor]
        if own:
            self.look_at(max(min(self.scroll_offset.y, own[0]), own[-1] + 1 - self.inside.height))
        self.send_changed()

    def content_height(self) -> int:
        return len(self._lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(folded(self.rows, width - self.styles.scrollbar_size_vertical))

    def line_at(self, y: int) -> Visible:
        at = y + self.scroll_offset.y
        index, line = self._lines[at] if at < len(self._lines) else (-1, ())
        chosen = index == self.cursor and self.rows[index].id is not None
        return Visible(fit_line(line, self.inside.width), chosen)

    def scrolled_to(self, y: int) -> None:
        self.look_at(y)
        self.send_changed()

    def select(self, index: int) -> None:
        if self.rows:
            self.cursor = max(0, min(len(self.rows) - 1, index))
            self._see()

    def action_move(self, by: int) -> None:
        """From either end on to the other."""
        if self.rows:
            self.select((self.cursor + by) % len(self.rows))

    def action_page(self, by: int) -> None:
        self.select(self.cursor + by * max(1, self.inside.height - 1))

    def action_first(self) -> None:
        self.select(0)

    def action_last(self) -> None:
        self.select(len(self.rows) - 1)

    def action_open(self) -> None:
        if self.rows and self.rows[self.cursor].id is not None:
            self.post_message(self.Picked(self.rows[self.cursor]))

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        y = -1 if at is None else at.y + self.scroll_offset.y
        if 0 <= y < len(self._lines):
            self.select(self._lines[y][0])
            self.action_open()


def folded(rows: Sequence[PickRow], width: int) -> list[tuple[int, Line]]:
    return [(index, line) for index, row in enumerate(rows) for line in _lines(row, width)]


def _lines(row: PickRow, width: int) -> list[Line]:
    hang = width_of((row.head,))
    gap: Line = ((" " * hang, "plain"),) if hang else ()
    first, *more = wrap_runs(row.text, width - hang) if width_of(row.text) > width - hang else [row.text]
    if row.note:
        more += wrap_runs(((row.note, "dim"),), width - hang)
    return [(row.head, *first), *((*gap, *line) for line in more)]
