"""Lines that can be tapped: each cell belongs to the piece that stands there, the rest to none."""

import pytest
from alone import ENGLISH, alone
from rich.cells import cell_len

from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.paint.cells import Line, Steps, fit_line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.line_widgets import Choices, LineWidget, TappableLine
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
