"""`demo`: the real program in front of a stand-in for Google, in one process and a home of its own.

Nothing leaves the machine: all addresses point to the simulator on loopback, and upstream refuses any other host.
The home is temporary and deleted at the end.
"""

import asyncio
import contextlib
import dataclasses
import os
import tempfile
from collections.abc import AsyncIterator, Callable

from gcli2api_tui import paths, tasks
from gcli2api_tui.bootstrap import Bootstrap, default_client, open_vault
from gcli2api_tui.clock import Clock
from gcli2api_tui.control import run_file
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.runtime import run
from gcli2api_tui.settings import Settings
from gcli2api_tui.simulator.app import serve as serve_simulator
from gcli2api_tui.simulator.demo_world import COOLING_HINT_S, FLASH, LITE, PRO, demo_world
from gcli2api_tui.simulator.traffic import Traffic
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET
from gcli2api_tui.state.ports import CooldownRow
from gcli2api_tui.state.sqlite import SqliteStore
from gcli2api_tui.tasks import spawn
from gcli2api_tui.upstream.classify import THIS_SIGN_IN

KEY = "pwd"

MORNING: dict[str, tuple[tuple[str, int, int | None], ...]] = {
    "hobby": tuple((model, 244, 250) for model in (FLASH, PRO, LITE)),
    "work": ((FLASH, 31, None), (PRO, 6, None)),
    "vertex": ((FLASH, 12, None),),
    "alice@example.com": ((PRO, 301, None), (FLASH, 203, None)),
    "bob@example.com": ((PRO, 622, None), (FLASH, 122, None)),
    "erin@example.com": ((FLASH, 40, None),),
}
"""Label → (model, requests counted today, limit learnt from a 429)."""

COOLDOWNS: dict[str, Callable[[CredentialId, float], CooldownRow]] = {
    "bob@example.com": lambda identity, now: CooldownRow(
        identity,
        PRO,
        now + COOLING_HINT_S,
        FaultKind.DAILY.value,
        quoted("You have exhausted your capacity on this model."),
    ),
    "erin@example.com": lambda identity, now: CooldownRow(
        identity,
        "",
        float("inf"),
        FaultKind.NEEDS_LOGIN.value,
        say("oauth.invalid_grant", who=THIS_SIGN_IN, said="Token has been expired or revoked."),
    ),
}
"""Where somebody rests already when the demo opens, so that every state is on the first screen."""


def run_demo(seed: int, port: int | None, *, screen: bool) -> int:
    """Blocks until the demo is left; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="gcli2api-demo-") as home:
        return tasks.run(_demo(seed, port, home, screen=screen))


async def _demo(seed: int, port: int | None, home: str, *, screen: bool) -> int:
    async with prepared(seed, port, home, Clock()) as setup:
        return await run(setup, screen=screen)


@contextlib.asynccontextmanager
async def prepared(seed: int, port: int | None, home: str, clock: Clock) -> AsyncIterator[Bootstrap]:
    """What `demo` is asked to run: a filled home beside the stand-in, and clients that call as soon as it serves."""
    world, files = demo_world(seed, clock)
    async with serve_simulator(world=world) as simulator:
        setup = await asyncio.to_thread(_filled, home, port, simulator.url, clock, files)
        playing = spawn("demo-traffic", _play(setup, seed, clock))
        try:
            yield setup
        finally:
            playing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await playing


def _filled(home: str, port: int | None, simulator: str, clock: Clock, files: list[tuple[str, bytes]]) -> Bootstrap:
    """In a thread: another server may run in this process."""
    setup = _setup(home, port, simulator, clock)
    _fill_vault(setup, files)
    return setup


def _setup(home: str, port: int | None, simulator: str, clock: Clock) -> Bootstrap:
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
        code_assist_endpoint=simulator,
        gemini_base_url=simulator,
        vertex_base_url=simulator,
        oauth_base_url=simulator,
        oauth_client_id=CLIENT_ID,
        oauth_client_secret=Secret(CLIENT_SECRET),
    )
    return Bootstrap(settings=settings, paths=where, clock=clock, demo=True)


def _fill_vault(setup: Bootstrap, files: list[tuple[str, bytes]]) -> None:
    """The credentials, and the morning they have behind them."""
    home = str(setup.paths.config)
    vault, client = open_vault(home, {}), default_client(home, {})
    added = [one for name, data in files for one in vault.take(read_bytes(data, name, client)).added]
    store = SqliteStore(setup.paths.database, setup.clock)
    now = setup.clock.now()
    for credential in added:
        for model, requests, limit in MORNING.get(credential.label, ()):
            store.add_requests(credential.id, model, now - 3 * 3600, requests)
            if limit:
                store.set_limit(credential.id, model, now - 3 * 3600, limit, "429")
        if cooldown := COOLDOWNS.get(credential.label):
            store.set_cooldown(cooldown(credential.id, now))
    store.close()


async def _play(setup: Bootstrap, seed: int, clock: Clock) -> None:
    """The invented clients, as soon as the server says where it is."""
    while (running := run_file.read(setup.paths.run_file)) is None:
        await clock.sleep(0.05)
    await Traffic(running.url, KEY, seed, clock).run()
