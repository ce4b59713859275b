"""Recording by name: masked at once, whole after a question."""

from typing import Any

from alone import shown, until

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.screens.help_and_palette import Palette
from gcli2api_tui.tui.widgets.pick_list import PickList


async def chosen(panel: Panel, pilot: Any, words: str) -> None:
    await pilot.press("colon")
    await until(pilot, lambda: isinstance(panel.screen, Palette) and panel.screen.query(PickList))
    await pilot.press(*words, "enter")


def done(panel: Panel) -> list[tuple[str, object]]:
    return [call for call in panel.control.calls if "recording" in call[0]]  # type: ignore[attr-defined]


async def test_masked_at_once_whole_after_a_question(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await chosen(panel, pilot, "masked")
        await until(pilot, lambda: done(panel) == [("begin_recording", "masked")])
        await chosen(panel, pilot, "whole")
        await until(pilot, lambda: "as they are" in shown(panel))
        await pilot.press("n")
        await chosen(panel, pilot, "whole")
        await until(pilot, lambda: "as they are" in shown(panel))
        await pilot.press("y")
        await until(pilot, lambda: done(panel)[1:] == [("begin_recording", "whole")])
        await chosen(panel, pilot, "recording")
        await until(pilot, lambda: done(panel)[-1] == ("end_recording", None))
