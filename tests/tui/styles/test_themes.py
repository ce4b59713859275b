"""Every tone is read on every background of every theme; the terminal's own theme sends no colour of ours.

Colours as they come out: what steps back is grey, and can be read, on dark themes and on light ones.
"""

import re

import pytest
from rich.color import ColorType
from textual.color import Color

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.styles.line_styles import OWN, SELECTED, TONES, Styled
from gcli2api_tui.tui.styles.themes import NAMES, theme_for, themes
from gcli2api_tui.tui.widgets.scroll_view import Scrolled

OURS = {theme.name: {**theme.to_color_system().generate(), **theme.variables} for theme in themes() if not theme.ansi}
"""As Textual puts them together."""
LEAST = 4.5


def luminance(color: Color) -> float:
    """WCAG 2."""
    parts = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(text: Color, behind: Color) -> float:
    dark, light = sorted((luminance(behind + text), luminance(behind)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("behind", ["background", "surface", SELECTED])
def test_every_tone_is_read_and_dim_steps_back(name: str, behind: str) -> None:
    theme = OURS[name]
    below = Color.parse(theme[behind])
    got = {tone: contrast(Color.parse(theme[colours.text]), below) for tone, colours in TONES.items()}
    assert all(ratio >= LEAST for ratio in got.values()), got
    assert got["dim"] < got["plain"] * 0.75
    chip = TONES["chip"]
    assert contrast(Color.parse(theme[chip.text]), Color.parse(theme[chip.behind])) >= LEAST


@pytest.mark.parametrize("name", OURS)
def test_what_the_style_sheets_pair_is_read_too(name: str) -> None:
    theme = OURS[name]
    for text, behind in (("text-warning", "warning-muted"), ("text-muted", "surface"), ("text-error", "surface"),
                         ("text-accent", "surface"), ("text-primary", "background")):  # fmt: skip
        assert contrast(Color.parse(theme[text]), Color.parse(theme[behind])) >= LEAST, (text, behind)


def test_the_terminals_own_theme_uses_its_sixteen_colours_and_differs_without_any() -> None:
    assert OWN.keys() == TONES.keys()
    for style in OWN.values():
        assert style.bgcolor is None and (style.color is None or style.color.type is ColorType.STANDARD)
    assert OWN["dim"].dim and OWN["chip"].reverse


@pytest.mark.parametrize("theme", NAMES)
async def test_a_theme_is_taken_at_once_and_the_terminals_own_paints_no_background(panel: Panel, theme: str) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        panel.action_theme(theme)
        await pilot.press("c")
        await pilot.pause()
        styles = {segment.style for line in panel.screen._compositor.render_strips() for segment in line}
        true = {s for s in styles if s and s.color and s.color.type is ColorType.TRUECOLOR}
        assert (not true) is (theme == "terminal")
        painted = {s for s in styles if s and s.bgcolor and not s.bgcolor.is_default}
        assert theme != "terminal" or not painted, painted
        assert theme == "terminal" or panel.theme_variables["text-success"] == OURS[theme]["text-success"]


@pytest.mark.parametrize(
    ("chosen", "environ", "theme"),
    [("auto", {"TERM": "xterm-256color"}, "dark"), ("auto", {"TERM": "linux"}, "terminal"),
     ("auto", {"TERM": "xterm-16color"}, "terminal"), ("auto", {"TERM": "screen"}, "terminal"),
     ("auto", {"TERM": "screen", "COLORTERM": "truecolor"}, "dark"), ("auto", {"TERMUX_VERSION": "1"}, "terminal"),
     ("auto", {"TERM": "tmux-256color", "NO_COLOR": "1"}, "terminal"), ("light", {"TERM": "linux"}, "light"),
     ("auto", {"TERM": "xterm-256color", "COLORFGBG": "0;15"}, "light"), ("dark", {"COLORFGBG": "0;15"}, "dark"),
     ("auto", {"TERM": "xterm-256color", "COLORFGBG": "15;0"}, "dark"),
     ("auto", {"TERM": "xterm-256color", "COLORFGBG": "15;default"}, "dark"),
     ("nonsense", {"TERM": "xterm-direct"}, "dark")],
)  # fmt: skip
def test_auto_asks_how_many_colours_there_are_and_which_background(
    chosen: str, environ: dict[str, str], theme: str
) -> None:
    assert theme_for(chosen, environ) == theme


def test_style_sheets_name_no_colour_themselves() -> None:
    from gcli2api_tui.tui.base_app import STYLES

    for sheet in [*STYLES.glob("*.tcss"), *STYLES.glob("*.py")]:
        assert not re.search(r":\s*#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8")), sheet


def contrast_of(widget: Styled, tone: str, *, selected: bool = False) -> float:
    """Between a text of this tone and what lies behind it (WCAG)."""
    style = next(iter(widget.strip_of((("x", tone),), 1, selected=selected))).style  # type: ignore[arg-type]
    assert style is not None and style.color is not None and style.bgcolor is not None
    colour, behind = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
    light, dark = sorted((_luminance(colour), _luminance(behind)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.rgb]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_dim_is_dimmer_than_plain_and_readable(panel: Panel, theme: str) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        panel.theme = theme
        await pilot.pause()
        for widget in (panel.screen.query_one("#status", Styled), panel.screen.query(Scrolled).first()):
            assert contrast_of(widget, "dim") >= 4.5
            assert contrast_of(widget, "plain") > contrast_of(widget, "dim")
            assert contrast_of(widget, "dim", selected=True) >= 4.5
