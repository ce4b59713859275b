"""The widget under every list: rows painted by the line, a cursor, an order, marks, following the newest row.

Rows come in whole (`show`). The cursor holds on to a row's key and is always in sight; while the list follows, it is
on the newest row. While it does not, the view stands still: rows that come or go elsewhere move nothing. Marks hold on
to keys as well; what a person does to `targets` is done to the marked rows, else to the one under the cursor.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Steps, at_once, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.scroll_view import Scrolled
from gcli2api_tui.tui.widgets.table_rows import MARK_CELLS, Order, PaintedRows

Row = TypeVar("Row")
A_STEP = 3
"""Rows that are painted at a time: less than half a millisecond. Each step costs a look at what is in front."""


class LiveTable(PaintedRows[Row], Generic[Row], inherit_bindings=False):
    """Subclasses say how a row is painted (`paint`), named (`key_of`), and what stands above (`heading`)."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("table")
    FOLLOWS: ClassVar[bool] = False
    """Whether new rows at the end pull the cursor along until the person moves it away, in the order of time."""
    MARKS: ClassVar[bool] = False
    """Whether rows can be marked: where something can be done to several."""

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
        self.order: Order[Row] = self.orders[0]
        self.following = self.FOLLOWS
        self._given: tuple[Row, ...] = ()

    # Data in

    def show(self, rows: Sequence[Row], at: float) -> None:
        """Take the rows as they are at that moment and repaint the lines that changed."""
        at_once(self.showing(rows, at))

    def showing(self, rows: Sequence[Row], at: float) -> Steps[None]:
        self._take(rows, at)
        yield
        self.send_changed()

    def _take(self, rows: Sequence[Row], at: float) -> None:
        self.look, self._given = self.look.at(at), tuple(rows)
        self._shown += 1
        self._painted, self._painted_before = {}, self._painted
        before, cursor, top, keys = self._key, self.cursor, self._top, self._keys
        self.rows = self.order.of(self._given, at)
        self._keys = tuple(self.key_of(row) for row in self.rows)
        self._follow(keys, cursor)
        if len(keys) != len(self._keys) and self.styles.auto_dimensions:
            self.refresh(layout=True)
        stands = top < len(keys) and not (top == 0 and self.order.rank)  # of ranked rows the first stays in sight
        self._place(self._index_of(keys[top], top) if stands else top)
        if self._key != before:
            self.post_message(self.Moved(self))

    def ahead(self, rows: Sequence[Row], at: float) -> Iterator[None]:
        """Paint of these what is in sight, some rows a step: `show` finds it painted."""
        self.look = self.look.at(at)
        room, across = self._room, self._across
        seen = set(self._keys[self._top : self._top + room])
        last = len(rows) - room if self.following else len(rows)
        sight = [row for place, row in enumerate(rows) if place >= last or self.key_of(row) in seen]
        for number, row in enumerate(sight, 1):
            self._lines_of(row, across)
            if number % A_STEP == 0:
                yield
        yield

    def _follow(self, before: tuple[Hashable, ...], cursor: int) -> None:
        """Where the cursor is among the new rows, and how many of them were not seen."""
        if not self._keys or self.following:
            self._key, self.unseen = self._keys[-1] if self._keys else None, 0
            return
        if self._key not in self._keys:
            self._key = self._keys[max(0, min(cursor, len(self._keys) - 1))] if cursor >= 0 else self._keys[0]
        if self._can_follow and before and self._keys[-1] != before[-1]:
            self.unseen += self.counted(self._index_of(before[-1], -1) + 1)

    def counted(self, index: int) -> int:
        """How many rows there are from this one on, for who has not seen them."""
        return len(self.rows) - index

    def scrolled_to(self, y: int) -> None:
        """The view moves, and the cursor only as far as it must to stay in sight."""
        if not self.rows:
            return
        last = len(self.rows) - self._room
        down = y > self.scroll_offset.y
        top = max(0, min(last, y // self._tall if not down else -(-y // self._tall)))
        index = max(top, min(top + self._room - 1, self.cursor))
        if self._can_follow and down and top >= last:
            index = len(self.rows) - 1
        self._go(index, top)

    # The cursor

    def select(self, index: int) -> None:
        self._go(index, self._top)

    @property
    def pointed(self) -> Hashable | None:
        """The key of the row on which a person left the cursor."""
        return None if self.following else self._key

    def point(self, key: Hashable | None) -> None:
        """The cursor on that row, if it is in the list."""
        if key in self._keys:
            self.select(self._keys.index(key))

    def _go(self, index: int, top: int) -> None:
        if not self.rows:
            return
        index, before = max(0, min(len(self.rows) - 1, index)), self._key
        self._key = self._keys[index]
        self.following = self._can_follow and index == len(self.rows) - 1
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
        """In another order than that of time nothing is followed: back to that one."""
        if self.following:
            self.following = False
            self.send_changed()
        else:
            self.put_in_order(self.orders[0])
            self.action_last()

    def action_open(self) -> None:
        if self.rows:
            self.post_message(self.Moved(self, chosen=True, by_hand=True))

    def on_click(self, event: events.Click) -> None:
        """A tap chooses a row, on the chosen one it opens; on `3 new` it goes there, on a sign it marks."""
        if (at := event.get_content_offset(self)) is None:
            return
        if self.unseen and at.y == self.inside.height - 1 and at.x >= self.inside.width - width_of(self._chip()):
            self.action_last()
            return
        index = (at.y - self._head + self.scroll_offset.y) // self._tall
        if at.y >= self._head and 0 <= index < len(self.rows):
            if self._marks and at.x < MARK_CELLS:
                self._turn_mark(self._keys[index])
                return
            again = index == self.cursor
            self.select(index)
            if again:
                self.action_open()

    def resized(self) -> None:
        self._again()

    def _again(self) -> None:
        """Lay the rows out once more: their width, their order or their marks are others."""
        self._place(self._top)
        self.send_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "sort":
            return len(self.orders) > 1 and len(self.rows) > 1
        if action == "open":
            return bool(self.rows)
        if action == "mark":
            return self.MARKS and bool(self.rows)
        return bool(self._marks) if action == "unmark" else True

    # The order

    @property
    def _can_follow(self) -> bool:
        return self.FOLLOWS and self.order.rank is None

    def action_sort(self) -> None:
        self.put_in_order(self.orders[(self.orders.index(self.order) + 1) % len(self.orders)])

    def put_in_order(self, order: Order[Row]) -> None:
        """What ranks first is what one wants to see; in the order of time, what came last."""
        if order != self.order:
            self.order, self.unseen = order, 0
            self.show(self._given, self.look.now)
            self._go(len(self.rows) - 1 if self._can_follow else 0, 0)

    # Marks

    @property
    def marked(self) -> tuple[Row, ...]:
        """The marked rows that are in the list now, in its order."""
        if not self._marks:
            return ()
        return tuple(row for row, key in zip(self.rows, self._keys, strict=True) if key in self._marks)

    @property
    def targets(self) -> tuple[Row, ...]:
        """What a verb acts on: the marked rows, else the one under the cursor."""
        return self.marked or (() if self.selected is None else (self.selected,))

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next."""
        self._turn_mark(self._key)
        self.action_move(1)

    def action_unmark(self) -> None:
        self._marks.clear()
        self._again()
        self.refresh_bindings()

    def _turn_mark(self, key: Hashable | None) -> None:
        self._marks ^= {key}
        self._again()
        self.refresh_bindings()

    # The title

    def stands(self) -> str:
        word, marked = self.look.words, len(self.marked)
        parts = [word(f"order.{self.order.name}")] if self.order.rank and self.rows else []
        if self._can_follow and self.rows:
            parts += [word("title.follow") if self.following else word("title.paused", n=self.cursor + 1)]
        elif self.overflows and self.shows_cursor:
            parts += [word("title.row", n=self.cursor + 1, total=len(self.rows))]
        return "  ".join([*parts, word("title.marked", n=marked)] if marked else parts)
