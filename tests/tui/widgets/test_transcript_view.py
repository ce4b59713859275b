"""The text of an exchange as it grows."""

from tui.conftest import FakeReader

from gcli2api_tui.ledger.exchange_rows import Passage
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.demo_panel import on_screen
from gcli2api_tui.tui.widgets.transcript_view import TranscriptView


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
