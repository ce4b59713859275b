"""In place of the panel, on a terminal that cannot draw: `status` as text, again whenever it reads differently."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Reader
from gcli2api_tui.control.text_report import dashboard
from gcli2api_tui.ledger.json_codec import to_json

if TYPE_CHECKING:
    pass

EVERY_S = 5.0


async def keep_telling(reader: Reader, clock: Clock, tell: Callable[[str], None]) -> None:
    told: list[str] = []
    while True:
        seen = await reader.whole_snapshot()
        lines = await asyncio.to_thread(lambda: dashboard(to_json(seen)).splitlines())  # noqa: B023
        if fresh := changed(told, lines):
            await asyncio.to_thread(tell, "\n".join(fresh))
        told = lines
        await clock.sleep(EVERY_S)


def changed(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """What was not said yet, in its order."""
    known = set(before)
    return [line for line in now if line.strip() and line not in known]
