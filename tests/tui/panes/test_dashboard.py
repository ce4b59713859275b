"""The dashboard alone: where its rows lead, the desk with its wall, and the checklist that stands there before."""

from dataclasses import replace
from typing import Any

import pytest
from alone import ENGLISH, Page, alone
from board_moments import PRO, board, credential, crowd, exchange, new_home, pool

from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.exchange_rows import ExchangeState, Passage
from gcli2api_tui.ledger.exchange_rows import Page as Transcript
from gcli2api_tui.ledger.snapshot import ModelsToName, Snapshot
from gcli2api_tui.tui.app_messages import AddBy, OpenCredential, OpenExchange, OpenTab
from gcli2api_tui.tui.panes.dashboard import Dashboard
from gcli2api_tui.tui.widgets.dashboard_views import BoardView, Wall
from gcli2api_tui.tui.widgets.first_run import FirstRun
from gcli2api_tui.tui.widgets.request_and_credential_tables import DeskExchanges

KEY = "sk-a-key-for-tools"


class Texts:
    """What each exchange has said so far."""

    def __init__(self) -> None:
        self.said: dict[int, str] = {}

    def read(self, exchange: Any, offset: int) -> Transcript:
        text = self.said.get(exchange, f"answer no. {exchange}")
        return Transcript(exchange, 1, (Passage("answer", text[offset:]),) if text[offset:] else (), len(text))


@pytest.fixture
def texts() -> Texts:
    return Texts()


def pane(texts: Texts) -> Dashboard:
    keys = Keys(Secret(KEY), Secret("for-the-panel"))
    return Dashboard(ENGLISH, texts.read, lambda: keys, lambda exchange: f"question {exchange}", id="dashboard")


async def feed(page: Page, snapshot: Snapshot) -> Dashboard:
    shown = page.app.query_one(Dashboard)
    shown.update_from(snapshot)
    await page.pilot.pause()
    return shown


async def test_each_row_leads_to_what_its_key_says(texts: Texts) -> None:
    async with alone(pane(texts), (45, 20)) as page:
        shown = await feed(page, board())
        shown.first().focus()
        await page.press("enter")
        assert [message.way for message in page.said(AddBy)] == ["login"], "erin's sign-in has ended"
        await page.press("down", "h", "enter")
        assert [message.credential for message in page.said(Dashboard.TryAnyway)] == ["bob"]
        assert [message.credential for message in page.said(OpenCredential)] == ["bob"]
        await page.press("down", "h", "enter", "end", "enter")
        assert len(page.said(Dashboard.TryAnyway)) == 1, "an exchange does not rest"
        assert [message.exchange for message in page.said(OpenExchange)] == [24, 21]


async def test_the_cursor_stays_with_what_it_was_on_when_something_comes_above(texts: Texts) -> None:
    async with alone(pane(texts), (80, 24)) as page:
        shown = await feed(page, board(live=0))
        shown.first().focus()
        await page.press("down")
        worse = (*pool(), credential("a", pool()[2].state))
        await feed(page, board(live=3, credentials=worse))
        await page.press("enter")
        assert [message.credential for message in page.said(OpenCredential)] == ["bob"]


async def test_a_tap_chooses_and_a_second_one_opens(texts: Texts) -> None:
    async with alone(pane(texts), (80, 24)) as page:
        await feed(page, board())
        await page.pilot.click(BoardView, offset=(3, 1))
        assert not page.said(OpenCredential)
        await page.pilot.click(BoardView, offset=(3, 1))
        assert [message.credential for message in page.said(OpenCredential)] == ["bob"]


@pytest.mark.parametrize("size", [(45, 12), (45, 20), (80, 24), (120, 30)], ids=str)
async def test_more_than_fits_leads_to_its_tab_and_fills_the_screen(texts: Texts, size: tuple[int, int]) -> None:
    async with alone(pane(texts), size) as page:
        shown = await feed(page, board(live=20, credentials=crowd(60)))
        lines = [line.rstrip() for line in page.text.splitlines()]
        assert sum(not line for line in lines) <= 2
        shown.first().focus()
        while not page.said(OpenTab):
            await page.press("down", "enter")
        assert page.said(OpenTab)[0].name == "credentials"


# The desk


async def test_the_desk_has_three_columns_and_each_leads_on(texts: Texts) -> None:
    texts.said = {23: "The rain had stopped. 老李 set out", 24: r"^\d{4} matches"}
    async with alone(pane(texts), (160, 50)) as page:
        shown = await feed(page, board())
        await page.until(lambda: "老李" in page.text)
        for words in (
            "needs you",
            "next 24 h",
            "question 20",
            "carol 429 → bob",
            "~~ pro · alice · Cursor",
            "matches▌",
        ):
            assert words in page.text, words
        assert isinstance(shown.first(), DeskExchanges)
        shown.first().focus()
        await page.press("enter")
        shown.query_one(Wall).focus()
        await page.press("up", "enter")
        assert [message.exchange for message in page.said(OpenExchange)] == [24, 23]


async def test_tiles_come_and_go_and_only_lines_that_changed_are_painted(
    texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with alone(pane(texts), (160, 50)) as page:
        shown = await feed(page, board(live=3))
        wall = shown.query_one(Wall)
        painted: list[int] = []
        with monkeypatch.context() as patch:
            patch.setattr(wall, "refresh", lambda *regions: painted.extend(region.y for region in regions))
            await feed(page, board(live=3))
            assert painted == [], "nothing moved"
            texts.said[25] = "answer no. 25 goes on"
            await feed(page, board(live=3))
            assert len(painted) == 1
        await feed(page, board(live=0))
        assert "200R pro" in page.text, "the last answer stays, pinned"


async def test_one_tile_can_have_the_whole_wall(texts: Texts) -> None:
    async with alone(pane(texts), (160, 50)) as page:
        shown = await feed(page, board(live=5))
        wall = shown.query_one(Wall)
        wall.focus()
        await page.press("up", "z")
        titles = [line for line in wall._lines if line[0][0].startswith("~~")]
        assert len(titles) == 1 and "answer no. 26" in page.text and "answer no. 27" not in page.text
        await page.press("z")
        assert sum(line[0][0].startswith("~~") for line in wall._lines) == 5


async def test_a_resize_goes_from_the_desk_to_the_phone_and_back(texts: Texts) -> None:
    async with alone(pane(texts), (160, 50)) as page:
        await feed(page, board())
        await page.pilot.resize_terminal(45, 20)
        await feed(page, board())
        assert page.app.query_one("#board").display and "now" in page.text
        await page.pilot.resize_terminal(160, 50)
        await feed(page, board())
        assert page.app.query_one("#desk").display and "next 24 h" in page.text


# The first run


async def test_a_first_run_asks_once_by_itself_and_is_over_when_a_tool_was_answered(
    texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FirstRun, "GRACE_S", 0.001)
    ready = new_home(credentials=(credential("alice", used_today=0),))
    ready = replace(ready, server=replace(ready.server, models=ModelsToName(fast="gemini-3-flash")))
    async with alone(pane(texts), (45, 20)) as page:
        shown = await feed(page, new_home())
        assert "none yet" in page.text and KEY not in page.text and isinstance(shown.first(), FirstRun)
        shown.first().focus()
        await feed(page, ready)
        await page.until(lambda: page.said(FirstRun.Wanted))
        for _ in range(3):
            await feed(page, ready)
        assert [(one.wish, one.model) for one in page.said(FirstRun.Wanted)] == [("ask", "gemini-3-flash")]
        texts.said[1] = "Hello there"
        ours = exchange(1, ExchangeState.STREAMING, client="gcli2api-tui")
        await feed(page, replace(ready, exchanges=(ours,)))
        assert "Hello there▌" in page.text
        done = replace(ready, exchanges=(exchange(1, client="gcli2api-tui"),))
        await feed(page, done)
        await page.press("enter")
        assert [message.name for message in page.said(OpenTab)] == ["use"]
        await feed(page, replace(done, exchanges=(*done.exchanges, exchange(2, client="Cursor 1.7"))))
        assert not shown.has_class("-first") and isinstance(page.app.focused, BoardView)


async def test_the_test_call_can_be_skipped_and_asked_for_later(texts: Texts) -> None:
    ready = new_home(credentials=(credential("alice", used_today=0),))
    ready = replace(ready, server=replace(ready.server, models=ModelsToName(fast=PRO)))
    async with alone(pane(texts), (45, 12)) as page:
        shown = await feed(page, ready)
        shown.first().focus()
        await page.press("escape")
        for _ in range(9):
            await feed(page, ready)
        assert page.said(FirstRun.Wanted) == [] and "skipped" in page.text
        await page.press("enter")
        assert [one.wish for one in page.said(FirstRun.Wanted)] == ["ask"]
        running = replace(ready, exchanges=(exchange(7, ExchangeState.SENT, client="gcli2api-tui"),))
        await feed(page, running)
        await page.press("escape")
        assert page.said(FirstRun.Wanted)[-1].exchange == 7


async def test_the_checklist_has_the_keys_it_names(texts: Texts) -> None:
    async with alone(pane(texts), (45, 20)) as page:
        shown = await feed(page, new_home())
        shown.first().focus()
        await page.press("i", "s", "enter", "!")
        wishes = [one.wish for one in page.said(FirstRun.Wanted)]
        assert wishes == ["sign_in", "add", "demo"], "nothing was found to import"
        assert shown.copy_text() == ("copy.key", KEY)
