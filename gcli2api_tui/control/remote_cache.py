"""Answers from afar, asked for while a screen is painted: what is here is told at once, what is not is fetched.

In: a key, how to fetch it, and a mark that moves when it may read differently. Out: the newest that came, or what
stands for nothing yet; of a transcript, a page from any offset on. What the server no longer has is told as cut.
Bounded: the longest unseen go first. One fetch a key at a time, none more often than its pace.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import Page, Passage
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


@dataclass(frozen=True, slots=True)
class RemoteText:
    """`passages` stand from character `start` to `end`."""

    passages: tuple[Passage, ...] = ()
    start: int = 0
    end: int = 0
    revision: int = 0
    complete: bool = True
    kept: bool = True
    here: bool = False

    def with_page(self, page: Page) -> "RemoteText":
        begins = page.next_offset - sum(len(passage.text) for passage in page.passages)
        told = replace(self, revision=page.revision, complete=page.complete, kept=page.kept, here=True)
        if not page.revision and self.passages:
            return replace(told, revision=self.revision, complete=self.complete)  # gone there; what came stays
        if begins != self.end:
            return replace(told, passages=page.passages, start=begins, end=page.next_offset)
        return replace(told, passages=_joined(self.passages, page.passages), end=page.next_offset)

    def page(self, exchange: ExchangeId, from_offset: int) -> Page:
        found, begins = [], self.start
        for passage in self.passages:
            skip = from_offset - begins
            begins += len(passage.text)
            if begins > from_offset:
                found.append(passage if skip <= 0 else replace(passage, text=passage.text[skip:]))
        offset = self.end if self.here else from_offset
        return Page(exchange, self.revision, tuple(found), offset, self.complete, self.kept, coming=not self.here)


def _joined(before: tuple[Passage, ...], more: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """As one page would have it: a run of answer or thought is one passage."""
    if not before or not more or more[0].kind != before[-1].kind or more[0].kind in ("prompt", "call"):
        return before + more
    return (*before[:-1], replace(before[-1], text=before[-1].text + more[0].text), *more[1:])
