"""The settings of now: one holder a runtime, which every part asks at the moment of use.

In: those of the start, and changes of single ones that act live. Out: `now()`; `view(make)`, what a part makes of them,
made anew only when they have changed; `follow`, for the few that must do something at once. What acts only after a
restart never changes here.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from gcli2api_tui.settings import Settings

T = TypeVar("T")
Follower = Callable[[Settings], None]


class LiveSettings:
    """Used on the loop's thread."""

    __slots__ = ("_followers", "_now")

    def __init__(self, at_start: Settings) -> None:
        self._now = at_start
        self._followers: list[Follower] = []

    def now(self) -> Settings:
        return self._now

    def change(self, **values: Any) -> None:
        """All at once; then those that follow hear of it."""
        self._now = replace(self._now, **values)
        for tell in self._followers:
            tell(self._now)

    def follow(self, tell: Follower) -> None:
        """Called with the settings whenever one has changed, on the loop."""
        self._followers.append(tell)

    def view(self, make: Callable[[Settings], T]) -> Callable[[], T]:
        """What `make` makes of the settings; requests ask often, people change seldom."""
        seen = self._now
        made = make(seen)

        def look() -> T:
            nonlocal seen, made
            if seen is not self._now:
                seen, made = self._now, make(self._now)
            return made

        return look
