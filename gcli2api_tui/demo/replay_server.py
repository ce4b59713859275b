"""A server of its own in front of the stand-in for Google, to replay recordings against: no account, nothing leaves.

In: nothing. Out: its address and its key, while the block runs. The home is temporary; the pool has a key and a sign-in
without limits that a recording could meet.
"""

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import AsyncIterator, Mapping
from functools import partial

from gcli2api_tui.bootstrap import Bootstrap, default_client, open_vault, prepare
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.paths import temporary_home
from gcli2api_tui.runtime import Runtime
from gcli2api_tui.server.hypercorn_server import bind, url_of
from gcli2api_tui.simulator.app import serve as serve_simulator
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET, World
from gcli2api_tui.tasks import spawn

KEY = "AIza-replay-key-0001"
ACCOUNT = "replay@example.com"


@contextlib.asynccontextmanager
async def beside_the_stand_in(seed: int = 0) -> AsyncIterator[tuple[str, Secret]]:
    """(url, client key)"""
    world = World(seed)
    world.add_api_key(KEY, project="replay-keys", free=False)
    account = world.add_account(ACCOUNT, project="replay", tier="standard-tier")
    home = await asyncio.to_thread(temporary_home, "gcli2api-replay-")
    try:
        async with serve_simulator(world=world) as google:
            setup = await asyncio.to_thread(_filled, home.name, google.url, account.refresh_token)
            async with _serving(setup) as url:
                yield url, setup.settings.password
    finally:
        await asyncio.to_thread(home.cleanup)


def _filled(home: str, google: str, refresh_token: str) -> Bootstrap:
    environ: Mapping[str, str] = {
        "GOOGLE_GEMINI_BASE_URL": google,
        "CODE_ASSIST_ENDPOINT": google,
        "GOOGLE_VERTEX_BASE_URL": google,
        "GCLI2API_OAUTH_BASE_URL": google,
        "GCLI2API_OAUTH_CLIENT_ID": CLIENT_ID,
        "GCLI2API_OAUTH_CLIENT_SECRET": CLIENT_SECRET,
        "GCLI2API_PASS_UNKNOWN_MODELS": "on",
    }
    setup = prepare({"home": home}, environ)
    account = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": refresh_token,
               "project_id": "replay", "type": "authorized_user"}  # fmt: skip
    vault, client = open_vault(home, environ), default_client(home, environ)
    for name, data in (("key.txt", KEY.encode()), ("account.json", json.dumps(account).encode())):
        vault.take(read_bytes(data, name, client))
    return dataclasses.replace(setup, demo=True, quiet=True)


@contextlib.asynccontextmanager
async def _serving(setup: Bootstrap) -> AsyncIterator[str]:
    with contextlib.closing(bind("127.0.0.1", 0)) as listener:
        url = url_of(listener)
        runtime = await asyncio.to_thread(partial(Runtime, setup, url, "lite", screen=False))
        serving = spawn("replay-server", runtime.serve(listener))
        try:
            yield url
        finally:
            runtime.stop("now")
            await serving
            await runtime.close()
