"""A frame whose lines are painted a few at a time, between which streams run; then it is put together and sent.

In: what a screen has to paint. Out: the same frame as without. Textual paints all lines that changed in one go: up to
10 ms of a wide list, in which no chunk of an answer goes on. Each widget keeps the lines that it painted, and what puts
a frame together takes them from there. A frame with a layout is not sliced: only the layout tells what there is to
paint. Tried with the versions that pyproject.toml allows (tests/tui/test_sliced_paint.py).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from textual.geometry import Region
from textual.screen import UPDATE_PERIOD, Screen
from textual.timer import Timer

from gcli2api_tui.tui.refresh_loop import turns

if TYPE_CHECKING:
    from textual.widget import Widget

    OfScreens = Screen[Any]
    Piece = tuple[Widget, Region]
else:
    OfScreens = object

SLICE = 6
"""Lines: about a millisecond at 160 columns."""


class SlicedPaint(OfScreens):
    _frames: Timer | None = None

    @property
    def _update_timer(self) -> Timer:
        """Textual's own, but for what it calls: whoever calls that at once wants the whole frame at once."""
        if self._frames is None:
            self._frames = self.set_interval(UPDATE_PERIOD, self._frame_in_slices, name="screen_update", pause=True)
        return self._frames

    async def _frame_in_slices(self) -> None:
        if self.is_current and not self._layout_required:
            for widget, lines in list(self._pieces()):
                if self._layout_required or not widget.is_attached:
                    break  # what is to be painted is another thing now
                widget.render_lines(lines)
                await turns()
        self._on_timer_update()

    def _pieces(self) -> "Iterator[Piece]":
        """Of the lines that are not painted yet, but for a few, which are left to the frame itself."""
        left = SLICE
        visible = self._compositor.visible_widgets
        for widget in visible.keys() if self._repaint_required else visible.keys() & self._dirty_widgets:
            if widget is self or widget.BLANK:
                continue
            region, clip = visible[widget]
            lines = _unpainted(widget, region.intersection(clip).translate(-region.offset))
            left -= len(lines)
            if left < 0:
                for first in range(0, len(lines), SLICE):
                    some = lines[first : first + SLICE]
                    yield widget, Region(0, some[0], region.width, some[-1] + 1 - some[0])


def _unpainted(widget: "Widget", seen: Region) -> list[int]:
    kept = widget._styles_cache
    return [y for y in seen.line_range if kept.is_dirty(y) or y not in kept._cache]
