"""Recording requests and sampling the loop, as parts of `Reader` and of `Control`.

In: how, and how long. Out: how a recording stands, where the loop's time went, what came of a verb.
"""

from typing import TYPE_CHECKING, Protocol

from gcli2api_tui.control.answer import Answer, Refused

if TYPE_CHECKING:
    from gcli2api_tui.ledger.admin_rows import Profile, RecordingMode, RecordingRow


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
