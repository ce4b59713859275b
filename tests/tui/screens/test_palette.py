"""The palette: nothing that a key does is missing, tabs offer what they have by name, enter does it, on a phone too."""

from typing import Any

import pytest
from alone import shown, until

from gcli2api_tui.config.settings_table import FIELDS
from gcli2api_tui.recipes.table import RECIPES
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.screens.finder import Palette
from gcli2api_tui.tui.widgets.pick_list import PickList
from gcli2api_tui.tui.widgets.tables import CredentialTable


async def opened(panel: Panel, pilot: Any, key: str = "colon") -> None:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(panel.screen, Palette) and panel.screen.query(PickList))


@pytest.mark.parametrize("tab", TABS)
async def test_nothing_that_a_key_does_is_missing(panel: Panel, tab: str) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await panel.action_tab(tab)
        await pilot.pause()
        acting = {entry.binding.id for entry in panel.screen.active_bindings.values() if entry.enabled}
        words = panel.look.words
        await opened(panel, pilot)
        listed = {row.text for row in panel.screen._rows}  # type: ignore[attr-defined]
        named = {words(f"key.{name}") for name in acting if name and words(f"key.{name}") != f"key.{name}"}
        assert named <= listed
        assert {row.label for row in panel.snapshot.credentials} <= listed
        assert {recipe.name for recipe in RECIPES.values()} | set(FIELDS) <= listed
        assert {row.id for row in panel.reader.models()} <= listed


@pytest.mark.parametrize("key", ["colon", "minus", "ctrl+p"])
async def test_a_credential_by_its_name_opens_it(panel: Panel, key: str) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.pause()
        await opened(panel, pilot, key)
        await pilot.press(*"carol")
        await until(pilot, lambda: "carol@gmail.com" in shown(panel))
        assert panel.focused is not None and panel.focused.region.bottom <= 20, "what is typed is seen"
        await pilot.press("enter")
        await until(pilot, lambda: panel.pane.id == "credentials" and panel.pane.has_class("-open"))
        selected = panel.pane.query_one(CredentialTable).selected
        assert selected is not None and selected.id == "carol"


async def test_a_verb_by_its_name_does_what_its_key_does(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("r")
        await opened(panel, pilot)
        await pilot.press(*"filter", "enter")
        await until(pilot, lambda: panel.focused is not None and panel.focused.has_class("filter"))
