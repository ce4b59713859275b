"""The settings of now: one holder a runtime, which every part asks at the moment of use.

In: those of the start, and changes of single ones that act live. Out: `now`; `view(make)`, what a part makes of them,
made anew only when they have changed; `follow`, for the few that must do something at once. What acts only after a
restart never changes here.
"""

from collections.abc import Callable
from typing import TypeVar

from gcli2api_tui.config.settings import Settings, with_values

T = TypeVar("T")
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

    def view(self, make: Callable[[Settings], T]) -> Callable[[], T]:
        """What `make` makes of the settings; requests ask often, people change seldom."""
        seen = self.now
        made = make(seen)

        def look() -> T:
            nonlocal seen, made
            if seen is not self.now:
                seen, made = self.now, make(self.now)
            return made

        return look
