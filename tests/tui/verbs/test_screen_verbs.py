"""One pane alone on the screen, and back; what takes the focus elsewhere brings all back."""

from typing import Any

import pytest
from alone import point, shown, until

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.widgets.line_widgets import MessageRow
from gcli2api_tui.tui.widgets.tables import CredentialTable


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
