"""What may go wrong in the demo when somebody wants to see it, by name.

Only the demo's panel is given a `Trouble`; like a verb it never raises for an expected refusal.
"""

from typing import Literal, Protocol

from gcli2api_tui.control.verb_results import Answer

TroubleName = Literal["limit", "storm", "revoke", "slow", "down", "cut", "page", "quota", "reset", "fast", "well"]

TROUBLES: tuple[TroubleName, ...] = (
    "limit", "storm", "revoke", "slow", "down", "cut", "page", "quota", "reset", "fast", "well",
)  # fmt: skip
"""In the order of the menu; the last one ends all others."""


class Trouble(Protocol):
    def running(self) -> frozenset[TroubleName]:
        """What goes wrong now and goes on."""
        ...

    async def make(self, name: TroubleName) -> Answer: ...
