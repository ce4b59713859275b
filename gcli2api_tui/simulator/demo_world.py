"""The demo's Google: six invented credentials of all three services in different states, and the files for them.

`demo_world` gives the world and (name, bytes) of credential files for the importer: API keys as `{"api_key", "label"}`,
one of Vertex AI, accounts in the format of the reference system. Nothing in them works anywhere but in this world.
"""

import json
from datetime import UTC, datetime

from gcli2api_tui.clock import Clock
from gcli2api_tui.simulator.models import DEMO
from gcli2api_tui.simulator.oauth import SCOPE
from gcli2api_tui.simulator.world import Account, World

LOW_KEY, GOOD_KEY = "AQ.demo-hobby-project", "AQ.demo-work-project"
EXPRESS_KEY = "AQ.demo-express-mode"
PRO, FLASH, LITE = DEMO["pro"], DEMO["flash"], DEMO["lite"]
STREAM = "streamGenerateContent"
COOLING_HINT_S = 2 * 3600 + 41 * 60
RESETS_IN_S = 21 * 3600
FIRST_BYTE_S, PACE_S = 0.9, 0.7
USED_TODAY = {
    "alice": {PRO: 301, FLASH: 203},
    "bob": {PRO: 622, FLASH: 122},
    "erin": {FLASH: 40},
}


def demo_world(seed: int, clock: Clock) -> tuple[World, list[tuple[str, bytes]]]:
    """A low key, two healthy ones, a healthy account, one whose pro model cools, one whose sign-in has ended."""
    world = World(seed, clock, first_byte_s=FIRST_BYTE_S, pace_s=PACE_S, pacing=Clock())
    _keys(world)
    for name, models in USED_TODAY.items():
        account = world.add_account(f"{name}@example.com", project=f"demo-{name}", dead=name == "erin")
        for model, used in models.items():
            world.meters.preload(account.email, model, used, account.limits, clock.now(), resets_in_s=RESETS_IN_S)
    world.faults.push("quota_exhausted", credential="bob@example.com", model=PRO, count=3, delay_s=COOLING_HINT_S)
    # Short refusals now and then: the answer comes from another credential, and the client sees no error.
    for skip in (1, 7, 15, 30):
        world.faults.push("rate_limit", credential="alice@example.com", method=STREAM, skip=skip, delay_s=41)
    files = [("hobby-key.json", _key_file(LOW_KEY, "hobby")), ("work-key.json", _key_file(GOOD_KEY, "work"))]
    files.append(("vertex-key.json", json.dumps({"vertex_api_key": EXPRESS_KEY, "label": "vertex"}).encode()))
    files += [(f"{one.project}.json", _account_file(one, clock.now())) for one in world.accounts.values()]
    return world, files


def _keys(world: World) -> None:
    low = world.add_api_key(LOW_KEY, project="demo-hobby", rpm=10, rpd=250)
    world.add_api_key(GOOD_KEY, project="demo-work", rpm=1000, rpd=10000, free=False)
    world.add_api_key(EXPRESS_KEY, project="demo-vertex", free=False)
    for model in (PRO, FLASH, LITE):
        world.meters.preload(low.project, model, used=244, limits=low.limits, now=world.clock.now())


def _key_file(key: str, label: str) -> bytes:
    return json.dumps({"api_key": key, "label": label}).encode()


def _account_file(account: Account, now: float) -> bytes:
    """Expired long ago, so that the first use refreshes."""
    return json.dumps(
        {
            "client_id": account.client_id,
            "client_secret": account.client_secret,
            "token": "ya29.sim-expired",
            "refresh_token": account.refresh_token,
            "scopes": [scope for scope in SCOPE.split() if scope != "openid"],
            "project_id": account.project,
            "expiry": datetime.fromtimestamp(now - 3600, UTC).isoformat(),
            "email": account.email,
        },
        indent=2,
    ).encode()
