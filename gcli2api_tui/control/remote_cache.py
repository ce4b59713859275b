"""Answers from afar, asked for while a screen is painted: what is here is told at once, what is not is fetched.

In: a key, how to fetch it, and a mark that moves when it may read differently. Out: the newest that came, or what
stands for nothing yet. Bounded: the longest unseen go first. One fetch a key at a time, none more often than its
pace.
"""

from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    import asyncio

KEPT = 300
T = TypeVar("T")


@dataclass(slots=True)
class _Entry:
    value: Any
    mark: Hashable = None
    here: bool = False
    begun_at: float = float("-inf")
    task: "asyncio.Task[None] | None" = None


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """How one thing is fetched. `fetch` gets what is here of it."""

    fetch: Callable[[T], Awaitable[T]]
    nothing: T
    pace_s: float = 0.4
    again: Callable[[T], bool] = lambda value: False
    """Whether it changes without any mark: then it is fetched again at its pace."""


class Fetched:
    """`came` hears that something reads differently now."""

    def __init__(self, clock: Clock, came: Callable[[], None], kept: int = KEPT) -> None:
        self._clock, self._came, self._kept = clock, came, kept
        self._entries: dict[Hashable, _Entry] = {}
        self._closed = False

    def look(self, key: Hashable, wanted: Wanted[T], mark: Hashable = True) -> T:
        """What is known of it now."""
        entry = self._entries.pop(key, None) or _Entry(wanted.nothing)
        self._entries[key] = entry
        while len(self._entries) > self._kept:
            self.forget(next(iter(self._entries)))
        if entry.task is None and (not entry.here or entry.mark != mark) and not self._closed:
            entry.mark = mark
            entry.task = spawn("fetch", self._fetch(entry, wanted))
        value: T = entry.value
        return value

    def clear(self) -> None:
        """It is another server."""
        for key in list(self._entries):
            self.forget(key)

    def begin_again(self) -> None:
        """The line was cut: everything may read differently."""
        for entry in self._entries.values():
            entry.mark = None
            entry.here = False

    def close(self) -> None:
        self._closed = True
        self.clear()

    def forget(self, key: Hashable) -> None:
        if (entry := self._entries.pop(key, None)) is not None and entry.task is not None:
            entry.task.cancel()

    async def _fetch(self, entry: _Entry, wanted: Wanted[Any]) -> None:
        try:
            while True:
                if (early := entry.begun_at + wanted.pace_s - self._clock.monotonic()) > 0:
                    await self._clock.sleep(early)
                entry.begun_at = self._clock.monotonic()
                before, entry.value, entry.here = (entry.here, entry.value), await wanted.fetch(entry.value), True
                if before != (True, entry.value):
                    self._came()
                if not wanted.again(entry.value):
                    return
        except Problem:
            entry.mark = None  # the next look tries again, at its pace
        finally:
            entry.task = None
