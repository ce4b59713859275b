"""The help: typing filters, the screen's own verbs first, movement last, one line for keys that do the same."""

import pytest
from alone import shown, until

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_bindings import grouped
from gcli2api_tui.tui.key_table import MOVING
from gcli2api_tui.tui.screens.finder import Help
from gcli2api_tui.tui.widgets.pick_list import PickList

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
