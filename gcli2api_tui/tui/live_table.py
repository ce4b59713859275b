"""The widget under every list: rows painted by the line, a cursor, following the newest row.

Rows come in whole (`show`); only visible lines are painted, and only lines that look different are sent out.
The cursor holds on to a row's key, so rows that come and go never move it to another row.
"""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.paint.cells import Line, fit_line
from gcli2api_tui.tui.toned import Toned

Row = TypeVar("Row")


class LiveTable(Toned, ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Subclasses say how a row is painted (`paint`), named (`key_of`), and what stands above (`heading`)."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("up,k", "move(-1)", "list.up"),
        key("down,j", "move(1)", "list.down"),
        key("pageup", "page(-1)", "list.page_up"),
        key("pagedown", "page(1)", "list.page_down"),
        key("home,g", "first", "list.first"),
        key("end,G", "last", "list.last"),
        key("enter", "open", "list.open"),
    ]
    FOLLOWS: ClassVar[bool] = False
    """Whether new rows at the end pull the cursor along until the person moves it away."""

    class Moved(Message):
        """The cursor is on another row, or the row under it is new."""

        def __init__(self, table: "LiveTable[Any]", chosen: bool = False) -> None:
            super().__init__()
            self.table = table
            self.chosen = chosen

        @property
        def control(self) -> "LiveTable[Any]":
            return self.table

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.rows: tuple[Row, ...] = ()
        self.following = self.FOLLOWS
        self.unseen = 0
        self.empty_text = ""
        self._key: Hashable | None = None
        self._sent: dict[int, Strip] = {}

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

    def show(self, rows: Sequence[Row]) -> None:
        """Take the rows as they are now and repaint the lines that changed."""
        before, counted = self._key, len(self.rows)
        newest = self.key_of(self.rows[-1]) if self.rows else None
        self.rows = tuple(rows)
        self._follow(newest)
        self._measure(counted != len(self.rows))
        self._send_changed()
        if self._key != before:
            self.post_message(self.Moved(self))

    def _follow(self, newest: Hashable | None) -> None:
        keys = [self.key_of(row) for row in self.rows]
        if not keys:
            self._key, self.unseen = None, 0
        elif self.following:
            self._key, self.unseen = keys[-1], 0
        else:
            if self._key not in keys:
                self._key = keys[0]
            if self.FOLLOWS and newest in keys:
                self.unseen += len(keys) - 1 - keys.index(newest)

    def _measure(self, counted: bool) -> None:
        width = self.size.width
        height = len(self.rows) * self.row_height(width) + (self.heading(width) is not None)
        size = Size(width, max(1, height))
        if size != self.virtual_size:
            self.virtual_size = size
        if counted and self.styles.auto_dimensions:
            self.refresh(layout=True)
        if self.following or counted:
            self._reveal()

    def _send_changed(self) -> None:
        """Repaint the visible lines whose strips differ from what was painted last."""
        for y in range(self.size.height):
            if self._sent.get(y) != self._strip(y):
                self.refresh(Region(0, y, self.size.width, 1))

    # The cursor

    @property
    def cursor(self) -> int:
        """Index of the row under the cursor, -1 when there is none."""
        return next((index for index, row in enumerate(self.rows) if self.key_of(row) == self._key), -1)

    @property
    def selected(self) -> Row | None:
        return self.rows[self.cursor] if self.cursor >= 0 else None

    def select(self, index: int) -> None:
        if not self.rows:
            return
        index = max(0, min(len(self.rows) - 1, index))
        self._key = self.key_of(self.rows[index])
        self.following = self.FOLLOWS and index == len(self.rows) - 1
        self.unseen = 0 if self.following else self.unseen
        self._reveal()
        self.refresh()
        self.post_message(self.Moved(self))

    def _reveal(self) -> None:
        tall, head = self.row_height(self.size.width), self.heading(self.size.width) is not None
        top = max(0, self.cursor) * tall
        room = max(tall, self.size.height - head)
        offset = self.scroll_offset.y
        if top < offset:
            self.scroll_to(y=top, animate=False)
        elif top + tall > offset + room:
            self.scroll_to(y=top + tall - room, animate=False)

    def action_move(self, by: int) -> None:
        self.select(self.cursor + by)

    def action_page(self, by: int) -> None:
        self.select(self.cursor + by * max(1, self.size.height // self.row_height(self.size.width) - 1))

    def action_first(self) -> None:
        self.select(0)

    def action_last(self) -> None:
        self.select(len(self.rows) - 1)

    def action_follow(self) -> None:
        if self.following:
            self.following = False
            self.refresh()
        else:
            self.action_last()

    def action_open(self) -> None:
        if self.rows:
            self.post_message(self.Moved(self, chosen=True))

    def on_click(self, event: events.Click) -> None:
        tall, head = self.row_height(self.size.width), self.heading(self.size.width) is not None
        index = (event.y - head + self.scroll_offset.y) // tall
        if 0 <= index < len(self.rows):
            again = index == self.cursor
            self.select(index)
            if again:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop().prevent_default()
        self.action_move(2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop().prevent_default()
        self.action_move(-2)

    def on_resize(self) -> None:
        self._measure(True)

    # Painting

    def render_line(self, y: int) -> Strip:
        strip = self._strip(y)
        self._sent[y] = strip
        return strip

    def _strip(self, y: int) -> Strip:
        strip = self._content(y, self.size.width)
        return self._with_chip(strip, self.size.width) if self.unseen and y == self.size.height - 1 else strip

    def _content(self, y: int, width: int) -> Strip:
        head = self.heading(width)
        if y == 0 and head is not None:
            return self.strip_of(head, width)
        if not self.rows:
            text = self.empty_text if y == (head is not None) else ""
            return self.strip_of(fit_line(((text, "dim"),), width), width)
        index, part = divmod(y - (head is not None) + self.scroll_offset.y, self.row_height(width))
        if not 0 <= index < len(self.rows):
            return Strip.blank(width, self.rich_style)
        row = self.rows[index]
        chosen = self.marks and self.key_of(row) == self._key
        return self.strip_of(self.paint(row, width)[part], width, selected=chosen)

    @property
    def marks(self) -> bool:
        """Whether the cursor is drawn: a list that merely shows has none until it has the focus."""
        return True

    def _with_chip(self, strip: Strip, width: int) -> Strip:
        """`3 new` over the end of the last visible line."""
        text = f" {self.look.words('row.new', n=self.unseen)} "
        chip = self.strip_of(((text, "chip"),), len(text))
        return Strip.join([strip.crop(0, max(0, width - len(text))), chip])
