"""The panel on its terminal before there is a server, or a line to one: its first frame need not wait for either.

In: what is known at once. Out: a panel that says so, whose verbs wait; the real sides come by `arrive`. When the block
ends the panel has gone, so that an error is read on a terminal that is in order.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.starting import StartingControl, StartingReader
from gcli2api_tui.new_panel import new_panel
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.settings import Settings
from gcli2api_tui.tasks import spawn
from gcli2api_tui.terminal import Ended, Terminal
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.verbs.demo_verbs import BeginDemo

if TYPE_CHECKING:
    from gcli2api_tui.control.demo_trouble import Trouble


@dataclass(frozen=True, slots=True)
class OpenedPanel:
    panel: Panel
    reader: StartingReader
    control: StartingControl
    shown: "asyncio.Task[Ended]"

    def arrive(self, reader: Reader, control: Control, trouble: "Trouble | None" = None) -> None:
        """What a person asked for meanwhile is done now."""
        self.panel.arrive(reader, control, trouble)
        self.reader.real.come(reader)
        self.control.real.come(control)


@contextlib.asynccontextmanager
async def opened_panel(
    terminal: Terminal,
    reader: StartingReader,
    clock: Clock,
    chosen: Settings,
    refresh: str,
    keys_toml: str,
    begin_demo: BeginDemo | None = None,
    *,
    attached: bool = False,
    only_looks: bool = False,
) -> AsyncIterator[OpenedPanel]:
    """Entered when the first frame is there, or the panel was left already."""
    control = StartingControl()
    sides = reader, control.as_control, clock
    panel = new_panel(
        sides, chosen, refresh, keys_toml, begin_demo=begin_demo, attached=attached, only_looks=only_looks
    )
    shown = spawn("shown-panel", terminal.show(panel))
    framed = spawn("first-frame", panel.framed())
    await asyncio.wait({shown, framed}, return_when=asyncio.FIRST_COMPLETED)
    framed.cancel()
    try:
        yield OpenedPanel(panel, reader, control, shown)
    finally:
        terminal.leave()
        await asyncio.wait({shown})
