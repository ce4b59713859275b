"""Painted lines that scroll: the base of every long text.

`set_lines` takes all lines as they are now. While a view follows, its end is in sight; otherwise it stands still.
"""

from typing import ClassVar

from textual.binding import BindingType

from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, Steps, at_once, fit_line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.scroll_view import Scrolled, Visible


class LinesView(Scrolled, inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = bindings("text")

    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(look, id=id, classes=classes)
        self.following = False
        self._lines: list[Line] = []

    def set_lines(self, lines: list[Line]) -> None:
        at_once(self.setting(lines))

    def setting(self, lines: list[Line]) -> Steps[None]:
        self._lines = lines
        self.measure()
        yield
        if self.following:
            self.look_at(self.max_scroll_y)
        self.send_changed()

    def resized(self) -> None:
        self.wrap_again()

    def wrap_again(self) -> None:
        """The width is another one."""
        self.set_lines(self._lines)

    def content_height(self) -> int:
        return len(self._lines)

    def line_at(self, y: int) -> Visible:
        index = y + self.scroll_offset.y
        return Visible(fit_line(self._lines[index] if index < len(self._lines) else (), self.inside.width))

    def stands(self) -> str:
        """`1-9 of 18` where not all fits."""
        if not self.overflows:
            return ""
        first, last = self.scroll_offset.y + 1, self.scroll_offset.y + self.inside.height
        return self.look.words("text.lines", first=first, last=min(last, len(self._lines)), total=len(self._lines))

    def scrolled_to(self, y: int) -> None:
        self.look_at(y)
        self.send_changed()

    def action_scroll_by(self, by: int) -> None:
        self.scrolled_to(self.scroll_offset.y + by)

    def action_scroll_page(self, by: int) -> None:
        self.action_scroll_by(by * max(1, self.inside.height - 1))

    def action_to_start(self) -> None:
        self.scrolled_to(0)

    def action_to_end(self) -> None:
        self.scrolled_to(self.max_scroll_y)
