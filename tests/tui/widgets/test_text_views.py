"""A text that scrolls says where it stands, and only once it stands somewhere."""

from alone import ENGLISH, alone
from tui.conftest import FakeReader

from gcli2api_tui.ledger.exchange_rows import Passage
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.demo_panel import on_screen
from gcli2api_tui.tui.widgets.text_views import LinesView, TranscriptView


async def test_before_it_is_laid_out_it_says_nothing_of_where_it_stands() -> None:
    view = LinesView(ENGLISH)
    view.styles.display = "none"
    async with alone(view, (40, 8)) as page:
        view.set_lines([((f"line {number}", "plain"),) for number in range(14)])
        assert view.stands() == "", "it has no height yet: '1-0 of 14' was seen for a moment"
        view.styles.display = "block"
        await page.pilot.pause()
        assert view.stands() == "1-8 of 14"


async def test_what_was_read_is_seen_though_the_steps_that_read_it_went_no_further(
    panel: Panel, reader: FakeReader
) -> None:
    """A newer snapshot took their place, and had nothing new of this text."""
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        view = panel.pane.query_one(TranscriptView)
        reader.passages.append(Passage("answer", "more words"))
        next(view.showing(view.row, reader.now.at))
        view.show(view.row, reader.now.at)
        await pilot.pause()
        assert "more words" in on_screen(panel)
