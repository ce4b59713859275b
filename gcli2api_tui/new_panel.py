"""The panel as this person has it: by settings, by keys.toml, and by what the environment says of the terminal.

In: what was asked for and the parts. Out: a panel that was not shown yet. Importing this imports Textual.
"""

import logging
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.key_file import remapped
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.driver import CalmDriver
from gcli2api_tui.tui.paint.look import glyphs_for
from gcli2api_tui.tui.visit import VisitPanel
from gcli2api_tui.tui.words import language_for
from gcli2api_tui.wiring import Parts, logged

if TYPE_CHECKING:
    from gcli2api_tui.control.trouble import Trouble
    from gcli2api_tui.tui.verbs.demo_verbs import BeginDemo

HERTZ = {"local": 10.0, "ssh": 4.0, "lite": 1.0}


def new_panel(
    setup: Bootstrap, parts: Parts, refresh: str, begin_demo: "BeginDemo | None", trouble: "Trouble | None", *,
    visiting: bool,
) -> Panel:  # fmt: skip
    chosen, keys = setup.settings, remapped(setup.keys_toml)
    for fault in keys.faults:
        logging.getLogger(__name__).warning(fault)
    encoding = (sys.__stdout__.encoding if sys.__stdout__ else "") or ""
    return (VisitPanel if visiting else Panel)(
        parts.control,
        logged(parts.control, "panel"),
        parts.clock,
        refresh_hz=_hertz(refresh, os.environ),
        language=language_for(chosen.language, os.environ),
        glyphs=glyphs_for(chosen.glyphs, os.environ, encoding),
        driver_class=CalmDriver if sys.platform != "win32" else None,
        begin_demo=begin_demo,
        keys=keys,
        trouble=trouble,
        theme=chosen.theme,
        environ=os.environ,
    )


def _hertz(refresh: str, environ: Mapping[str, str]) -> float:
    if refresh in HERTZ:
        return HERTZ[refresh]
    return HERTZ["ssh" if environ.get("SSH_CONNECTION") or environ.get("MOSH_IP") else "local"]
