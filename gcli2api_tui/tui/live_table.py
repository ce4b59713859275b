"""The widget under every list: rows painted by the line, a cursor, following the newest row.

Rows come in whole (`show`). The cursor holds on to a row's key and is always in sight; while the list follows, it is
on the newest row. While it does not, the view stands still: rows that come or go elsewhere move nothing.
"""

from collections.abc import Hashable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.paint.cells import Line, fit_line, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.scrolled import Scrolled, Visible

Row = TypeVar("Row")


class LiveTable(Scrolled, Generic[Row], inherit_bindings=False):
    """Subclasses say how a row is painted (`paint`), named (`key_of`), and what stands above (`heading`)."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("table")
    FOLLOWS: ClassVar[bool] = False
    """Whether new rows at the end pull the cursor along until the person moves it away."""

    class Moved(Message):
        """The cursor is on another row: `by_hand`, or because rows came and went. `chosen`: to be opened."""

        def __init__(self, table: Scrolled, *, chosen: bool = False, by_hand: bool = False) -> None:
            super().__init__()
            self.table = table
            self.chosen = chosen
            self.by_hand = by_hand

        @property
        def control(self) -> Scrolled:
            return self.table

    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(look, id=id, classes=classes)
        self.rows: tuple[Row, ...] = ()
        self.following = self.FOLLOWS
        self.unseen = 0
        self.empty_text = ""
        self._keys: tuple[Hashable, ...] = ()
        self._key: Hashable | None = None
        self._tall_before = 1

    # What subclasses say

    def key_of(self, row: Row) -> Hashable:
        raise NotImplementedError

    def paint(self, row: Row, width: int) -> tuple[Line, ...]:
        """One or two lines, the same number for all rows at one width."""
        raise NotImplementedError

    def row_height(self, width: int) -> int:
        return 1

    def heading(self, width: int) -> Line | None:
        return None

    # Data in

    def show(self, rows: Sequence[Row], at: float) -> None:
        """Take the rows as they are at that moment and repaint the lines that changed."""
        self.look = self.look.at(at)
        before, cursor, top, keys = self._key, self.cursor, self._top, self._keys
        self.rows = tuple(rows)
        self._keys = tuple(self.key_of(row) for row in self.rows)
        self._follow(keys, cursor)
        if len(keys) != len(self._keys) and self.styles.auto_dimensions:
            self.refresh(layout=True)
        self._place(self._index_of(keys[top], top) if top < len(keys) else top)
        self.send_changed()
        if self._key != before:
            self.post_message(self.Moved(self))

    def _follow(self, before: tuple[Hashable, ...], cursor: int) -> None:
        """Where the cursor is among the new rows, and how many of them were not seen."""
        if not self._keys or self.following:
            self._key, self.unseen = self._keys[-1] if self._keys else None, 0
            return
        if self._key not in self._keys:
            self._key = self._keys[max(0, min(cursor, len(self._keys) - 1))] if cursor >= 0 else self._keys[0]
        if self.FOLLOWS and before and self._keys[-1] != before[-1]:
            self.unseen += len(self._keys) - 1 - self._index_of(before[-1], -1)

    def _index_of(self, wanted: Hashable, otherwise: int) -> int:
        """Newest first: that is where a list is looked at."""
        for index in range(len(self._keys) - 1, -1, -1):
            if self._keys[index] == wanted:
                return index
        return otherwise

    # What is in sight

    @property
    def _tall(self) -> int:
        return self.row_height(self.inside.width)

    @property
    def _head(self) -> int:
        return int(self.heading(self.inside.width) is not None)

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

    def scrolled_to(self, y: int) -> None:
        """The view moves, and the cursor only as far as it must to stay in sight."""
        if not self.rows:
            return
        last = len(self.rows) - self._room
        down = y > self.scroll_offset.y
        top = max(0, min(last, y // self._tall if not down else -(-y // self._tall)))
        index = max(top, min(top + self._room - 1, self.cursor))
        if self.FOLLOWS and down and top >= last:
            index = len(self.rows) - 1
        self._go(index, top)

    # The cursor

    @property
    def cursor(self) -> int:
        """Index of the row under the cursor, -1 when there is none."""
        return self._index_of(self._key, -1) if self._key is not None else -1

    @property
    def selected(self) -> Row | None:
        return self.rows[self.cursor] if self.cursor >= 0 else None

    def select(self, index: int) -> None:
        self._go(index, self._top)

    def _go(self, index: int, top: int) -> None:
        if not self.rows:
            return
        index, before = max(0, min(len(self.rows) - 1, index)), self._key
        self._key = self._keys[index]
        self.following = self.FOLLOWS and index == len(self.rows) - 1
        self.unseen = 0 if self.following else self.unseen
        self._place(top)
        self.send_changed()
        if self._key != before:
            self.post_message(self.Moved(self, by_hand=True))

    def action_move(self, by: int) -> None:
        self.select(self.cursor + by)

    def action_page(self, by: int) -> None:
        self.select(self.cursor + by * max(1, self._room - 1))

    def action_first(self) -> None:
        self.select(0)

    def action_last(self) -> None:
        self.select(len(self.rows) - 1)

    def action_follow(self) -> None:
        if self.following:
            self.following = False
            self.send_changed()
        else:
            self.action_last()

    def action_open(self) -> None:
        if self.rows:
            self.post_message(self.Moved(self, chosen=True, by_hand=True))

    def on_click(self, event: events.Click) -> None:
        """A tap chooses a row, on the chosen one it opens; on `3 new` it goes there."""
        if (at := event.get_content_offset(self)) is None:
            return
        if self.unseen and at.y == self.inside.height - 1 and at.x >= self.inside.width - width_of(self._chip()):
            self.action_last()
            return
        index = (at.y - self._head + self.scroll_offset.y) // self._tall
        if at.y >= self._head and 0 <= index < len(self.rows):
            again = index == self.cursor
            self.select(index)
            if again:
                self.action_open()

    def on_resize(self) -> None:
        self._place(self._top)
        self.send_changed()

    # Painting

    def stands(self) -> str:
        word = self.look.words
        if self.FOLLOWS and self.rows:
            return word("title.follow") if self.following else word("title.paused", n=self.cursor + 1)
        return word("title.row", n=self.cursor + 1, total=len(self.rows)) if self.overflows and self.marks else ""

    def line_at(self, y: int) -> Visible:
        line, chosen = self._content(y, self.inside.width)
        return Visible(line, chosen, self._chip() if self.unseen and y == self.inside.height - 1 else ())

    def _content(self, y: int, width: int) -> tuple[Line, bool]:
        """The line, and whether the cursor is on it."""
        head = self.heading(width)
        if y == 0 and head is not None:
            return head, False
        if not self.rows:
            text = self.empty_text if y == (head is not None) else ""
            return fit_line(((text, "dim"),), width), False
        index, part = divmod(y - (head is not None) + self.scroll_offset.y, self.row_height(width))
        if not 0 <= index < len(self.rows):
            return (), False
        return self.paint(self.rows[index], width)[part], self.marks and self._keys[index] == self._key

    @property
    def marks(self) -> bool:
        """Whether the cursor is drawn: a list that merely shows has none until it has the focus."""
        return True

    def _chip(self) -> Line:
        """`3 new`, over the end of the last visible line."""
        return ((f" {self.look.words('row.new', n=self.unseen)} ", "chip"),)
