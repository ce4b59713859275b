"""How a painted line's tone becomes a style of the theme, on what lies behind it; for whatever paints by the line."""

from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.base_screens import FitAtOnce
from gcli2api_tui.tui.paint.cells import Line, Tone
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.styles.own_lines import OwnLines, kept_lines, untranslated

Ground = tuple[Mapping[str, str] | None, Color]
"""The theme's colours, None where these are the terminal's own, and the one behind a text."""
_NOWHERE = Color(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Colours:
    """Names of theme variables; without `behind` a text stands on the widget's own background."""

    text: str
    behind: str = ""
    bold: bool = False


TONES: Mapping[Tone, Colours] = {
    "plain": Colours("foreground"),
    "dim": Colours("text-muted"),
    "bold": Colours("foreground", bold=True),
    "ok": Colours("text-success"),
    "warn": Colours("text-warning"),
    "bad": Colours("text-error"),
    "accent": Colours("text-accent"),
    "chip": Colours("text-primary", "primary-muted", bold=True),
    "key": Colours("text-accent", bold=True),
}
SELECTED = "surface-lighten-1"
"""What lies behind a selected line."""
OWN: Mapping[Tone, Style] = {
    "plain": Style(), "dim": Style(dim=True), "bold": Style(bold=True), "ok": Style(color="green"),
    "warn": Style(color="yellow"), "bad": Style(color="red"), "accent": Style(color="cyan"),
    "chip": Style(bold=True, reverse=True), "key": Style(color="cyan", bold=True),
}  # fmt: skip
"""In the terminal's own colours, whichever these are: no shade of a colour, no background of ours."""


class Styled(FitAtOnce):
    """From painted lines to strips; whatever paints by the line mixes this in. `look` is the widget's own.

    It is no widget itself: Textual takes default CSS along the *first* widget base only, so a second one would be
    ignored without a word. A widget of ours therefore has exactly one base that is a widget (a test holds this). Tones
    are no component classes: Textual makes a node for each of those on each widget and matches all rules with it, which
    was most of what a start cost.
    """

    look: Look
    _ground: Ground | None = None
    _behind: tuple[Color, Color] | None = None
    """While lines are painted: each asks, and Textual asks all that the widget is in."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._styles_cache = OwnLines()

    def get_line_filters(self) -> list[LineFilter]:
        return untranslated(super().get_line_filters())

    def render_lines(self, crop: Region) -> list[Strip]:
        if (kept := kept_lines(self, crop)) is not None:
            return kept
        self._behind = super().background_colors
        self._ground = self._looked_up()
        try:
            return super().render_lines(crop)
        finally:
            self._ground = self._behind = None

    @property
    def background_colors(self) -> tuple[Color, Color]:
        return self._behind or super().background_colors

    def strip_of(self, line: Line, width: int, *, selected: bool = False) -> Strip:
        """`line` must already be `width` cells; it is cut or padded again for safety."""
        theme, behind = self._ground or self._looked_up()
        if theme is None:
            own = Style(reverse=True) if selected else Style.null()
            return Strip([Segment(text, OWN[tone] + own) for text, tone in line]).adjust_cell_length(width, own)
        segments, rest = [Segment(text, _style(theme, TONES[tone], behind)) for text, tone in line], _blank(behind)
        if selected:
            over = _blank(_colour(theme[SELECTED]))
            segments, rest = [Segment(text, style + over) for text, style, _ in segments if style], rest + over
        return Strip(segments).adjust_cell_length(width, rest)

    def _looked_up(self) -> Ground:
        if self.app.current_theme.ansi:
            return None, _NOWHERE
        return self.app.theme_variables, self.background_colors[1]


def _style(theme: Mapping[str, str], tone: Colours, behind: Color) -> Style:
    return _mixed(theme[tone.text], theme[tone.behind] if tone.behind else "", tone.bold, behind)


@lru_cache(maxsize=256)
def _mixed(text: str, own: str, bold: bool, behind: Color) -> Style:
    """As it comes out on what lies behind: half the themes' colours are "so much of whatever contrasts"."""
    behind += _colour(own) if own else None
    return _blank(behind) + Style(color=(behind + _colour(text)).rich_color, bold=bold or None)


@lru_cache(maxsize=64)
def _blank(behind: Color) -> Style:
    return Style(bgcolor=behind.rich_color if behind.a else None)


@lru_cache(maxsize=64)
def _colour(value: str) -> Color:
    """As the style sheets read it: `#1f1f1f`, `ansi_blue 50%`, and `auto 60%` for a share of what contrasts."""
    name, _, share = value.partition(" ")
    percent = float(share.removesuffix("%")) if share else 100.0
    return Color.automatic(percent) if name == "auto" else Color.parse(name).multiply_alpha(percent / 100)
