"""The panel's three themes, and which one a terminal gets by itself.

Dark and light are our own colours on Textual's frame: every tone is read at 4.5:1 or better on each background that we
put behind it, dim less than plain (tests/tui/styles/test_themes.py). `terminal` sends no colour of its own: the sixteen
that the person chose for the terminal, its own background, and reversed lines for what is selected.
"""

from collections.abc import Mapping

from textual.theme import BUILTIN_THEMES, Theme

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
