"""A panel that only looks: no key, line of the help or entry of the palette leads to a verb that changes something."""

from typing import Any

import pytest
from alone import shown, until

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Trashed
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_bindings import CHANGING
from gcli2api_tui.tui.key_table import KEYS, MOVING, TABS
from gcli2api_tui.tui.screens.help_and_palette import Palette
from gcli2api_tui.tui.screens.menus import Confirm, NumberedMenu, QuitMenu
from gcli2api_tui.tui.screens.trash import Trash, TrashTable
from gcli2api_tui.tui.widgets.panel_rows import KeyBar

LEAVING = {"app.quit", "app.quit2", "app.interrupt"}
LEFT_OUT = {row.keys for rows in KEYS.values() for row in rows if row.changes and len(row.keys) == 1}
HARMLESS = {"save_screen", "export_exchanges", "connect"}
"""Of this machine's own files."""
MOST_IN_A_MODAL = 12


@pytest.fixture
def looker(reader: Any, control: Any) -> Panel:
    return Panel(reader, control, Clock(), refresh_hz=50, attached=True, only_looks=True)


def test_an_id_changes_something_everywhere_or_nowhere() -> None:
    assert CHANGING.isdisjoint(row.id for rows in KEYS.values() for row in rows if not row.changes)


async def acting(panel: Panel) -> dict[str, str]:
    """Key → id, of what acts now."""
    return {key: entry.binding.id or "" for key, entry in panel.screen.active_bindings.items() if entry.enabled}


async def press_all_of(panel: Panel, pilot: Any, opener: str) -> None:
    """What acts in the modal that a key opened, each once; it is opened again where one of them closes it."""
    await pilot.pause()
    inside = {key for key, name in (await acting(panel)).items() if name not in MOVING}
    for key in sorted(inside)[:MOST_IN_A_MODAL] if len(panel.screen_stack) > 1 else ():
        if len(panel.screen_stack) == 1:
            await pilot.press(opener)
            await pilot.pause()
        if len(panel.screen_stack) > 1 and not isinstance(panel.screen, QuitMenu):
            await pilot.press(key)
            await pilot.pause()
    while len(panel.screen_stack) > 1:
        await panel.pop_screen()


async def test_a_menu_offers_no_entry_that_would_change_something(looker: Panel, reader: Any) -> None:
    reader.kept = ("is:retried",)
    async with looker.run_test(size=(100, 30)) as pilot:
        await pilot.press("r", "slash", *"is:retried", "enter", "w")
        await until(pilot, lambda: isinstance(looker.screen, NumberedMenu))
        menu = looker.screen
        assert isinstance(menu, NumberedMenu)
        assert [name for name, _ in menu._entries] == ["jsonl", "har"]


async def test_what_was_removed_is_looked_at_and_not_brought_back(looker: Panel, control: Any) -> None:
    control.trashed = (Trashed(CredentialId("gone"), "gone@example.org", "oauth", "gone.json", 1e9),)
    async with looker.run_test(size=(100, 30)) as pilot:
        await pilot.press("c", "b")
        await until(pilot, lambda: isinstance(looker.screen, Trash))
        await until(pilot, lambda: "gone@example.org" in shown(looker))
        assert "list.open" not in (await acting(looker)).values()
        looker.screen.query_one(TrashTable).action_open()  # as a tap does
        await until(pilot, lambda: "only looks" in shown(looker))
    assert not control.calls


@pytest.mark.slow
@pytest.mark.parametrize("tab", TABS)
async def test_whatever_is_pressed_nothing_is_changed(looker: Panel, control: Any, tab: str) -> None:
    """All keys that are left out, and all that act, in what they open too: one that nobody marked is found here."""
    control.trashed = (Trashed(CredentialId("gone"), "gone@example.org", "oauth", "gone.json", 1e9),)
    async with looker.run_test(size=(100, 30)) as pilot:
        for opened in ((), ("tab",), ("tab",)) if tab == "use" else ((), ("enter",)):
            await looker.action_tab(tab)
            await pilot.press(*opened)
            acts = {key for key, name in (await acting(looker)).items() if name not in MOVING and "app." not in name}
            for key in sorted(acts | LEFT_OUT):
                await pilot.press(key)
                await press_all_of(looker, pilot, key)
        called = {verb for verb, _ in control.calls}
        assert called <= HARMLESS, called


@pytest.mark.parametrize("tab", ["credentials", "use", "options"])
async def test_no_bar_help_or_palette_names_what_would_change_something(looker: Panel, tab: str) -> None:
    async with looker.run_test(size=(160, 50)) as pilot:
        await looker.action_tab(tab)
        await pilot.pause()
        ids = set((await acting(looker)).values())
        assert ids and ids.isdisjoint(CHANGING)
        bar = looker.screen.query_one(KeyBar)
        said = {text.strip() for _, piece in bar.pieces(160) for text, _ in piece}
        assert said.isdisjoint(looker.look.words(f"key.{name}") for name in CHANGING)
        assert {name for _, name, _ in looker._acting()}.isdisjoint(CHANGING)
        looker.action_palette()
        await pilot.pause()
        assert isinstance(looker.screen, Palette) and "Restart" not in shown(looker) and "Record" not in shown(looker)


async def test_a_key_that_would_change_something_says_why_it_does_not(looker: Panel) -> None:
    async with looker.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", "x")
        await pilot.pause()
        assert not isinstance(looker.screen, Confirm) and "only looks" in shown(looker)


async def test_leaving_an_attached_panel_stops_nothing_and_says_so(reader: Any, control: Any) -> None:
    panel = Panel(reader, control, Clock(), attached=True)
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        assert isinstance(panel.screen, QuitMenu)
        text = shown(panel)
        assert "serves on when you leave" in text and "1  Leave" in text and "2  Stop the server" in text
        await pilot.press("escape", "ctrl+c")
        await until(pilot, lambda: "Ctrl+C again leaves" in shown(panel))
        await pilot.press("ctrl+c")
    assert panel.return_value == "keep-serving" and not control.calls


async def test_who_only_looks_is_not_offered_a_stop(looker: Panel) -> None:
    async with looker.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        assert "Stop the server" not in shown(looker)
        await pilot.press("2")
        assert isinstance(looker.screen, QuitMenu)
        await pilot.press("1")
    assert looker.return_value == "keep-serving"


@pytest.mark.parametrize(("number", "sure"), [(0, False), (1, True)])
async def test_a_restart_by_name_asks_where_answers_run(
    panel: Panel, reader: Any, control: Any, number: int, sure: bool
) -> None:
    """The one that waits never asks."""
    async with panel.run_test(size=(80, 40)) as pilot:
        commands = [one for one in panel.commands() if one.text.startswith("Restart")]
        assert len(commands) == 2
        commands[1].run()
        await pilot.pause()
        assert control.calls == [("stop", "restart-when-idle")]
        if not number:
            reader.change(exchanges=())
            panel.show_now()
        commands[0].run()
        await pilot.pause()
        assert isinstance(panel.screen, Confirm) is sure
        if sure:
            await pilot.press("y")
        await pilot.pause()
        assert control.calls[-1] == ("stop", "restart")
