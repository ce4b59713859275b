"""Between two turns of the loop only a few lines are painted, and the frame is the same. Leans on Textual's own parts
(gcli2api_tui/tui/base_screens.py), in the versions of pyproject.toml."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from textual.screen import Screen
from textual.strip import Strip

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.base_screens import SLICE
from gcli2api_tui.tui.demo_panel import on_screen
from gcli2api_tui.tui.widgets.scrolled import Scrolled

from .conftest import FakeReader, exchange


class Turns:
    """How many lines of lists and texts are painted in each turn of the loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.painted = [0]
        self.framed = asyncio.Event()
        self.ended = False
        paint, frame = Scrolled.render_line, Screen._compositor_refresh

        def counted(view: Scrolled, y: int) -> Strip:
            self.painted[-1] += 1
            return paint(view, y)

        def noted(screen: Screen[Any]) -> None:
            frame(screen)
            self.framed.set()

        monkeypatch.setattr(Scrolled, "render_line", counted)
        monkeypatch.setattr(Screen, "_compositor_refresh", noted)
        self.begin()

    def begin(self) -> None:
        self.painted.append(0)
        if not self.ended:
            asyncio.get_running_loop().call_soon(self.begin)


async def test_streams_run_between_the_lines_of_a_frame(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of 45 rows was painted in one go: no chunk of an answer went on meanwhile."""
    rows = tuple(exchange(number) for number in range(1, 60))
    reader.change(exchanges=rows)
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        turns = Turns(monkeypatch)
        reader.change(exchanges=tuple(replace(row, client="zed") for row in rows))
        panel.show_this(reader.now)
        await turns.framed.wait()
        turns.ended = True
        assert sum(turns.painted) > 30 and max(turns.painted) <= SLICE
        assert on_screen(panel).count(" zed ") > 30
