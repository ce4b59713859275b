"""One pane alone on the screen, and back; what takes the focus elsewhere brings all back.

Another language or theme while it runs: everything at once, and what a person had open stays open.
"""

import sys
from typing import Any

import pytest
from alone import point, shown, until
from textual.widgets import Input

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.panes.use_tab import Use
from gcli2api_tui.tui.widgets.panel_rows import MessageRow
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable
from gcli2api_tui.tui.words.chinese import CHINESE
from gcli2api_tui.tui.words.english import ENGLISH


@pytest.mark.parametrize("size", [(45, 20), (160, 50)], ids=str)
async def test_z_shows_the_pane_with_the_focus_alone_and_again_all(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("r", "enter")
        await pilot.pause()
        before = shown(panel)
        await pilot.press("z")
        await pilot.pause()
        detail = panel.screen.query_one("#requests-detail")
        assert detail.region.size == (size[0], size[1] - 1), "all but the key bar"
        assert "z Zoom" in shown(panel) or "? more" in shown(panel)
        await pilot.press("z")
        await pilot.pause()
        assert shown(panel) == before
        await pilot.press("z", "escape")
        await pilot.pause()
        assert panel.screen.maximized is None and panel.pane.has_class("-open"), "esc goes back one step"
        await pilot.press("z", "c")
        assert panel.screen.maximized is None, "another tab is seen whole"


async def test_a_filter_is_seen_though_the_list_was_alone(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r", "z", "slash")
        await pilot.pause()
        assert panel.focused is not None and panel.focused.region.area > 0 and panel.screen.maximized is None


async def test_z_undoes_only_while_the_message_stands(
    panel: Panel, control: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        point(panel.pane.query_one(CredentialTable), "alice")
        await pilot.press("x", "y")
        row = panel.screen.query_one(MessageRow)
        await until(pilot, lambda: "undoes" in row.text)
        row.expire()
        await pilot.pause()
        await pilot.press("z")
        assert control.calls == [("remove", "alice")] and panel.screen.maximized is not None


async def test_another_language_is_there_at_once_on_every_tab_and_back(panel: Panel) -> None:
    """Of each tab: no English text of ours that is longer than a word, whether it was open before or not."""
    sentences = [text for text in ENGLISH.values() if text.count(" ") >= 2 and "{" not in text]
    async with panel.run_test(size=(160, 50)) as pilot:
        for tab in TABS:
            await panel.action_tab(tab)
            await pilot.pause()
        await panel.action_language("zh")
        for tab in TABS:
            await panel.action_tab(tab)
            await until(pilot, lambda: panel.look.words(f"tab.{panel.pane.id}") in shown(panel))
            await until(pilot, lambda: not [text for text in sentences if text in shown(panel)])
        hints = {field.placeholder for field in panel.screen.query(Input)}
        assert not hints & (set(ENGLISH.values()) - set(CHINESE.values()))
        await panel.action_language("en")
        await until(pilot, lambda: "Dashboard" in shown(panel) and "总览" not in shown(panel))


async def test_what_was_open_stays_open(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r", "slash", *"gemini", "enter", "g", "enter")
        await pilot.pause()
        await panel.action_language("zh")
        await until(pilot, lambda: panel.pane.id == "requests" and panel.pane.has_class("-open"))
        assert panel.screen.query_one("#requests .filter", Input).value == "gemini"
        assert panel.focused is not None


async def test_cursors_stay_and_so_do_the_client_and_the_part_of_use(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("u", "n", "n")
        await pilot.pause()
        client = panel.query_one(Use).connect.client
        await pilot.press("tab", "c", "down", "down")
        await pilot.pause()
        assert panel.query_one(CredentialTable).cursor == 2
        await panel.action_private()
        await until(pilot, lambda: panel.query_one(CredentialTable).cursor == 2)
        assert panel.focused is panel.query_one(CredentialTable)
        await pilot.press("u")
        await pilot.pause()
        use = panel.query_one(Use)
        assert (use.connect.client, use.part) == (client, "usage")
        await panel.action_language("zh")
        await until(pilot, lambda: panel.query_one(Use).part == "usage")
        await until(pilot, lambda: panel.focused is panel.query_one(Use).first())


async def test_the_palette_changes_theme_and_language(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("colon")
        await until(pilot, lambda: panel.screen.query("PickList"))
        await pilot.press(*"colours light", "enter")
        await until(pilot, lambda: panel.theme == "light")
        await pilot.press("colon")
        await until(pilot, lambda: panel.screen.query("PickList"))
        await pilot.press(*"chinese", "enter")
        await until(pilot, lambda: "总览" in shown(panel))


async def test_a_tab_that_is_there_no_more_takes_nothing_up(panel: Panel) -> None:
    """Made anew twice before the first of them was laid out."""
    async with panel.run_test(size=(80, 24)) as pilot:
        gone = await panel.open_tab("use")
        await panel.action_language("zh")
        await until(pilot, lambda: not panel.tabs.kept.get("use"))
        kept = {"part": "usage", "client": "claude"}
        panel.tabs.kept["use"] = kept
        panel._laid_out(gone)
        assert panel.tabs.kept["use"] == kept, "it is for the one in its place"


async def test_a_tab_whose_module_an_upgrade_took_away_leaves_the_panel_as_it_is(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gcli2api_tui.tui.panes.logs", None)
    async with panel.run_test(size=(80, 24)) as pilot:
        before = panel.pane.id
        await pilot.press("l")
        await until(pilot, lambda: "start it again" in shown(panel))
        assert panel.pane.id == before
        await pilot.press("2")
        await until(pilot, lambda: panel.pane.id != before)
