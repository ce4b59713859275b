"""Lines are kept as Textual would frame and translate them, on each tab, at each size, in each theme."""

import pytest
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.styles.line_styles import Styled
from gcli2api_tui.tui.styles.own_lines import OwnLines
from gcli2api_tui.tui.styles.themes import NAMES


def as_textual_does(widget: Widget) -> list[Strip]:
    strips = StylesCache().render_widget(widget, whole(widget))
    for one in widget.app.get_line_filters():
        strips = [strip.apply_filter(one, widget.background_colors[1]) for strip in strips]
    return strips


def whole(widget: Widget) -> Region:
    return widget.region.size.region


@pytest.mark.parametrize("theme", NAMES)
@pytest.mark.parametrize("size", [(45, 20), (80, 24), (160, 50)], ids=str)
async def test_a_line_stands_in_its_frame_as_textual_puts_it(panel: Panel, size: tuple[int, int], theme: str) -> None:
    async with panel.run_test(size=size) as pilot:
        panel.theme = theme
        framed = 0
        for key in ("d", "r", "enter", "c", "u", "k", "l", "o", "question_mark"):
            await pilot.press(key)
            await pilot.pause()
            for widget in panel.screen.query(Widget):
                if isinstance(widget, Styled) and widget.is_on_screen and widget.size:
                    assert isinstance(widget._styles_cache, OwnLines)
                    assert widget.render_lines(whole(widget)) == as_textual_does(widget), "as it is kept"
                    widget._styles_cache.clear()
                    assert widget.render_lines(whole(widget)) == as_textual_does(widget), widget
                    framed += any(widget.gutter)
        assert framed
