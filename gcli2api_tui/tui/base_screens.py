"""What every screen of ours does: laid out once for one size, painted in slices, and without keys that may not act.

Textual lays out a screen that comes to the front up to three times: when it hears its size, and when it has its classes
of the breakpoints; each time all is painted. That leans on its insides, tried with the versions that pyproject.toml
allows (tests/tui/test_base_screens.py). The slices are those of tui/sliced_paint.py.

A panel that only looks (`--read-only`): keys that would change something are in no key bar, help or palette, and only
say so. What is shown of keys anywhere is made from a screen's `active_bindings`; menus and tables ask `only_looks`.
"""

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.dom import DOMNode
from textual.geometry import Size
from textual.screen import ModalScreen, Screen

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.key_bindings import CHANGING
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.sliced_paint import LineCompositor, SlicedPaint

if TYPE_CHECKING:
    from textual.binding import ActiveBinding
    from textual.widget import Widget

    OfScreens = Screen[Any]
    OfWidgets = Widget
    Points = list[tuple[int, str]]
else:
    OfScreens = OfWidgets = object

Result = TypeVar("Result")


class OneLayout(OfScreens):
    def _screen_resized(self, size: Size) -> None:
        """What else changes a layout asks for one by itself."""
        if size != self._compositor.size:
            super()._screen_resized(size)


def classes_of(size: Size, across: "Points", down: "Points") -> set[str]:
    """What the breakpoints say of it, as Textual gives it after the first layout."""
    return {max(point for point in points if point[0] <= n)[1] for n, points in zip(size, (across, down), strict=True)}


class FrontScreen(SlicedPaint, OneLayout, Screen[None]):
    """The panel's own screen: its keys as they act here. So does a modal."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._compositor = LineCompositor()

    @property
    def active_bindings(self) -> "dict[str, ActiveBinding]":
        return acting(super().active_bindings, self.app)


class Modal(SlicedPaint, OneLayout, ModalScreen[Result]):
    """`dismiss(result)` tells whoever opened it what came of it."""

    rests = False

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._compositor = LineCompositor()
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
