"""Each pane in an app that is not the panel: a snapshot goes in, messages come out."""

from collections.abc import Callable
from typing import Any

import pytest
from alone import ENGLISH, alone, shown
from textual.app import ComposeResult
from tui.conftest import FakeReader

from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.exchange_rows import Page as Transcript
from gcli2api_tui.ledger.exchange_rows import Passage
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import Copy, ExchangeReads, OpenExchange, Say
from gcli2api_tui.tui.base_app import PaneApp
from gcli2api_tui.tui.panes.credentials import Credentials
from gcli2api_tui.tui.panes.dashboard import Dashboard
from gcli2api_tui.tui.panes.filtered_requests import FilteredRequests
from gcli2api_tui.tui.panes.list_pane import FilteredPane, OpenedPane
from gcli2api_tui.tui.panes.logs import Logs
from gcli2api_tui.tui.panes.options import Options
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.panes.play import Play
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.panes.use_tab import Use
from gcli2api_tui.tui.play_state import AskReads
from gcli2api_tui.tui.screens.menus import Confirm
from gcli2api_tui.tui.screens.shown_text import QrCode
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable, ExchangeTable

PASSAGES = (Passage("prompt", "translate", "user"), Passage("answer", "The rain had stopped."))


def read(exchange: Any, offset: int) -> Transcript:
    return Transcript(exchange, 2, PASSAGES[offset:], 2)


def keys() -> Keys:
    return Keys(Secret("sk-for-tools"), Secret("sk-for-the-panel"))


PANES: dict[type[Pane], tuple[Callable[[], Pane], str]] = {
    Dashboard: (lambda: Dashboard(ENGLISH, read, keys, lambda exchange: "translate", id="dashboard"), "alice"),
    Requests: (lambda: Requests(ENGLISH, ExchangeReads(read), id="requests"), "following"),
    Credentials: (lambda: Credentials(ENGLISH, id="credentials"), "dave@gmail.com"),
    Use: (
        lambda: Use(ENGLISH, keys, tuple, FakeReader().usage, FakeReader().client_keys, id="use"),
        "ANTHROPIC_AUTH_TOKEN=",
    ),
    Logs: (lambda: Logs(ENGLISH, id="logs"), "carol cools"),
    Play: (lambda: Play(ENGLISH, tuple, AskReads(lambda ask: None, read, str), id="play"), "Ask through"),
    Options: (lambda: Options(ENGLISH, FakeReader().settings, id="options"), "Settings"),
}
"""How each is made, and some words of the snapshot that it shows."""


def test_all_panes_are_tried_here() -> None:
    shared = (Pane, FilteredPane, OpenedPane, FilteredRequests)
    assert {kind for one in shared for kind in one.__subclasses__()} - {*shared} == set(PANES)


@pytest.mark.parametrize("kind", PANES, ids=lambda kind: kind.__name__)
async def test_a_pane_shows_a_snapshot_in_an_app_of_ten_lines(kind: type[Pane], snapshot: Snapshot) -> None:
    make, words = PANES[kind]

    class Page(PaneApp[None]):
        def compose(self) -> ComposeResult:
            yield make()

        def on_ready(self) -> None:
            self.query_one(Pane).update_from(snapshot)
            self.query_one(Pane).first().focus()

    async with Page().run_test(size=(80, 60)) as pilot:
        await pilot.pause()
        assert words in shown(pilot.app)
        assert pilot.app.query_one(Pane).plain_text()


def fed(kind: type[Pane]) -> Pane:
    return PANES[kind][0]()


async def test_a_running_request_can_be_stopped_others_are_said_to_have_ended(snapshot: Snapshot) -> None:
    async with alone(pane := fed(Requests)) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        await page.press("x", "home", "x")
        assert [message.exchange for message in page.said(Requests.StopWanted)] == [6]
        assert [message.sentence for message in page.said(Say)] == ["#1 has ended; there is nothing to stop."]


async def test_verbs_of_a_credential_name_it_and_a_removal_asks_first(snapshot: Snapshot) -> None:
    async with alone(pane := fed(Credentials)) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        table = pane.query_one(CredentialTable)
        at = {row.id: index for index, row in enumerate(table.rows)}
        for name, pressed in (("alice", "t"), ("frank", "t"), ("bob", "i"), ("carol", "h"), ("alice", "h")):
            table.select(at[CredentialId(name)])
            await page.press(pressed)
        wanted = [(message.verb, message.rows[0].id) for message in page.said(Credentials.Wanted)]
        assert wanted == [("disable", "alice"), ("enable", "frank"), ("ask_google", "bob"), ("clear_cooldown", "carol")]
        for pressed in ("enter", "escape", "n"):
            await page.press("x")
            assert isinstance(page.app.screen, Confirm)
            await page.press(pressed)
        await page.press("x", "d")
        assert isinstance(page.app.screen, Confirm), "a tab letter does nothing in a modal"
        assert len(page.said(Credentials.Wanted)) == 4
        await page.press("y")
        assert page.said(Credentials.Wanted)[-1].verb == "remove"


async def test_only_what_was_removed_can_be_undone_and_only_once(snapshot: Snapshot) -> None:
    async with alone(pane := fed(Credentials)) as page:
        assert isinstance(pane, Credentials)
        pane.update_from(snapshot)
        pane.first().focus()
        pane.action_undo()
        await page.press("b")
        assert page.said(Credentials.Wanted) == [] and len(page.said(Credentials.TrashWanted)) == 1
        rows = snapshot.credentials[:2]
        pane.done("remove", rows)
        await page.press("z")
        assert [(message.verb, message.rows) for message in page.said(Credentials.Wanted)] == [("restore", rows)]
        assert "undoes" in page.said(Say)[-1].sentence
        pane.restored(rows[0].id)
        assert pane.removed == rows[1:]
        pane.done("restore", rows)
        pane.action_undo()
        await page.press("down")
        assert len(page.said(Credentials.Wanted)) == 1


async def test_without_a_row_a_verb_says_so_and_wants_nothing() -> None:
    async with alone(pane := fed(Credentials)) as page:
        pane.first().focus()
        pane.action_ask_google()  # type: ignore[attr-defined]
        await page.pilot.pause()
        assert page.said(Credentials.Wanted) == [] and page.said(Say)


async def test_use_gives_its_keys_away_only_to_the_clipboard(snapshot: Snapshot) -> None:
    async with alone(pane := fed(Use)) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        assert "sk-for-tools" not in page.text
        await page.press("s", "f")
        (settings, panel_key) = page.said(Copy)
        assert "TOKEN=sk-for-tools" in settings.text and panel_key.text == "sk-for-the-panel"
        await page.press("e")
        assert isinstance(page.app.screen, QrCode)


async def test_a_log_line_leads_to_its_request(snapshot: Snapshot) -> None:
    async with alone(pane := fed(Logs)) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        await page.press("enter", "up", "enter")
        assert [message.exchange for message in page.said(OpenExchange)] == [3]


async def test_the_filter_narrows_what_a_pane_shows(snapshot: Snapshot) -> None:
    async with alone(pane := fed(Requests)) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        await page.press("slash", *"is:live")
        assert "2 of 6" in page.text
        await page.press("enter", "escape")
        assert len(pane.query_one(ExchangeTable).rows) == 6
