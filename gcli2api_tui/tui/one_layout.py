"""A screen that is laid out once for one size, has the classes of its size from the beginning, and is whole when it is
painted for the first time.

Textual lays out a screen that comes to the front, hears from that layout that the screen has a size, lays it out once
more, and those below it too, then gives it the classes of the breakpoints, and lays it out again: each time all is
painted. A widget learns its size after it was painted. Tried with the versions that pyproject.toml allows
(tests/tui/test_one_layout.py).
"""

from typing import TYPE_CHECKING, Any

from textual.geometry import Size

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    OfScreens = Screen[Any]
    OfWidgets = Widget
    Points = list[tuple[int, str]]
else:
    OfScreens = object
    OfWidgets = object


class OneLayout(OfScreens):
    def _screen_resized(self, size: Size) -> None:
        """What else changes a layout asks for one by itself."""
        if size != self._compositor.size:
            super()._screen_resized(size)


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


def classes_of(size: Size, across: "Points", down: "Points") -> set[str]:
    """What the breakpoints say of it, as Textual gives it after the first layout."""
    return {max(point for point in points if point[0] <= n)[1] for n, points in zip(size, (across, down), strict=True)}
