"""`demo`, from the command to the panel: a home of its own, and the stand-in for Google behind the first frame.

In: what the command was asked for. Out: the exit status. The home is temporary and deleted at the end. What the
stand-in needs is imported in a thread, after the first frame.
"""

import asyncio
import contextlib
import dataclasses
import importlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from gcli2api_tui import tasks
from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.clock import Clock
from gcli2api_tui.demo.script import Step
from gcli2api_tui.demo.setup import demo_setup
from gcli2api_tui.paths import temporary_home
from gcli2api_tui.process.launcher import Background
from gcli2api_tui.start import run

if TYPE_CHECKING:
    from gcli2api_tui.panel_session.panel_or_demo import Staging
    from gcli2api_tui.tui.app import Panel


def run_demo(
    seed: int,
    port: int | None,
    *,
    screen: bool,
    speed: float = 1.0,
    script: Sequence[Step] = (),
    tell: Callable[[str], None] | None = None,
    background: Background | None = None,
) -> int:
    """Blocks until the demo is left, or the script is over; returns the exit status. The rest as for `start.run`."""
    with temporary_home("gcli2api-demo-") as home:
        staged = partial(_staged, seed, port, home, speed, script)
        setup = demo_setup(home, port, Clock())
        return tasks.run(run(setup, screen=screen, staged=staged, tell=tell, background=background))


@contextlib.asynccontextmanager
async def _staged(
    seed: int, port: int | None, home: str, speed: float, script: Sequence[Step], _: Bootstrap
) -> "AsyncIterator[tuple[Bootstrap, Staging]]":
    await asyncio.to_thread(importlib.import_module, "gcli2api_tui.demo.instance")
    from gcli2api_tui.demo.instance import prepared

    async with prepared(seed, port, home, speed=speed) as demo:
        staging = dataclasses.replace(demo.staging, play=partial(_by_script, script)) if script else demo.staging
        yield demo.setup, staging


async def _by_script(script: Sequence[Step], panel: "Panel") -> None:
    from gcli2api_tui.tui.demo_panel import play  # only where there is a screen

    await play(panel, script, Clock())
