"""A panel as this person has it, by settings, keys.toml and the environment; and shown before there is a server.

In: the two sides and the clock, settings, the text of keys.toml. Out: a panel that was not shown yet (`new_panel`), or
one on its terminal that says what is known at once, whose verbs wait until the real sides `arrive`. When the block ends
the panel has gone, so that an error is read on a terminal in order. Imports Textual, and nothing that serves.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.starting_server import StartingControl, StartingReader
from gcli2api_tui.panel_session.key_file import remapped
from gcli2api_tui.panel_session.terminal import Ended, Terminal
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tasks import spawn
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.paint.look import glyphs_for, language_for
from gcli2api_tui.tui.refresh_loop import hertz_for
from gcli2api_tui.tui.verbs.start_verbs import BeginDemo

if TYPE_CHECKING:
    from textual.driver import Driver

    from gcli2api_tui.control.trouble_port import Trouble


def new_panel(
    sides: tuple[Reader, Control, Clock], chosen: Settings, refresh: str, keys_toml: str, *,
    begin_demo: "BeginDemo | None" = None, trouble: "Trouble | None" = None, visiting: bool = False,
    attached: bool = False, only_looks: bool = False,
) -> Panel:  # fmt: skip
    keys = remapped(keys_toml)
    for fault in keys.faults:
        logging.getLogger(__name__).warning(fault)
    encoding = (sys.__stdout__.encoding if sys.__stdout__ else "") or ""
    return (_visit_panel() if visiting else Panel)(
        *sides,
        refresh_hz=hertz_for(refresh, os.environ),
        language=language_for(chosen.language, os.environ),
        glyphs=glyphs_for(chosen.glyphs, os.environ, encoding),
        driver_class=driver(),
        begin_demo=begin_demo,
        keys=keys,
        trouble=trouble,
        theme=chosen.theme,
        environ=os.environ,
        attached=attached,
        only_looks=only_looks,
    )


def _visit_panel() -> type[Panel]:
    from gcli2api_tui.tui.demo_panel import VisitPanel

    return VisitPanel


def driver() -> "type[Driver] | None":
    """Ours needs what only POSIX has; elsewhere Textual's own."""
    ours: type[Driver] | None = None
    if sys.platform != "win32":
        from gcli2api_tui.tui.terminal_io.driver import CalmDriver

        ours = CalmDriver
    return ours


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
