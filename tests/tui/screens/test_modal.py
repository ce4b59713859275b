"""A window is left once, however fast the keys come."""

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.demo_panel import on_screen
from gcli2api_tui.tui.screens.menus import Confirm


async def test_two_keys_at_once_close_a_window_once_and_answer_once(panel: Panel) -> None:
    answers: list[bool | None] = []
    async with panel.run_test(size=(80, 24)) as pilot:
        panel.push_screen(Confirm(panel.look, "Really?"), answers.append)
        await pilot.pause()
        for key in ("y", "n", "y"):
            panel.simulate_key(key)
        await pilot.pause()
        await pilot.press("v")
        for key in ("x", "escape", "x"):
            panel.simulate_key(key)
        await pilot.pause()
        assert answers == [True] and len(panel.screen_stack) == 1 and "Dashboard" in on_screen(panel)
