"""The panel as this person has it: by settings, by keys.toml, and by what the environment says of the terminal.

In: the two sides and the clock, settings, the text of keys.toml. Out: a panel that was not shown yet. Importing this
imports Textual, and nothing that serves.
"""

import logging
import os
import sys
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.key_file import remapped
from gcli2api_tui.settings import Settings
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.paint.look import glyphs_for, language_for
from gcli2api_tui.tui.refresh_loop import hertz_for

if TYPE_CHECKING:
    from textual.driver import Driver

    from gcli2api_tui.control.demo_trouble import Trouble
    from gcli2api_tui.tui.verbs.demo_verbs import BeginDemo


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
