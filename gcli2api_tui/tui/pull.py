"""The panel's pulse: a snapshot as soon as something happened, then not before the next frame is due; else each second.

In: the reader. Out: snapshots to `show`. It sleeps until the reader has news, so that a panel that nothing happens on
wakes once a second, for its clock.
"""

import asyncio
import contextlib
from collections.abc import Callable

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.ledger.records import Snapshot

IDLE_S = 1.0
"""Without news: spans count up, countdowns down, and the clock goes on."""


async def pull(reader: Reader, show: Callable[[Snapshot], bool], refresh_hz: float) -> None:
    """Until `show` says that nothing is left to show it on; a crash in there is the panel's."""
    while show(snapshot := reader.snapshot()):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_S):
                await reader.moved(snapshot.revision)
                await asyncio.sleep(1 / refresh_hz)
