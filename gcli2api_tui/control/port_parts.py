"""What came of a verb, done or refused with the way out; and the smaller parts of the panel's two sides.

Under `Reader` and `Control` (ports.py): client keys, with wishes in words (`{"rpm": "30", "models": "*-flash*"}`;
`none` lifts), recording requests, and sampling the loop. `Trouble` is what may go wrong in the demo when somebody wants
to see it: only the demo's panel is given one, and like a verb it never raises for an expected refusal.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Protocol

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import NOTHING, Message, joined
from gcli2api_tui.quick_dataclass import dataclass

if TYPE_CHECKING:
    from gcli2api_tui.ledger.admin_rows import ClientKeyRow, NewClientKey, Profile, RecordingMode, RecordingRow


@dataclass(frozen=True, slots=True)
class Done:
    """It is so now. `message` is one line for people; `warned` where it also says that something needs them."""

    message: Message = NOTHING
    warned: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not done: the reason, and what to do instead."""

    reason: Message
    way_out: Message = NOTHING

    @property
    def sentence(self) -> Message:
        return joined(self.reason, self.way_out)


Answer = Done | Refused


def refused(problem: Problem) -> Refused:
    return Refused(problem.message, problem.way_out)


class ClientKeyReader(Protocol):
    """Under Reader."""

    def client_keys(self) -> "tuple[ClientKeyRow, ...]":
        """Those that are not revoked, by name, with what they have used; for whoever looks at them."""
        ...


class ClientKeyControl(Protocol):
    """Under Control."""

    async def add_client_key(self, name: str, wishes: Mapping[str, str]) -> "NewClientKey | Refused":
        """A new key for somebody's tools; it is seen in this answer and never again."""
        ...

    async def set_client_key(self, name: str, wishes: Mapping[str, str]) -> Answer:
        """All of the wishes, or none. Switched off, what runs with it ends."""
        ...

    async def revoke_client_key(self, name: str) -> Answer:
        """It serves nobody any more, and what runs with it ends."""
        ...


class WatchingReader(Protocol):
    """Under Reader."""

    async def recording(self) -> "RecordingRow":
        """Whether requests are recorded, and into which file."""
        ...


class WatchingControl(Protocol):
    """Under Control."""

    async def begin_recording(self, mode: "RecordingMode" = "masked") -> Answer:
        """Requests and their answers go into a file of the home, from now on; texts are masked unless it is whole."""
        ...

    async def end_recording(self) -> Answer: ...

    async def profile(self, seconds: float = 10.0) -> "Profile | Refused":
        """Where the loop's time goes, for so many seconds from now."""
        ...


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
