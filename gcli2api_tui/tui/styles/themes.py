"""The panel's three themes, which one a terminal gets by itself, and how a painted line's tone becomes a style of it.

Dark and light are our own colours on Textual's frame: every tone is read at 4.5:1 or better on each background that we
put behind it, dim less than plain (tests/tui/styles/test_themes.py). `terminal` sends no colour of its own: the sixteen
that the person chose for the terminal, its own background, and reversed lines for what is selected.
"""

from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES, Theme

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.base_screens import FitAtOnce
from gcli2api_tui.tui.paint.cells import Line, Tone
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.styles.own_lines import OwnLines

NAMES = ("dark", "light", "terminal")
"""As the setting `theme` names them."""
_FEW_COLOURS = ("linux", "dumb", "vt100", "vt220", "ansi", "screen", "xterm", "rxvt", "cons25")
_DARK = {
    "foreground": "#E4E4E4", "text-muted": "#A6A6A6", "text-success": "#8AD4A1", "text-warning": "#FFC473",
    "text-error": "#F08FA0", "text-accent": "#7CC7E8", "text-primary": "#CFE8FA", "primary-muted": "#0C304C",
    "surface-lighten-1": "#2D3640", "text-disabled": "#A6A6A6",
}  # fmt: skip
_LIGHT = {
    "foreground": "#1B1B1B", "text-muted": "#545454", "text-success": "#17602E", "text-warning": "#7A4600",
    "text-error": "#9A1230", "text-accent": "#00527A", "text-primary": "#002D4F", "primary-muted": "#C3D8E6",
    "warning-muted": "#F6E3C5",
    "surface-lighten-1": "#DCE8F2", "surface-lighten-2": "#B4B4B4", "text-disabled": "#545454",
}  # fmt: skip
_BARE = dict.fromkeys(
    ("scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active", "scrollbar-corner-color"),
    "ansi_default",
)


def themes() -> tuple[Theme, ...]:
    dark, light, ansi = (BUILTIN_THEMES[name] for name in ("textual-dark", "textual-light", "ansi-dark"))
    return (
        Theme("dark", dark.primary, dark.secondary, dark.warning, dark.error, dark.success, dark.accent,
              _DARK["foreground"], "#121212", "#1B1B1B", "#242F38", dark=True, variables=dict(_DARK)),
        Theme("light", light.primary, light.secondary, light.warning, light.error, light.success, light.accent,
              _LIGHT["foreground"], "#FAFAFA", "#F0F0F0", "#E6E6E6", dark=False, variables=dict(_LIGHT)),
        Theme("terminal", ansi.primary, ansi.secondary, ansi.warning, ansi.error, ansi.success, "ansi_cyan",
              ansi.foreground, ansi.background, ansi.surface, ansi.panel, ansi.boost, dark=True, ansi=True,
              variables={**ansi.variables, **_BARE}),
    )  # fmt: skip


def theme_for(chosen: str, environ: Mapping[str, str]) -> str:
    """By the setting. `auto`: few colours, no colours or a phone get the terminal's own; else by its background."""
    if chosen in NAMES:
        return chosen
    if "NO_COLOR" in environ or environ.get("TERMUX_VERSION") or _few(environ):
        return "terminal"
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background.isdigit() and (int(background) == 7 or int(background) > 8) else "dark"


def _few(environ: Mapping[str, str]) -> bool:
    term, many = environ.get("TERM", ""), environ.get("COLORTERM", "").casefold()
    return many not in ("truecolor", "24bit") and (term in _FEW_COLOURS or term.endswith("-16color"))


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
    """While lines are painted: each asks, and Textual asks all that the widget is in."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._styles_cache = OwnLines()

    def get_line_filters(self) -> list[LineFilter]:
        """Without what makes true colours of a terminal's own: there are none in the themes that it is for."""
        return [one for one in super().get_line_filters() if not isinstance(one, ANSIToTruecolor)]

    def render_lines(self, crop: Region) -> list[Strip]:
        self._ground = self._looked_up()
        try:
            return super().render_lines(crop)
        finally:
            self._ground = None

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
