"""Entries that lead somewhere, as a widget: the dashboard, and the left column of the desk.

In: a painter of entries. Out: `Chosen`, with the target under the cursor and what is wanted of it. The cursor holds on
to a target, not to a line: what comes above it moves nothing from under a person's finger.
"""

from collections.abc import Callable
from typing import ClassVar, Literal

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.dashboard_sections import Entry, Target
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.line_widgets import LineWidget

Painter = Callable[[int, int, Look], list[Entry]]
Wish = Literal["open", "try_anyway"]


class BoardView(LineWidget, can_focus=True, inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = bindings("board")

    class Chosen(Message):
        def __init__(self, target: Target, wish: Wish) -> None:
            super().__init__()
            self.target, self.wish = target, wish

    def __init__(self, painter: Painter, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._painter = painter
        self._entries: list[Entry] = []
        self._target: Target | None = None
        self._marked = -1

    def show(self, at: float) -> None:
        self.look = self.look.at(at)
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        self._entries = self._painter(width, height, self.look)
        return [entry.line for entry in self._entries]

    def repaint(self) -> None:
        super().repaint()
        marked = self._cursor if self.has_focus else -1
        if marked != self._marked:
            for y in (self._marked, marked):
                if y >= 0:
                    self.refresh(Region(0, y, self.size.width, 1))
            self._marked = marked
            self.refresh_bindings()

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip_of(line, self.size.width, selected=y == self._marked)

    @property
    def _places(self) -> list[int]:
        return [y for y, entry in enumerate(self._entries) if entry.target is not None]

    @property
    def _cursor(self) -> int:
        """The line of the target, or the first that leads somewhere."""
        places = self._places
        found = [y for y in places if self._entries[y].target == self._target]
        return found[0] if found else places[0] if places else -1

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()

    def action_move(self, by: int) -> None:
        places = self._places
        if places:
            at = places.index(self._cursor) + by
            self._target = self._entries[places[max(0, min(len(places) - 1, at))]].target
            self.repaint()

    def action_page(self, by: int) -> None:
        self.action_move(by * 5)

    def action_first(self) -> None:
        self.action_move(-len(self._entries))

    def action_last(self) -> None:
        self.action_move(len(self._entries))

    def action_open(self) -> None:
        self._choose("open")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "try_anyway":
            return self._cursor >= 0 and self._entries[self._cursor].rests
        return True

    def action_try_anyway(self) -> None:
        self._choose("try_anyway")

    def _choose(self, wish: Wish) -> None:
        target = self._entries[self._cursor].target if self._cursor >= 0 else None
        if target is not None:
            self.post_message(self.Chosen(target, wish))

    def on_click(self, event: events.Click) -> None:
        """A tap chooses, on the chosen one it opens."""
        if event.y < len(self._entries) and (target := self._entries[event.y].target) is not None:
            again = target == self._target
            self._target = target
            self.repaint()
            if again:
                self.action_open()
