"""What goes wrong in the demo by itself, about twice a minute: short refusals that another credential makes good.

In: the fault menu, a seed, a clock of real time. Runs until cancelled. Most of it no client ever notices.
"""

import random
from typing import Any

from gcli2api_tui.clock import Clock
from gcli2api_tui.simulator.demo_world import ALICE, CAROL, STREAM
from gcli2api_tui.simulator.faults import FaultMenu

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
