"""Colours as they come out: what steps back is grey, and can be read, on dark themes and on light ones."""

import pytest
from textual.color import Color

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.styles.themes import Styled
from gcli2api_tui.tui.widgets.scrolled import Scrolled


def contrast(widget: Styled, tone: str, *, selected: bool = False) -> float:
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
            assert contrast(widget, "dim") >= 4.5
            assert contrast(widget, "plain") > contrast(widget, "dim")
            assert contrast(widget, "dim", selected=True) >= 4.5
