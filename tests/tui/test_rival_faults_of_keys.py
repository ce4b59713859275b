"""Faults of the nearest rival's screen, each a test here: keys taken before a field, lost results, widths, gaps."""

import asyncio
from typing import Any

import pytest
from alone import shown, until
from textual.widgets import Input

from gcli2api_tui.control.verb_results import Done
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.screens.help_and_palette import Help, Palette
from gcli2api_tui.tui.styles.themes import NAMES
from gcli2api_tui.tui.widgets.panel_rows import MessageRow

from .conftest import credential

TYPED = "qLdrcpulo1234567z*:?-!asmvy j"
"""Each of these is a key of ours somewhere."""


@pytest.mark.parametrize("opens", [["r", "slash"], ["l", "slash"], ["question_mark"], ["colon"]], ids="-".join)
async def test_fault_1_no_global_key_is_taken_before_a_field_that_is_typed_in(panel: Panel, opens: list[str]) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press(*opens)
        await until(pilot, lambda: isinstance(panel.focused, Input))
        field, tab, look = panel.focused, panel.pane.id, panel.look.private
        await pilot.press(*TYPED)
        await pilot.pause()
        assert isinstance(field, Input) and field.value == TYPED and panel.focused is field
        assert (panel.pane.id, panel.look.private, panel.return_value) == (tab, look, None)


async def test_fault_2_what_comes_late_reaches_its_tab_and_the_screen_whatever_is_open(
    panel: Panel, control: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_answer = asyncio.Event()

    async def slow(name: str) -> Done:
        await may_answer.wait()
        return Done(f"{name} is done")

    monkeypatch.setattr(control, "remove", slow)
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", "x", "y", "l", "question_mark")
        await until(pilot, lambda: isinstance(panel.screen, Help))
        may_answer.set()
        row = panel.screen_stack[0].query_one(MessageRow)
        await until(pilot, lambda: "undoes" in row.text)
        await pilot.press("escape", "c", "z")
        await until(pilot, lambda: any(verb == "restore" for verb, _ in control.calls))


@pytest.mark.parametrize("width", [40, 45, 50, 80])
async def test_fault_7_every_line_is_as_wide_as_the_screen_in_cells(panel: Panel, reader: Any, width: int) -> None:
    names = ("老李的账号@例子.cn", "👩‍👩‍👧 family", "e\u0301mile@x.fr", "a" * 70)
    reader.change(credentials=tuple(credential(name, label=name) for name in names))
    async with panel.run_test(size=(width, 20)) as pilot:
        for tab in TABS:
            await panel.action_tab(tab)
            await pilot.pause()
            strips = panel.screen._compositor.render_strips()
            assert {strip.cell_length for strip in strips} == {width}, tab
            assert "more" in shown(panel).splitlines()[-1], "and the keys that act are on it"


async def test_fault_10_help_palette_themes_and_undo_are_there(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        for key, kind in (("question_mark", Help), ("colon", Palette)):
            await pilot.press(key)
            await until(pilot, lambda kind=kind: isinstance(panel.screen, kind))  # type: ignore[misc]
            await pilot.press("escape")
        for name in NAMES:
            panel.action_theme(name)
            assert panel.theme == name
        await pilot.press("c", "x", "y")
        await until(pilot, lambda: control.calls)
        await until(pilot, lambda: "undoes" in shown(panel))
        await pilot.press("z")
        await until(pilot, lambda: [verb for verb, _ in control.calls] == ["remove", "restore"])
