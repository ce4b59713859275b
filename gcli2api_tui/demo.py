"""`demo`: the real program in front of a stand-in for Google, in one process and a home of its own.

Nothing leaves the machine: all addresses point to the simulator on loopback, and upstream refuses any other host.
The home is temporary and deleted at the end.
"""

import asyncio
import contextlib
import dataclasses
import os
import tempfile

from gcli2api_tui import paths
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.settings import Settings
from gcli2api_tui.simulator.app import serve as serve_simulator
from gcli2api_tui.simulator.demo_world import demo_world
from gcli2api_tui.simulator.traffic import Traffic
from gcli2api_tui.station import run
from gcli2api_tui.tasks import spawn
from gcli2api_tui.wiring import Setup, open_vault

KEY = "pwd"


def run_demo(seed: int, port: int | None, *, screen: bool) -> int:
    """Blocks until the demo is left; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="gcli2api-demo-") as home:
        return asyncio.run(_demo(seed, port, home, screen=screen))


async def _demo(seed: int, port: int | None, home: str, *, screen: bool) -> int:
    clock = Clock()
    world, files = demo_world(seed, clock)
    async with serve_simulator(world=world) as simulator:
        setup = _setup(home, port, simulator.url, clock, screen=screen)
        _fill_vault(home, files)
        playing = spawn("demo-traffic", _play(setup, seed, clock))
        try:
            return await run(setup, screen=screen)
        finally:
            playing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await playing


def _setup(home: str, port: int | None, simulator: str, clock: Clock, *, screen: bool) -> Setup:
    where = paths.find(home, {})
    where.create()
    settings = dataclasses.replace(
        Settings(),
        port=Settings().port if port is None else port,
        password=Secret(KEY),
        refresh=os.environ.get("GCLI2API_REFRESH") or "auto",
        code_assist_endpoint=simulator,
        gemini_base_url=simulator,
        vertex_base_url=simulator,
        oauth_base_url=simulator,
    )
    return Setup(settings=settings, paths=where, clock=clock, demo=True, screen=screen)


def _fill_vault(home: str, files: list[tuple[str, bytes]]) -> None:
    from gcli2api_tui.credentials.bundle import read_bytes
    from gcli2api_tui.wiring import default_client

    vault = open_vault(home, {})
    for name, data in files:
        vault.take(read_bytes(data, name, default_client(home, {})))


async def _play(setup: Setup, seed: int, clock: Clock) -> None:
    """The invented clients, as soon as the server says where it is."""
    from gcli2api_tui.control import run_file

    while (running := run_file.read(setup.paths.run_file)) is None:
        await clock.sleep(0.05)
    await Traffic(running.url, KEY, seed, clock).run()
