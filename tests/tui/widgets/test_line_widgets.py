"""Lines that can be tapped: each cell belongs to the piece that stands there, the rest to none.

The bar names what works here, in the order of use; the filter is seen while it is typed, on a phone too.
"""

from typing import Any

import pytest
from alone import ENGLISH, alone
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.paint.cells import Line, Steps, fit_line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.widgets.line_widgets import Choices, KeyBar, LineWidget, MessageRow, TappableLine
from gcli2api_tui.tui.words import Words


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_tap_is_on_the_piece_under_it(language: str) -> None:
    words = Words(language)
    tabs = Choices(TABS, "tab", Look(words), id="tabs")
    async with alone(tabs) as page:
        at = 0
        for name in TABS:
            width = cell_len(f" {words(f'tab.{name}')} ") + 1
            for x in (at, at + width - 1):
                page.seen.clear()
                await page.pilot.click(tabs, offset=(x, 0))
                assert [tap.name for tap in page.said(TappableLine.Tapped)] == [name], x
            at += width
        page.seen.clear()
        await page.pilot.click(tabs, offset=(at, 0))
        assert page.said(TappableLine.Tapped) == []


@pytest.mark.parametrize("current", ["dashboard", "options"])
async def test_where_not_all_tabs_fit_two_are_left_to_their_letters_unless_they_are_on(current: str) -> None:
    tabs = Choices(TABS, "tab", Look(Words("en")), short="short", spare=("play", "options"), id="tabs")
    async with alone(tabs, size=(45, 20)):
        tabs.current = current
        shown = [name for name, _ in tabs.pieces(45)]
        assert shown == [name for name in TABS if name not in ("play", "options") or name == current]
        assert "…" not in "".join(text for text, _ in tabs.lines(45, 1)[0])


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


class InSteps(LineWidget):
    said = "first"

    def in_steps(self, width: int, height: int) -> Steps[list[Line]]:
        said = self.said
        yield
        return [fit_line(((said, "plain"),), width)]


async def test_what_was_painted_while_steps_went_on_is_newer_than_they_are() -> None:
    """A key came between two of them: what it did was gone again until the next frame."""
    widget = InSteps(ENGLISH)
    async with alone(widget, (20, 3)):
        steps = widget.repainting()
        next(steps)
        widget.said = "second"
        widget.repaint()
        assert list(steps) == []
        assert widget.render_line(0).text.strip() == "second"
