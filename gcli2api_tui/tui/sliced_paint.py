"""A frame painted a few lines at a time, between which streams run; then it is put together at once and sent.

Textual paints all lines that changed in one go, and cuts each of them where any widget begins: 15 ms of a wide list, in
which no chunk of an answer goes on. Here each widget keeps the lines that it painted, as text too, and of each changed
line only who stands in front is asked for it. A frame with a layout is Textual's own: only the layout tells what there
is to paint. Leans on Textual's insides, tried with the versions that pyproject.toml allows
(tests/tui/test_sliced_paint.py).

"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.screen import UPDATE_PERIOD, Screen
from textual.strip import Strip
from textual.timer import Timer

from gcli2api_tui.tui.refresh_loop import turns

if TYPE_CHECKING:
    from textual.widget import Widget

    OfScreens = Screen[Any]
    Piece = tuple[Widget, Region]
    Part = tuple[int, int, Widget, Region]
    """From where to where in a line of the screen a widget is in front, and its own place."""
else:
    OfScreens = object
SLICE = 3
"""Lines: less than a millisecond at 160 columns."""
AHEAD_S = 0.05
"""How long a frame may be painted ahead: on a busy loop each turn takes its time, and a person waits."""


class Lines(CompositorUpdate):
    """What changed of a frame: where on the screen it stands, and as what."""

    def __init__(self, lines: list[tuple[int, int, Strip]]) -> None:
        self.lines = lines

    def render_segments(self, console: Console) -> str:
        return "".join([f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.lines])


class LineCompositor(Compositor):
    """As Textual's, but that what changed is put together from lines as their widgets keep them."""

    _fronts: "dict[int, list[Part]]"
    _seen: "dict[Widget, list[int]]"
    _fronts_of: object = None

    def render_partial_update(self) -> Lines | None:  # type: ignore[override]
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        lines = self.lines_in(regions)
        return lines if lines.lines else None

    def lines_in(self, regions: Iterable[Region]) -> Lines:
        """Whatever of these a widget is in front in goes out with all of its line: that is what it keeps as text."""
        screen = self.size.region
        parts: dict[Widget, dict[tuple[int, int], Part]] = {}
        for y, left, right in self._regions_to_spans(seen for one in regions if (seen := one.intersection(screen))):
            for part in self._front(y):
                if part[0] < right and left < part[1]:
                    parts.setdefault(part[2], {})[y, part[0]] = part
        return Lines([line for widget, seen in parts.items() for line in _painted(widget, seen)])

    def lines_seen(self, widget: "Widget") -> list[int]:
        """In which something of it is in front: none, where others stand on all of it."""
        self._after_a_layout()
        if widget not in self._seen:
            region, clip = self.visible_widgets[widget]
            lines = region.intersection(clip).line_range
            self._seen[widget] = [y for y in lines if any(part[2] is widget for part in self._front(y))]
        return self._seen[widget]

    def _after_a_layout(self) -> None:
        if self._fronts_of is not self.visible_widgets:
            self._fronts, self._seen, self._fronts_of = {}, {}, self.visible_widgets

    def _front(self, y: int) -> "list[Part]":
        """Who is in front in that line; the same until the next layout."""
        self._after_a_layout()
        if y not in self._fronts:
            self._fronts[y] = list(self._in_front(y))
        return self._fronts[y]

    def _in_front(self, y: int) -> "Iterator[Part]":
        gaps = [(0, self.size.width)]
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            if not seen.y <= y < seen.bottom:
                continue
            still: list[tuple[int, int]] = []
            for first, end in gaps:
                left, right = max(first, seen.x), min(end, seen.right)
                if left < right:
                    yield left, right, widget, region
                    still += [gap for gap in ((first, left), (right, end)) if gap[0] < gap[1]]
                else:
                    still.append((first, end))
            gaps = still


def _painted(widget: "Widget", parts: "dict[tuple[int, int], Part]") -> Iterator[tuple[int, int, Strip]]:
    top, bottom = min(y for y, _ in parts), max(y for y, _ in parts)
    region = next(iter(parts.values()))[3]
    strips = widget.render_lines(Region(0, top - region.y, region.width, bottom - top + 1))
    for (y, x), (left, right, _, _) in parts.items():
        yield x, y, strips[y - top].crop(left - region.x, right - region.x)


class SlicedPaint(OfScreens):
    rests = True
    """Between two pieces of a frame: streams are worth more than a frame that nobody waits for."""
    _frames: Timer | None = None
    _later = False
    _put_off = False
    """A frame was due meanwhile."""
    _begun = False
    """A frame is being painted."""
    _compositor: LineCompositor

    @property
    def _update_timer(self) -> Timer:
        """Textual's own, but for what it calls: whoever calls that at once wants the whole frame at once."""
        if self._frames is None:
            self._frames = self.set_interval(UPDATE_PERIOD, self._frame_in_slices, name="screen_update", pause=True)
        return self._frames

    async def _frame_in_slices(self) -> None:
        if self._begun:
            return
        self._begun = True
        try:
            for _ in range(2):  # again for what has changed meanwhile
                if self.is_current and not (self._later or self._layout_required):
                    await self._paint_ahead()
        finally:
            self._begun = False
        if self._later:
            self._put_off = True
        else:
            self._on_timer_update()

    async def _paint_ahead(self) -> None:
        now = asyncio.get_running_loop().time
        end = now() + AHEAD_S
        for widget, lines in list(self._pieces()):
            if self._layout_required or not widget.is_attached or now() > end:
                return  # what is to be painted is another thing now
            self._compositor.lines_in([lines]).render_segments(self.app.console)
            await turns(rests=self.rests)

    @contextlib.asynccontextmanager
    async def painted_later(self) -> AsyncIterator[None]:
        """Meanwhile parts of the screen are of an earlier moment than others. A frame that was due comes at its end: a
        person sees what keys act on."""
        self._later = True
        try:
            yield
        finally:
            self._later = False
            if self._put_off:
                self._put_off = False
                await self._frame_in_slices()

    def _pieces(self) -> "Iterator[Piece]":
        """Of the lines that are not painted yet, but for a few, which are left to the frame itself."""
        left = SLICE
        visible = self._compositor.visible_widgets
        for widget in visible.keys() if self._repaint_required else visible.keys() & self._dirty_widgets:
            if widget is self or widget.BLANK:
                continue
            (region, _), kept = visible[widget], widget._styles_cache
            lines = [y for y in self._compositor.lines_seen(widget) if _is_unpainted(kept, y - region.y)]
            left -= len(lines)
            if left < 0:
                for first in range(0, len(lines), SLICE):
                    some = lines[first : first + SLICE]
                    yield widget, Region(region.x, some[0], region.width, some[-1] + 1 - some[0])


def _is_unpainted(kept: StylesCache, y: int) -> bool:
    return kept.is_dirty(y) or y not in kept._cache
