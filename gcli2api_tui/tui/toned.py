"""From painted lines to strips: the one place where a tone becomes a style of the theme.

Widgets that paint by the line mix this in. The look (words, glyphs, moment) is the app's.
"""

from typing import TYPE_CHECKING, ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from gcli2api_tui.tui.paint.cells import Line, Tone
from gcli2api_tui.tui.paint.look import Look

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel

TONES: tuple[Tone, ...] = ("plain", "dim", "bold", "ok", "warn", "bad", "accent", "chip", "key")


class Toned(Widget):
    """Styles come from the component classes `tone--…` and `tone--selected` (styles/panel.tcss)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"tone--{tone}" for tone in TONES), "tone--selected"}

    @property
    def panel(self) -> "Panel":
        return cast("Panel", self.app)

    @property
    def look(self) -> Look:
        return self.panel.look

    def strip_of(self, line: Line, width: int, *, selected: bool = False) -> Strip:
        """`line` must already be `width` cells; it is cut or padded again for safety."""
        base = self.rich_style
        over = self.get_component_rich_style("tone--selected", partial=True) if selected else Style.null()
        segments = [Segment(text, base + self._tone(tone) + over) for text, tone in line]
        return Strip(segments).adjust_cell_length(width, base + over)

    def _tone(self, tone: Tone) -> Style:
        return self.get_component_rich_style(f"tone--{tone}", partial=True)
