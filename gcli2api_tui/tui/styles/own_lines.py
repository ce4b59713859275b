"""What a widget that paints its own lines keeps of them, and of what stands around them: that is the same for all.

Textual makes the frame and the padding of each line anew, and looks for tints, hatches and colours to be translated in
it: as much as the line itself took. None of these is in our style sheets. Where every line is kept it still asks all
that the widget is in for its colours. Leans on Textual's insides, tried with the versions that pyproject.toml allows
(tests/tui/styles/test_own_lines.py).
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.css.styles import StylesBase
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region, Size, Spacing
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.widget import Widget


def untranslated(filters: Iterable[LineFilter]) -> list[LineFilter]:
    """Without what makes true colours of a terminal's own: there are none in the themes that it is for."""
    return [one for one in filters if not isinstance(one, ANSIToTruecolor)]


def kept_lines(widget: "Widget", crop: Region) -> list[Strip] | None:
    """These, as wide as they are; None where one of them is to be painted, or changed by something on its way."""
    lines = widget._styles_cache
    if crop.column_span != (0, lines._width) or not lines._dirty_lines.isdisjoint(crop.line_range):
        return None
    strips = [lines._cache[y] for y in crop.line_range if y in lines._cache]
    return strips if len(strips) == crop.height and not widget.get_line_filters() else None


class OwnLines(StylesCache):
    _sides: tuple[Strip, Strip] | None = None
    """What stands left and right of a line; taken from the first that is made, which is Textual's, and kept as long."""

    def clear(self) -> None:
        """Each line looks different now."""
        super().clear()
        self._sides = None

    if not TYPE_CHECKING:  # the last arguments are others from version to version

        def render_line(
            self,
            styles: StylesBase,
            y: int,
            size: Size,
            content_size: Size,
            padding: Spacing,
            base_background: Color,
            background: Color,
            render_content_line: Callable[[int], Strip],
            *more: object,
        ) -> Strip:
            left, width = styles.gutter.left, content_size.width
            inside = 0 <= y - styles.gutter.top < content_size.height
            if inside and self._sides is not None:
                before, after = self._sides
                behind = self.get_inner_outer(base_background, background)[0].rich_style
                line = render_content_line(y - styles.gutter.top).adjust_cell_length(width, behind)
                return Strip([*before, *line, *after], size.width) if before or after else line
            strip = super().render_line(
                styles, y, size, content_size, padding, base_background, background, render_content_line, *more
            )
            if inside:
                self._sides = strip.crop(0, left), strip.crop(left + width)
            return strip
