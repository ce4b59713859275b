"""The plain view where the panel's screen cannot be left, and what is copied where there is no clipboard."""

import asyncio
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest
from alone import ENGLISH, alone, shown

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.screens.shown_text import PlainText
from gcli2api_tui.tui.terminal_io import clipboard
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.panel_rows import MessageRow

SIZES = [(45, 20), (80, 24), (160, 50)]
LONG = "\n".join(f"line {number}." for number in range(300))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_all_of_a_long_text_can_be_reached_and_any_other_key_leaves(size: tuple[int, int]) -> None:
    async with alone(screen := PlainText(ENGLISH, LONG), size) as page:
        assert "line 0." in page.text and "line 299." not in page.text
        await page.press("end")
        assert "line 299." in page.text
        await page.press("pageup", "home")
        assert screen.query_one(LinesView).scroll_offset.y == 0
        await page.press("d")
        assert page.results == [None]


async def test_a_hostile_text_moves_no_cursor() -> None:
    async with alone(PlainText(ENGLISH, "a\x1b[2Jb\r\u202e [/red] [@click=app.quit]x[/]"), (45, 20)) as page:
        assert "a[2Jb [/red] [@click=app.quit]x[/]" in page.text


async def told(panel: Panel, pilot: Any) -> str:
    for _ in range(1000):
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
