"""The bar names what works here, in the order of use; the filter is seen while it is typed, on a phone too."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.line_widgets import KeyBar

SIZES = [(45, 20), (80, 24), (160, 50)]


async def bar_after(panel: Panel, pilot: Pilot[Any], *keys: str) -> str:
    for pressed in keys:
        await pilot.press(pressed)
        await pilot.pause()
    bar = panel.screen.query_one(KeyBar)
    return "".join(text for _, piece in bar.pieces(bar.size.width) for text, _ in piece)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_an_opened_exchange_names_its_own_verbs(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.pause()
        bar = await bar_after(panel, pilot, "r", "enter")
        found = [bar.find(name) for name in ("tab Part", "space Fold", "x Stop", "esc Back", "? more")]
        assert -1 not in found and found == sorted(found), bar


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_use_names_its_own_verbs(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.pause()
        bar = await bar_after(panel, pilot, "u")
        assert bar.find("tab Part") < bar.find("w Connect") and ("e QR" in bar or size[0] < 60), bar


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_filter_is_seen_while_it_is_typed(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.pause()
        await bar_after(panel, pilot, "r", "enter", "slash", *"is:lvie")
        field = panel.pane.query_one(Input)
        assert field.value == "is:lvie" and field.region.area > 0
        strips = panel.screen._compositor.render_strips()
        shown = "\n".join("".join(segment.text for segment in line) for line in strips)
        assert "is:lvie is no filter" in shown
