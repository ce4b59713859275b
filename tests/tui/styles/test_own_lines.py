"""Lines are kept as Textual would frame and translate them, on each tab, at each size, in each theme."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget
from tui.conftest import FakeReader, exchange

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.styles.line_styles import Styled
from gcli2api_tui.tui.styles.own_lines import OwnLines
from gcli2api_tui.tui.styles.themes import NAMES
from gcli2api_tui.tui.widgets.scroll_view import Scrolled


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


def as_it_stands(panel: Panel) -> list[list[Segment]]:
    compositor = panel.screen._compositor
    return [list(strip.simplify()) for strip in compositor.render_strips(compositor.size)]


def painted_anew(panel: Panel) -> list[list[Segment]]:
    for widget in panel.screen._compositor.visible_widgets:
        widget._styles_cache = type(widget._styles_cache)()
    return as_it_stands(panel)


async def looks_in_turn(panel: Panel, pilot: Pilot[Any]) -> AsyncIterator[str]:
    """What changes how lines look, not what they say."""
    for theme in NAMES:
        panel.theme = theme
        yield theme
    for key in ("tab", "shift+tab", "down", "z", "z"):
        await pilot.press(key)
        yield key
    for size in ((80, 24), (160, 20), (45, 20), (160, 50)):
        await pilot.resize_terminal(*size)
        yield str(size)
    bar = panel.pane.query_one(Scrolled).vertical_scrollbar
    for name, act in (("over", pilot.hover), ("held", pilot.mouse_down), ("let go", pilot.mouse_up)):
        await act(bar)
        yield name
    await pilot.hover(panel.pane)
    yield "away"


@pytest.mark.parametrize("key", ["d", "r", "c", "l"])
async def test_no_line_is_kept_beyond_a_change_of_its_look(panel: Panel, reader: FakeReader, key: str) -> None:
    reader.change(exchanges=tuple(exchange(number) for number in range(1, 100)))
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press(key)
        async for look in looks_in_turn(panel, pilot):
            await pilot.pause()
            assert as_it_stands(panel) == painted_anew(panel), look
