"""The settings of now: one holder a runtime, which every part asks at the moment of use.

In: those of the start, and changes of single ones that act live. Out: `now`; `follow`, for those that must do something
at once, and for what every request needs. What acts only after a restart never changes here.
"""

from collections.abc import Callable

from gcli2api_tui.config.settings import Settings
from gcli2api_tui.config.settings_loading import with_values

Follower = Callable[[Settings], None]


class LiveSettings:
    """Used on the loop's thread."""

    __slots__ = ("_followers", "now")

    def __init__(self, at_start: Settings) -> None:
        self.now = at_start
        """Set by `change` alone; read at each use, and never kept."""
        self._followers: list[Follower] = []

    def change(self, **values: object) -> None:
        """All at once; then those that follow hear of it."""
        self.now = with_values(self.now, values)
        for tell in self._followers:
            tell(self.now)

    def follow(self, tell: Follower) -> None:
        """Called with the settings whenever one has changed, on the loop."""
        self._followers.append(tell)
