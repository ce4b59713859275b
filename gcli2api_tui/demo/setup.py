"""What is asked for in a demo, as far as it is known before the stand-in for Google has an address."""

import dataclasses
import os

from gcli2api_tui import paths
from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.events.secret import Secret

KEY = "pwd"


def demo_setup(home: str, port: int | None, clock: Clock) -> Bootstrap:
    where = paths.find(home, {})
    where.create()
    settings = dataclasses.replace(
        Settings(),
        port=Settings().port if port is None else port,
        password=Secret(KEY),
        panel_password=Secret(KEY),
        drain_s=1.0,
        refresh=os.environ.get("GCLI2API_REFRESH") or "auto",
        language=os.environ.get("GCLI2API_LANGUAGE") or "auto",
    )
    return Bootstrap(settings=settings, paths=where, clock=clock, demo=True)
