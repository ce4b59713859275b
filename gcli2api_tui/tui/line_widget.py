"""A widget painted by the line, of which only the lines that changed are painted again; figures are one.

In: what it shows, by a method. Out: nothing.
"""

from collections.abc import Callable

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint import status_row
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.styled import Styled

Painter = Callable[[Snapshot, int, int, Look], list[Line]]


class LineWidget(Styled, Widget):
    """Lines made by `lines()`, compared with what stands there; those that differ are repainted."""

    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.look = look
        self._lines: list[Line] = []

    def lines(self, width: int, height: int) -> list[Line]:
        raise NotImplementedError

    def repaint(self) -> None:
        width, height = self.size
        fresh = self.lines(width, height) if width and height else []
        before, self._lines = self._lines, fresh
        for y in range(max(len(before), len(fresh))):
            if before[y : y + 1] != fresh[y : y + 1]:
                self.refresh(Region(0, y, width, 1))

    def resized(self) -> None:
        self.repaint()

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip_of(line, self.size.width)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width


class Figures(LineWidget):
    """A pure painter of the snapshot as a widget."""

    def __init__(self, painter: Painter, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._painter = painter
        self._snapshot: Snapshot | None = None

    def update_from(self, snapshot: Snapshot) -> None:
        self._snapshot, self.look = snapshot, self.look.at(snapshot.at)
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        return self._painter(self._snapshot, width, height, self.look) if self._snapshot is not None else []


def status_line(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Line]:
    return [status_row.status(snapshot, width, look)]


def summary_line(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Line]:
    return [status_row.summary(snapshot, width, look)]
