"""One client's program as the panel and the snapshot show it: a frozen row, made by `ledger/callers.py`."""

from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

FORGIVEN = "caller.forgiven"
OURSELVES = "gcli2api-tui"
"""How the program itself calls: the first test, Play, `key`."""


@dataclass(frozen=True, slots=True)
class CallerRow:
    """One client's program, and how its calls fare."""

    program: str
    """"" where nothing tells."""
    peer: str
    first_at: float
    last_at: float
    calls: int = 0
    answered: int = 0
    """Those that were let in and understood."""
    snag: Message = NOTHING
    """What is off, and how to mend it; empty while all is well. Its key says which kind it is."""

    @property
    def foreign(self) -> bool:
        """Another's program, and not our own panel or command line."""
        return not self.program.startswith(OURSELVES)

    @property
    def unknown_model(self) -> str:
        """The name that it asked for and that leads nowhere."""
        return str(self.snag.values["model"]) if self.snag.key == "caller.no_model" else ""
