"""What draws on one quota: a credential alone, or all API keys of one Google project. In memory.

A Budget holds counts, rests and guesses by model. Keys share one when they carry the same project label, or when one of
Google's errors named the same project for both: a limit that hit one of them has hit all.
"""

from collections.abc import Iterator
from dataclasses import field

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.messages.message import Message
from gcli2api_tui.pool.burn_rate import BurnRate
from gcli2api_tui.pool.quota import Tally, joined, parted
from gcli2api_tui.quick_dataclass import dataclass

FOREVER = float("inf")

EVERY = "*"
"""In place of a model: a rest that holds for all of them."""


@dataclass(frozen=True, slots=True)
class Cooldown:
    """One model rests. `set_after` is the number of the last lease given before: older leases prove nothing new."""

    until: float
    kind: FaultKind
    message: Message
    set_after: int
    probe_at: float = FOREVER
    length_s: float = FOREVER
    """What it was to last when it was set: a clock that goes back must not make it longer."""


@dataclass(slots=True, eq=False)
class Budget:
    """`project` names what is shared; "" while nobody else can draw on it."""

    project: str = ""
    cooldowns: dict[str, Cooldown] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    guesses: dict[str, int] = field(default_factory=dict)
    """Guessed rests in a row, per model."""
    burn_rate: BurnRate = field(default_factory=BurnRate)
    paces: dict[str, BurnRate] = field(default_factory=dict)
    """The same by model."""

    def served(self, model: str, now: float) -> None:
        """One request more, for the pace."""
        self.burn_rate.add(now)
        if (pace := self.paces.get(model)) is None:
            pace = self.paces[model] = BurnRate()
        pace.add(now)

    def absorb(self, other: "Budget") -> None:
        """What was counted apart is one count from now on; the longer rest holds."""
        for model, tally in other.tallies.items():
            mine = self.tallies.get(model)
            self.tallies[model] = joined(mine, tally) if mine else tally
        for model, rest in other.cooldowns.items():
            held = self.cooldowns.get(model)
            self.cooldowns[model] = rest if held is None or rest.until > held.until else held

    def parted(self) -> "Budget":
        """A copy for one that leaves the project: what was used stays used."""
        tallies = {model: parted(tally) for model, tally in self.tallies.items()}
        return Budget(cooldowns=dict(self.cooldowns), tallies=tallies, guesses=dict(self.guesses))


class Projects:
    """Project, by the person's label or Google's number → its budget. One budget may have several names."""

    def __init__(self) -> None:
        self._budgets: dict[str, Budget] = {}

    def join(self, project: str, budget: Budget) -> Budget:
        """The budget of the project, with this one's counts in it. Its other holders must be told (`was`)."""
        shared = self._budgets.setdefault(project, budget)
        shared.project = shared.project or project
        if shared is not budget:
            shared.absorb(budget)
            for name in self._names(budget):
                self._budgets[name] = shared
        return shared

    def _names(self, budget: Budget) -> Iterator[str]:
        return iter([name for name, one in self._budgets.items() if one is budget])
