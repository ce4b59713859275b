"""What went wrong in the demo's last hour before somebody else answered: who was asked in vain, and what Google said.

In: chance, a model, who answers at last. Out: refusals in their order, mostly none.
"""

import random
from dataclasses import dataclass

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.simulator.demo_world import ALICE, CAROL, FLASH

OFTEN, SELDOM = 0.05, 0.02


@dataclass(frozen=True, slots=True)
class Refusal:
    """`label` said no after so long, and rests a while."""

    label: str
    kind: FaultKind
    said: str
    after_s: float
    rests_s: float = 0.0


def refusals(chance: random.Random, model: str, served_by: str) -> list[Refusal]:
    found: list[Refusal] = []
    if served_by != CAROL and chance.random() < OFTEN:
        said = "You have exhausted your capacity on this model. Your quota will reset after 41s."
        found.append(Refusal(CAROL, FaultKind.RATE, said, chance.uniform(0.15, 0.5), 41.0))
    if served_by != ALICE and model != FLASH and chance.random() < SELDOM:
        said = "No capacity available for this model on the server."
        found.append(Refusal(ALICE, FaultKind.CAPACITY, said, chance.uniform(0.3, 0.9)))
    return found
