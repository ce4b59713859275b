"""`demo`: the real program in front of a stand-in for Google, in one process and a home of its own.

Nothing leaves the machine: all addresses point to the simulator on loopback, and upstream refuses any other host.
The home is temporary and deleted at the end. `prepared` makes a demo ready without running it, for whoever runs it
beside something else.
"""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Mapping

from gcli2api_tui.bootstrap import Bootstrap, default_client, open_vault
from gcli2api_tui.clock import Clock
from gcli2api_tui.control import run_file
from gcli2api_tui.control_wiring import Parts
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.demo.demo_clock import DemoClock
from gcli2api_tui.demo.history import Past, People
from gcli2api_tui.demo.setup import KEY, demo_setup
from gcli2api_tui.demo.trouble import DemoTrouble
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.panel_session.panel_or_demo import Staging
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.app import serve as serve_simulator
from gcli2api_tui.simulator.demo_world import DAVE, ERIN, USED_TODAY, day_began, demo_world, weather
from gcli2api_tui.simulator.quota_refusals import code_assist_quota
from gcli2api_tui.simulator.traffic import Traffic
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET, World
from gcli2api_tui.state.ports import CooldownRow
from gcli2api_tui.state.sqlite_store import SqliteStore
from gcli2api_tui.tasks import spawn
from gcli2api_tui.upstream.classify import THIS_SIGN_IN

SWITCHED_OFF = "spare"


@dataclass(frozen=True, slots=True)
class Demo:
    """What to run, and what a demo adds to it."""

    setup: Bootstrap
    staging: Staging
    world: World


@contextlib.asynccontextmanager
async def prepared(
    seed: int, port: int | None, home: str, *, speed: float = 1.0, clock: Clock | None = None
) -> AsyncIterator[Demo]:
    """A filled home beside the stand-in, and clients that call as soon as it serves; port 0 takes a free one."""
    demo_clock = DemoClock(speed, clock)
    world, files = demo_world(seed, demo_clock.clock)
    async with serve_simulator(world=world) as simulator:
        setup, ids = await asyncio.to_thread(_filled, home, port, simulator.url, demo_clock.clock, files)

        def begin(parts: Parts) -> None:
            Past(parts.ledger, parts.store, ids, demo_clock.now(), seed).tell()

        playing = spawn("demo-traffic", _play(setup, world, seed))
        try:
            yield Demo(setup, Staging(begin, lambda parts: DemoTrouble(world, demo_clock, parts.control)), world)
        finally:
            playing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await playing


def _filled(
    home: str, port: int | None, simulator: str, clock: Clock, files: list[tuple[str, bytes]]
) -> tuple[Bootstrap, People]:
    """In a thread: another server may run in this process."""
    setup = against(simulator, demo_setup(home, port, clock))
    return setup, _fill_vault(setup, files)


def against(simulator: str, setup: Bootstrap) -> Bootstrap:
    """Its Google is the stand-in, whatever is asked."""
    settings = dataclasses.replace(
        setup.settings,
        code_assist_endpoint=simulator,
        gemini_base_url=simulator,
        vertex_base_url=simulator,
        oauth_base_url=simulator,
        oauth_client_id=CLIENT_ID,
        oauth_client_secret=Secret(CLIENT_SECRET),
    )
    return dataclasses.replace(setup, settings=settings)


def _fill_vault(setup: Bootstrap, files: list[tuple[str, bytes]]) -> People:
    """The credentials, and the morning they have behind them."""
    home = str(setup.paths.config)
    vault, client = open_vault(home, {}), default_client(home, {})
    added = {one.label: one for name, data in files for one in vault.take(read_bytes(data, name, client)).added}
    _switch_off(vault, added[SWITCHED_OFF])
    store = SqliteStore(setup.paths.database, setup.clock)
    now = setup.clock.now()
    for label, morning in USED_TODAY.items():
        began = day_began(morning, now)
        for model, requests in morning.used.items():
            store.add_requests(added[label].id, model, began, requests)
            if morning.limit:
                store.set_limit(added[label].id, model, began, morning.limit, "429")
    for cooldown in _cooldowns(added, now):
        store.set_cooldown(cooldown)
    store.close()
    return {label: one.id for label, one in added.items()}


async def _play(setup: Bootstrap, world: World, seed: int) -> None:
    """The invented clients, as soon as the server says where it is, and what goes wrong by itself; for ever."""
    clock = Clock()
    while (running := run_file.read(setup.paths.run_file)) is None:
        await clock.sleep(0.05)
    await asyncio.gather(Traffic(running.url, KEY, seed, clock).run(), weather(world.faults, seed, clock))


def _switch_off(vault: Vault, credential: Credential) -> None:
    vault.update(dataclasses.replace(credential, settings=dataclasses.replace(credential.settings, enabled=False)))


def _cooldowns(added: Mapping[str, Credential], now: float) -> list[CooldownRow]:
    """Where somebody rests already when the demo opens, so that every state is on the first screen."""
    left_s, daily = USED_TODAY[DAVE].resets_in_s, FaultKind.DAILY.value
    rests = []
    for model in USED_TODAY[DAVE].used:
        spent = quoted(code_assist_quota("QUOTA_EXHAUSTED", model, left_s, now).message)
        rests.append(CooldownRow(added[DAVE].id, model, now + left_s, daily, spent))
    revoked = say("oauth.invalid_grant", who=THIS_SIGN_IN, said="Token has been expired or revoked.")
    return [*rests, CooldownRow(added[ERIN].id, "", float("inf"), FaultKind.NEEDS_LOGIN.value, revoked)]
