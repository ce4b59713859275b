"""The panel's pulse: a snapshot as soon as something happened, then not before the next frame is due; else each second.

It sleeps until the reader has news, so that a panel that nothing happens on wakes once a second, for its clock.
"""

import asyncio
import contextlib
from typing import TYPE_CHECKING

from gcli2api_tui.tui.line_widgets import MessageRow

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel

IDLE_S = 1.0
"""Without news: spans count up, countdowns down, and the clock goes on."""


async def pull(panel: "Panel") -> None:
    """Until the panel is taken down; a crash in here is the panel's."""
    while panel.screen_stack and panel.screen_stack[0].query(MessageRow):
        panel.snapshot = panel.reader.snapshot()
        panel.show()
        panel.screen_stack[0].query_one(MessageRow).expire(panel.clock.monotonic())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_S):
                await panel.reader.moved(panel.snapshot.revision)
                await asyncio.sleep(1 / panel.refresh_hz)
