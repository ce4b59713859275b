"""From painted lines to strips: the one place where a tone becomes a style of the theme.

Whatever paints by the line mixes this in. The look (words, glyphs, moment) is the app's. It is no widget itself:
Textual takes default CSS and component classes along the *first* widget base only, so a second one would be ignored
without a word. A widget of ours therefore has exactly one base that is a widget (a test holds this).
"""

from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from gcli2api_tui.tui.paint.cells import Line, Tone
from gcli2api_tui.tui.paint.look import Look

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel

    Mixin = Widget
else:
    Mixin = object

TONES: tuple[Tone, ...] = ("plain", "dim", "bold", "ok", "warn", "bad", "accent", "chip", "key")
TONE_CLASSES = {*(f"tone--{tone}" for tone in TONES), "tone--selected"}
"""Component classes of every widget that mixes `Toned` in (styles/panel.tcss)."""


class Styled(Mixin):
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
        """The tone's own rules; its colour as it comes out on this widget's background.

        Half the theme's colours are "so much of whatever contrasts": without a background that is plain white.
        """
        name = f"tone--{tone}"
        own = self.get_component_rich_style(name, partial=True)
        return own + Style(color=self.get_component_rich_style(name).color)
