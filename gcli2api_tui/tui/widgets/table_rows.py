"""Rows as lines: where each stands, which are in sight, the sign of a mark, the row under the cursor.

In: subclasses hand over `rows` and their keys (tui/widgets/live_table.py, which knows what a person does), and say how
a row is painted, named, headed and ordered. The view begins and ends with a whole row, and the row under the cursor is
in it. Only in the order without a rank, that in which the rows came, does a list follow its newest row.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, fit_line
from gcli2api_tui.tui.paint.look import Glyphs, Look
from gcli2api_tui.tui.widgets.scroll_view import Scrolled, Visible
from gcli2api_tui.tui.words import Words

Row = TypeVar("Row")
Rank = tuple[float, str]
"""The smallest stands first: a number, then a name."""
Painted = tuple[object, object, tuple[Line, ...]]
"""What was painted, what its lines say beside it, and the lines."""
MARK_CELLS = 2
"""What the signs of the marks take from the width while there are any."""


@dataclass(frozen=True, slots=True)
class Order(Generic[Row]):
    """`name` is that of its text, `order.<name>`; `rank` takes the row and the moment."""

    name: str
    rank: Callable[[Row, float], Rank] | None = None

    def of(self, rows: Sequence[Row], at: float) -> tuple[Row, ...]:
        rank = self.rank
        return tuple(rows) if rank is None else tuple(sorted(rows, key=lambda row: rank(row, at)))


class PaintedRows(Scrolled, Generic[Row], inherit_bindings=False):
    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(look, id=id, classes=classes)
        self.rows: tuple[Row, ...] = ()
        self.following = False
        self.unseen = 0
        self.empty_text = ""
        self._keys: tuple[Hashable, ...] = ()
        self._key: Hashable | None = None
        self._found = 0
        self._marks: set[Hashable] = set()
        self._tall_before = 1
        self._shown = 0
        """How often rows came in."""
        self._painted: dict[int, Painted] = {}
        self._painted_before: dict[int, Painted] = {}
        self._painted_as: tuple[Words, Glyphs, bool, int] | None = None

    # What subclasses say

    def key_of(self, row: Row) -> Hashable:
        raise NotImplementedError

    def paint(self, row: Row, width: int) -> tuple[Line, ...]:
        """One or two lines, the same number for all rows at one width."""
        raise NotImplementedError

    @property
    def orders(self) -> tuple[Order[Row], ...]:
        """What `s` turns through."""
        return (Order("time"),)

    def row_height(self, width: int) -> int:
        return 1

    def heading(self, width: int) -> Line | None:
        return None

    def beside(self, row: Row | None) -> object:
        """What the lines of a row, or of the heading, tell beside it: as long as both stay, so do the lines.

        By itself that is anything: they are painted anew each time that rows are shown.
        """
        return self._shown

    # The row under the cursor

    @property
    def cursor(self) -> int:
        """Index of the row under the cursor, -1 when there is none."""
        return self._index_of(self._key, -1) if self._key is not None else -1

    @property
    def selected(self) -> Row | None:
        return self.rows[self.cursor] if self.cursor >= 0 else None

    @property
    def shows_cursor(self) -> bool:
        """A list that merely shows draws none until it has the focus."""
        return True

    def _index_of(self, wanted: Hashable, otherwise: int) -> int:
        """Where it was a moment ago, as nearly always: each line that is painted asks. Else the newest first."""
        if self._found < len(self._keys) and self._keys[self._found] == wanted:
            return self._found
        for index in range(len(self._keys) - 1, -1, -1):
            if self._keys[index] == wanted:
                self._found = index
                return index
        return otherwise

    # What is in sight

    @property
    def _across(self) -> int:
        """The width of a row: marks take some cells of it."""
        return self.inside.width - (MARK_CELLS if self._marks else 0)

    @property
    def _tall(self) -> int:
        return self.row_height(self._across)

    @property
    def _head(self) -> int:
        return len(self._heading(self._across))

    @property
    def _room(self) -> int:
        """How many whole rows are in sight."""
        return max(1, (self.inside.height - self._head) // self._tall)

    @property
    def _top(self) -> int:
        """Index of the first row in sight; rows are never cut at the top."""
        return self.scroll_offset.y // self._tall_before

    def content_height(self) -> int:
        """The rest of the last line is counted as well, so that the end too begins with a whole row."""
        spare = max(0, self.inside.height - self._head) % self._tall
        return self._head + len(self.rows) * self._tall + (spare if len(self.rows) > self._room else 0)

    def _place(self, top: int) -> None:
        """The view at `top`, or as near as lets the cursor be in sight; at the end while following."""
        self.measure()
        tall, room, cursor = self._tall, self._room, max(0, self.cursor)
        if self.following:
            top = len(self.rows) - room
        top = max(0, min(top, len(self.rows) - room, cursor), cursor - room + 1)
        self._tall_before = tall
        self.look_at(top * tall)

    # Painting

    def line_at(self, y: int) -> Visible:
        line, chosen = self._content(y, self._across)
        return Visible(line, chosen, self._chip() if self.unseen and y == self.inside.height - 1 else ())

    def _content(self, y: int, width: int) -> tuple[Line, bool]:
        """The line, and whether the cursor is on it."""
        head = self._heading(width)
        if y < len(head):
            return self._signed(head[y], ""), False
        if not self.rows:
            text = self.empty_text if y == len(head) else ""
            return fit_line(((text, "dim"),), width), False
        index, part = divmod(y - len(head) + self.scroll_offset.y, self.row_height(width))
        if not 0 <= index < len(self.rows):
            return (), False
        key = self._keys[index]
        sign = self.look.glyphs.tick if part == 0 and key in self._marks else ""
        return self._signed(self._lines_of(self.rows[index], width)[part], sign), self.shows_cursor and key == self._key

    def _heading(self, width: int) -> tuple[Line, ...]:
        """The line above the rows, if there is one."""
        return self._lines_of(None, width)

    def _lines_of(self, row: Row | None, width: int) -> tuple[Line, ...]:
        """Painted once, and kept from one show to the next: of a list few rows change, and each line asks twice."""
        look = self.look
        as_now = (look.words, look.glyphs, look.private, width)
        if as_now != self._painted_as:
            self._painted, self._painted_before, self._painted_as = {}, {}, as_now
        place, beside = id(row), self.beside(row)
        known = self._painted.get(place) or self._painted_before.get(place)
        if known is None or known[0] is not row or known[1] != beside:
            known = row, beside, self._painted_lines(row, width)
        self._painted[place] = known
        return known[2]

    def _painted_lines(self, row: Row | None, width: int) -> tuple[Line, ...]:
        if row is not None:
            return self.paint(row, width)
        line = self.heading(width)
        return () if line is None else (line,)

    def _signed(self, line: Line, sign: str) -> Line:
        """With the sign of a mark before it, where there are marks."""
        return ((sign.ljust(MARK_CELLS), "accent"), *line) if self._marks else line

    def _chip(self) -> Line:
        """`3 new`, over the end of the last visible line."""
        return ((f" {self.look.words('row.new', n=self.unseen)} ", "chip"),)
