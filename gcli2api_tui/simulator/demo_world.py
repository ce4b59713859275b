"""The demo's Google: invented credentials of all three services in states that last, the files for them, and what goes
wrong by itself: about twice a minute a short refusal that another credential makes good.

`demo_world` gives the world and (name, bytes) of credential files for the importer: API keys as `{"api_key", "label"}`,
one of Vertex AI, accounts in the format of the reference system. USED_TODAY is the morning behind them, the same for
this Google and for who counts on our side. Nothing in them works anywhere but in this world.
"""

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gcli2api_tui.clock import Clock
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.faults import FaultMenu
from gcli2api_tui.simulator.journal import Journal
from gcli2api_tui.simulator.models import DEMO
from gcli2api_tui.simulator.oauth import SCOPE
from gcli2api_tui.simulator.quota import DAY_S
from gcli2api_tui.simulator.texts import ANSWERS, Voice
from gcli2api_tui.simulator.world import Account, World

LOW_KEY, GOOD_KEY, SPARE_KEY = "AQ.demo-hobby-project", "AQ.demo-work-project", "AQ.demo-spare-project"
EXPRESS_KEY = "AQ.demo-express-mode"
PRO, FLASH, LITE = DEMO["pro"], DEMO["flash"], DEMO["lite"]
PER_DAY, LOW_PER_DAY = 1500, 250
STREAM = "streamGenerateContent"
ALICE, BOB, CAROL, DAVE, ERIN = (f"{name}@example.com" for name in ("alice", "bob", "carol", "dave", "erin"))

Models = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Morning:
    """Requests of each model since the day began, which ends in `resets_in_s`; 0 is midnight in California."""

    used: Models
    resets_in_s: float = 0.0
    limit: int | None = None


USED_TODAY: Mapping[str, Morning] = {
    "hobby": Morning({PRO: 244, FLASH: 238, LITE: 236}, limit=LOW_PER_DAY),
    "work": Morning({FLASH: 641, PRO: 219}),
    "vertex": Morning({FLASH: 604, PRO: 196}),
    ALICE: Morning({PRO: 622, FLASH: 203}, 20 * 3600 + 59 * 60),
    BOB: Morning({PRO: 301, FLASH: 122}, 20 * 3600 + 59 * 60),
    CAROL: Morning({PRO: 88, FLASH: 19}, 22 * 3600 + 10 * 60),
    DAVE: Morning({PRO: PER_DAY, FLASH: PER_DAY, LITE: PER_DAY}, 2 * 3600 + 41 * 60),
    ERIN: Morning({FLASH: 40}, 9 * 3600),
}
VOICE = Voice(
    most_words=320,
    known=ANSWERS,
    closing="(Demo: this text was written beforehand. No model was asked, and nothing left this machine.)",
    closing_chinese="（演示：这段文字是事先写好的，没有询问任何模型，也没有数据离开本机。）",
    first_word_s=0.8,
    tokens_per_s={PRO: 46.0, FLASH: 88.0, LITE: 110.0, "": 64.0},
)


def demo_world(seed: int, clock: Clock) -> tuple[World, list[tuple[str, bytes]]]:
    """A low key, a good one, one switched off, one of Vertex; three healthy accounts, one spent, one signed out."""
    world = World(seed, clock, pacing=Clock(), voice=VOICE)
    world.journal = Journal(keep=100)  # of bodies, some of which are very long
    low = world.add_api_key(LOW_KEY, project="demo-hobby", rpm=10, rpd=LOW_PER_DAY)
    for key, project in ((GOOD_KEY, "demo-work"), (SPARE_KEY, "demo-spare"), (EXPRESS_KEY, "demo-vertex")):
        world.add_api_key(key, project=project, free=False)
    for model, used in USED_TODAY["hobby"].used.items():
        world.meters.preload(low.project, model, used, low.limits, clock.now())
    for email in (ALICE, BOB, CAROL, DAVE, ERIN):
        account = world.add_account(email, project=f"demo-{email.partition('@')[0]}", rpd=PER_DAY, dead=email == ERIN)
        morning = USED_TODAY[email]
        for model, used in morning.used.items():
            world.meters.preload(email, model, used, account.limits, clock.now(), morning.resets_in_s)
    # The first question goes to her, who has used least, and is answered by another: the client sees no error.
    world.faults.push("rate_limit", credential=CAROL, method=STREAM, delay_s=41)
    keys = (("hobby", LOW_KEY), ("work", GOOD_KEY), ("spare", SPARE_KEY))
    files = [(f"{label}-key.json", _key_file(key, label)) for label, key in keys]
    files.append(("vertex-key.json", json.dumps({"vertex_api_key": EXPRESS_KEY, "label": "vertex"}).encode()))
    files += [(f"{one.project}.json", _account_file(one, clock.now())) for one in world.accounts.values()]
    return world, files


def day_began(morning: Morning, now: float) -> float:
    """When the window was opened that ends in `resets_in_s`; of a day by the calendar any time of it will do."""
    return now + morning.resets_in_s - DAY_S if morning.resets_in_s else now


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


SHORTEST_S, LONGEST_S = 20.0, 45.0
KINDS: tuple[tuple[str, str | None, dict[str, Any]], ...] = (
    ("rate_limit", CAROL, {"delay_s": 41}),
    ("rate_limit", CAROL, {"delay_s": 41}),
    ("capacity_503", ALICE, {}),
    ("overloaded", None, {}),
    ("empty", None, {}),
    ("cut", None, {"after": 8}),
)


async def weather(faults: FaultMenu, seed: int, clock: Clock) -> None:
    chance = random.Random(f"{seed}|weather")
    while True:
        await clock.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
        kind, credential, options = chance.choice(KINDS)
        faults.push(kind, credential=credential, method=STREAM, **options)
