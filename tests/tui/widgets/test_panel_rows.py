"""The bar names what works here, in the order of use; the filter is seen while it is typed, on a phone too."""

from typing import Any

import pytest
from alone import alone
from textual.pilot import Pilot
from textual.widgets import Input

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.widgets.panel_rows import KeyBar, MessageRow
from gcli2api_tui.tui.words import Words


async def test_a_sentence_longer_than_a_phone_is_wide_is_told_whole_and_at_most_three_lines_high() -> None:
    row = MessageRow(Look(Words("en")), id="message")
    async with alone(row, size=(45, 20)) as page:
        row.say("421 requests written to " + "/data/data/com.termux/files/exports/of/today/" + "requests-1.jsonl", "ok")
        await page.pilot.pause()
        await page.pilot.pause()
        assert row.size.height == 3 and page.text.replace("\n", "").count("requests-1.jsonl") == 1, page.text
        row.say("long " * 60, "ok")
        await page.pilot.pause()
        await page.pilot.pause()
        assert row.size.height == 3 and "…" in page.text


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


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_of_a_tab_is_wider_than_the_screen(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        for letter in "drcpulo":
            await pilot.press(letter)
            await pilot.pause()
            for widget in panel.pane.query("*"):
                assert not widget.region or widget.region.right <= size[0], (letter, widget)


async def test_stop_is_in_the_bar_only_where_an_answer_runs(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.pause()
        await bar_after(panel, pilot, "r")
        requests = panel.query_one(Requests)
        for row in requests.table.rows[:8]:
            requests.table.select(requests.table.rows.index(row))
            await pilot.pause()
            assert ("x Stop" in await bar_after(panel, pilot)) == row.live, row
