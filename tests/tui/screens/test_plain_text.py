"""The plain view where the panel's screen cannot be left, and what is copied where there is no clipboard."""

import asyncio
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest
from textual.containers import VerticalScroll

from gcli2api_tui import clipboard
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.line_widgets import MessageRow
from gcli2api_tui.tui.screens.plain_text import PlainText

SIZES = [(45, 20), (80, 24), (160, 50)]
LONG = "\n".join(f"line {number}." for number in range(300))


def shown(panel: Panel) -> str:
    return "\n".join("".join(segment.text for segment in line) for line in panel.screen._compositor.render_strips())


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_all_of_a_long_text_can_be_reached_and_any_other_key_leaves(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        panel.push_screen(PlainText(panel.look, LONG))
        await pilot.pause()
        assert "line 0." in shown(panel) and "line 299." not in shown(panel)
        await pilot.press("end")
        await pilot.pause()
        assert "line 299." in shown(panel)
        await pilot.press("pageup", "home")
        await pilot.pause()
        assert panel.screen.query_one(VerticalScroll).scroll_offset.y == 0
        await pilot.press("d")
        await pilot.pause()
        assert len(panel.screen_stack) == 1


async def test_a_hostile_text_moves_no_cursor(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        panel.push_screen(PlainText(panel.look, "a\x1b[2Jb\r\u202e [/red] [@click=app.quit]x[/]"))
        await pilot.pause()
        assert "a[2Jb [/red] [@click=app.quit]x[/]" in shown(panel)


async def told(panel: Panel, pilot: Any) -> str:
    for _ in range(200):
        if text := panel.screen_stack[0].query_one(MessageRow).text:
            return text
        await pilot.pause()
        await asyncio.sleep(0.005)
    raise AssertionError("nothing was said")


async def test_without_a_clipboard_the_text_is_shown(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("y")
        assert "no clipboard" in await told(panel, pilot)
        assert isinstance(panel.screen, PlainText)
        assert "http://127.0.0.1:7861/v1" in shown(panel)


async def test_in_tmux_it_goes_to_tmux_and_the_message_says_so(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[tuple[Sequence[str], bytes]] = []

    def program(command: Sequence[str], *, input: bytes, **_: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: A002
        took.append((command, input))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setenv("TMUX", "x")
    monkeypatch.setattr(clipboard.subprocess, "run", program)  # type: ignore[attr-defined]
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("y")
        assert "tmux: address" in await told(panel, pilot)
    assert took == [(("tmux", "load-buffer", "-w", "-"), b"http://127.0.0.1:7861/v1")]
