"""What went wrong in the demo's last hour before somebody else answered: who was asked in vain, and what Google said.

In: chance, a model, who answers at last, the time. Out: refusals in their order, mostly none.
"""

import random

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.demo_world import ALICE, CAROL, FLASH
from gcli2api_tui.simulator.quota_refusals import code_assist_quota, no_capacity

OFTEN, SELDOM = 0.07, 0.02
REST_S = 41.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """`label` said no after so long, and rests a while."""

    label: str
    kind: FaultKind
    said: str
    after_s: float
    rests_s: float = 0.0


def refusals(chance: random.Random, model: str, served_by: str, now: float) -> list[Refusal]:
    found: list[Refusal] = []
    if served_by != CAROL and chance.random() < OFTEN:
        said = code_assist_quota("RATE_LIMIT_EXCEEDED", model, REST_S, now).message
        found.append(Refusal(CAROL, FaultKind.RATE, said, chance.uniform(0.15, 0.5), REST_S))
    if served_by != ALICE and model != FLASH and chance.random() < SELDOM:
        said = no_capacity(model, 503).message
        found.append(Refusal(ALICE, FaultKind.CAPACITY, said, chance.uniform(0.3, 0.9)))
    return found
