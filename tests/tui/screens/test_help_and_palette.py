"""The help: typing filters, the screen's own verbs first, movement last, one line for keys that do the same.

The palette: nothing that a key does is missing, tabs offer what they have by name, enter does it, on a phone too.

What a search finds, and what it puts first.
"""

from typing import Any

import pytest
from alone import shown, until

from gcli2api_tui.config.settings import FIELDS
from gcli2api_tui.recipes.all_recipes import RECIPES
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_bindings import grouped
from gcli2api_tui.tui.key_table import MOVING, TABS
from gcli2api_tui.tui.screens.help_and_palette import Help, Palette, fits, found
from gcli2api_tui.tui.widgets.pick_list import PickList
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable

SIZES = [(45, 20), (80, 24), (160, 50)]


def ids(panel: Panel) -> list[str]:
    return [str(row.id) for row in panel.screen.query_one(PickList).rows]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_typing_filters_at_once_and_enter_does_it(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("r", "question_mark")
        await until(pilot, lambda: isinstance(panel.screen, Help) and panel.screen.query(PickList))
        await pilot.press(*"filt")
        await until(pilot, lambda: ids(panel) == ["slash"])
        await pilot.press("enter")
        await until(pilot, lambda: panel.focused is not None and panel.focused.has_class("filter"))


async def test_a_search_that_nothing_fits_says_so_and_enter_does_nothing(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("question_mark", *"xyzzy")
        await until(pilot, lambda: "nothing fits" in shown(panel))
        await pilot.press("enter", *["backspace"] * 5)
        await until(pilot, lambda: len(ids(panel)) > 5)
        assert isinstance(panel.screen, Help) and panel.screen.query_one(PickList).cursor == 0


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_own_verbs_first_movement_last_and_all_can_be_reached(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("c", "question_mark")
        await until(pilot, lambda: isinstance(panel.screen, Help) and panel.screen.query(PickList))
        keys = ids(panel)
        assert keys.index("t") < keys.index("d") < keys.index("up")
        assert len(keys) == len(set(keys))
        row = next(row for row in panel.screen.query_one(PickList).rows if row.id == "d")
        assert row.head[0].startswith("d 1"), "the letter and the digit of a tab are one line"
        for _ in keys:
            await pilot.press("down")
        await pilot.press("up", "down")
        await pilot.pause()
        assert panel.screen.query_one(PickList).cursor in range(len(keys))
        for _ in range(len(keys) - 1 - (panel.screen.query_one(PickList).cursor)):
            await pilot.press("down")
        await pilot.pause()
        assert "Tab right" in shown(panel)


def test_keys_of_one_action_share_a_line_and_what_has_no_name_is_left_out() -> None:
    lines = grouped(
        [("up", "list.up", "move(-1)"), ("k", "list.up", "move(-1)"), ("d", "app.dashboard", "tab('dashboard')"),
         ("1", "app.dashboard", "tab('dashboard')"), ("x", "", "other"), ("t", "credentials.toggle", "on_off")]
    )  # fmt: skip
    assert [(line.keys, line.name) for line in lines] == [
        (("t",), "credentials.toggle"),
        (("d", "1"), "app.dashboard"),
        (("up", "k"), "list.up"),
    ]
    assert "list.up" in MOVING


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


@pytest.mark.parametrize(
    ("search", "text", "fits_it"),
    [("", "x", True), ("clear cool", "Clear cooldown", True), ("cool clear", "Clear cooldown", True),
     ("CRDT", "Credentials", True), ("cr", "Cursor", False), ("zq", "Puzzle queue", False), ("凭据", "打开凭据", True),
     ("clear stop", "Clear cooldown", False)],
)  # fmt: skip
def test_every_word_of_a_search_must_be_found(search: str, text: str, fits_it: bool) -> None:
    assert (fits(search, text) is not None) is fits_it


def test_the_beginning_counts_more_than_the_middle_and_gaps_least() -> None:
    assert found("use", ["Pause", "Unseen ease", "The use", "Use"], str) == ["Use", "The use", "Pause", "Unseen ease"]
    assert found("", ["b", "a"], str) == ["b", "a"], "what fits equally stays in its order"
