"""UsageView alone: turns, sorts, scrolls, and reads again when something was asked and not otherwise."""

from dataclasses import replace
from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from tui.conftest import FakeReader, moment

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.base_app import PaneApp
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.usage import SPANS, UsageLines, UsageView
from gcli2api_tui.tui.words import Words

SIZES = [(45, 20), (80, 24), (160, 50)]


class Page(PaneApp[None]):
    language: ClassVar[str] = "en"

    def __init__(self) -> None:
        super().__init__()
        self.reader = FakeReader()

    def compose(self) -> ComposeResult:
        yield UsageView(Look(Words(self.language)), self.reader.usage, id="usage")

    def on_ready(self) -> None:
        self.view.first().focus()
        self.view.show(moment())

    @property
    def view(self) -> UsageView:
        return self.query_one(UsageView)


async def read(pilot: Pilot[None]) -> UsageLines:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return pilot.app.query_one(UsageLines)


def more(snapshot: Snapshot, after_s: float) -> Snapshot:
    totals = replace(snapshot.totals, ok=snapshot.totals.ok + 1)
    return replace(snapshot, totals=totals, at=snapshot.at + after_s)


@pytest.mark.parametrize("size", SIZES)
async def test_more_than_fits_is_reached_by_keys(size: tuple[int, int]) -> None:
    async with Page().run_test(size=size) as pilot:
        lines = await read(pilot)
        assert lines.overflows and lines.scroll_offset.y == 0
        await pilot.press("end")
        assert lines.scroll_offset.y == lines.max_scroll_y
        await pilot.press("n")
        await read(pilot)
        assert lines.scroll_offset.y == 0


async def test_keys_turn_sort_and_choose_the_days() -> None:
    app = Page()
    async with app.run_test(size=(80, 24)) as pilot:
        lines = await read(pilot)
        await pilot.press("n", "n", "b", "t", "s")
        await read(pilot)
        assert app.reader.used[-1] == ("model", SPANS[1])
        assert (lines.part, lines.order) == ("model", "tokens")
        await pilot.press("b", "b")
        await read(pilot)
        assert lines.part == "hours" and app.reader.used[-1] == ("day", SPANS[1])


async def test_a_tap_turns_too() -> None:
    app = Page()
    async with app.run_test(size=(45, 20)) as pilot:
        await read(pilot)
        await pilot.click("#usage-parts", offset=(7, 0))
        assert (await read(pilot)).part == "model"


async def test_it_reads_when_something_was_asked_and_not_more_often() -> None:
    app = Page()
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        for _ in range(5):
            app.view.show(moment())
        app.view.show(replace(moment(), at=moment().at + 5000))
        await read(pilot)
        assert len(app.reader.used) == 1
        app.view.show(more(moment(), 5000))
        await read(pilot)
        assert len(app.reader.used) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_all_of_it_is_there_as_text(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Page, "language", language)
    app = Page()
    async with app.run_test(size=(45, 20)) as pilot:
        await read(pilot)
        text = app.view.plain_text()
        assert "day 59" in text and {"en": "notional", "zh": "名义"}[language] in text
        assert "\x1b" not in text
