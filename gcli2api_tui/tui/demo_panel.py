"""The demo's panel beside a server of one's own: nothing in it ends more than the visit.

In: as for every panel. Out: `back` as the reason why it ended, whichever way one leaves.
"""

from typing import ClassVar

from textual.binding import BindingType

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.keys import bindings


class VisitPanel(Panel):
    BINDINGS: ClassVar[list[BindingType]] = bindings("visit")

    def action_come_back(self) -> None:
        """Nothing that stood in front took the key."""
        self.exit("back")

    def action_leave(self) -> None:
        self.exit("back")

    def action_interrupt(self) -> None:
        self.exit("back")
