"""What must be said about Google's terms before a sign-in, and that the person has read it.

In: whose OAuth client signs in, and for what. Out: which notice is true, and whether it is still due. It is due once
per person; `keep` writes the time of the reading to where it lasts.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Notice
from gcli2api_tui.quick_dataclass import dataclass


def notice(shown_at: str, *, own_client: bool, own_project: bool) -> Notice:
    """Google forbids others Gemini CLI's sign-in, and Code Assist behind it; one's own client and project are free."""
    if own_client and own_project:
        return Notice("own project", due=False)
    return Notice("own client" if own_client else "public client", due=not shown_at)


@dataclass(slots=True)
class TermsNotice:
    """One for each runtime. Both methods touch the disk: call them in a thread."""

    shown_at: str
    clock: Clock
    keep: Callable[[str], None]
    own_client: Callable[[], bool]

    def notice(self, *, own_project: bool) -> Notice:
        return notice(self.shown_at, own_client=self.own_client(), own_project=own_project)

    def acknowledge(self) -> None:
        """Raises Problem when it cannot be written; then it stays due."""
        if not self.shown_at:
            moment = stamp(self.clock)
            self.keep(moment)
            self.shown_at = moment


def stamp(clock: Clock) -> str:
    """Now, as the setting keeps it."""
    return datetime.fromtimestamp(int(clock.now()), UTC).isoformat()
