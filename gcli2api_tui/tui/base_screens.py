"""What every screen of ours does: laid out once for one size, painted in slices, and without keys that may not act.

Textual lays out a screen that comes to the front up to three times: when it hears its size, and when it has its classes
of the breakpoints; each time all is painted. It paints all lines that changed in one go: up to 10 ms of a wide list, in
which no chunk of an answer goes on. Both lean on its insides, tried with the versions that pyproject.toml allows
(tests/tui/test_base_screens.py).

A panel that only looks (`--read-only`): keys that would change something are in no key bar, help or palette, and only
say so. What is shown of keys anywhere is made from a screen's `active_bindings`; menus and tables ask `only_looks`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.dom import DOMNode
from textual.geometry import Region, Size
from textual.screen import UPDATE_PERIOD, ModalScreen, Screen
from textual.timer import Timer

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.key_bindings import CHANGING
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.refresh_loop import turns

if TYPE_CHECKING:
    from textual.binding import ActiveBinding
    from textual.widget import Widget

    OfScreens = Screen[Any]
    OfWidgets = Widget
    Points = list[tuple[int, str]]
    Piece = tuple[Widget, Region]
else:
    OfScreens = OfWidgets = object

Result = TypeVar("Result")
SLICE = 6
"""Lines: about a millisecond at 160 columns."""


class OneLayout(OfScreens):
    def _screen_resized(self, size: Size) -> None:
        """What else changes a layout asks for one by itself."""
        if size != self._compositor.size:
            super()._screen_resized(size)


def classes_of(size: Size, across: "Points", down: "Points") -> set[str]:
    """What the breakpoints say of it, as Textual gives it after the first layout."""
    return {max(point for point in points if point[0] <= n)[1] for n, points in zip(size, (across, down), strict=True)}


class SlicedPaint(OfScreens):
    """A frame's lines are painted a few at a time, between which streams run; then it is put together and sent.

    Each widget keeps the lines that it painted, and what puts a frame together takes them from there. A frame with a
    layout is not sliced: only the layout tells what there is to paint.
    """

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


class FrontScreen(SlicedPaint, OneLayout, Screen[None]):
    """The panel's own screen: its keys as they act here. So does a modal."""

    @property
    def active_bindings(self) -> "dict[str, ActiveBinding]":
        return acting(super().active_bindings, self.app)


class Modal(SlicedPaint, OneLayout, ModalScreen[Result]):
    """`dismiss(result)` tells whoever opened it what came of it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._gone = False

    @property
    def active_bindings(self) -> "dict[str, ActiveBinding]":
        return acting(super().active_bindings, self.app)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Once: of two keys that come together the second meets a window that is gone already."""
        if self._gone:
            return AwaitComplete()
        self._gone = True
        return super().dismiss(result)

    def update_from(self, snapshot: Snapshot) -> None:
        """The newest snapshot, while it is in front; most need none."""


@runtime_checkable
class Looks(Protocol):
    """An app that says whether it only looks."""

    only_looks: bool


def only_looks(app: App[object]) -> bool:
    """For what no key stands for: the entries of a menu, the rows of a table."""
    return isinstance(app, Looks) and app.only_looks


def acting(active: "dict[str, ActiveBinding]", app: App[object]) -> "dict[str, ActiveBinding]":
    if not only_looks(app):
        return active
    return {key: entry for key, entry in active.items() if entry.binding.id not in CHANGING}


def changes(node: DOMNode | None, action: object) -> bool:
    """Whether the action that a key of this widget stands for is one that changes something."""
    rows = (row for kind in type(node).__mro__ for row in kind.__dict__.get("BINDINGS", ()))
    return any(isinstance(row, Binding) and row.action == action and row.id in CHANGING for row in rows)


class FitAtOnce(OfWidgets):
    """`resized` comes while the layout is made, before anything is painted in that size, and when it is seen again."""

    _fits = False

    def resized(self) -> None:
        raise NotImplementedError

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        before = self._size  # `size` asks the layout, which knows the new one already
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if self._size != before:
            self._fits = True
            self.resized()
        return changed

    def on_resize(self) -> None:
        """Hidden it had no size, and shown again it has the one that it had before: the layout changed nothing."""
        if not self._fits:
            self.resized()
        self._fits = False
