"""The stream of changes for whoever looks from another process: lines of JSON, packed as they go out; ticks for pages.

In: the reader, and where a follower left off. Out: what changed since, a few times a second at most, and a sign of life
when nothing does. Invariants: a slow follower gets fewer lines, never a queue of them; none holds up a stop.
"""

import asyncio
import secrets
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.ledger.change_feed import Changes, Feed, as_line
from gcli2api_tui.tasks import spawn

PACE_S = 0.33
"""Between two lines: three a second are seen as they happen, and cost a tenth of each event's own line."""
LOOK_S = 2.0
"""Cooldowns end without an event."""
HEARTBEAT_S = 4.0


class ChangesStream:
    """One for each runtime; `leave` ends all streams, because the server stops."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._feed = Feed(secrets.token_hex(8))
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        self._leaving.set()

    def lines(self, run: str, revision: int, *, packed: bool) -> AsyncGenerator[bytes, None]:
        """For whoever has seen this revision of this run."""
        lines = self._lines(run, revision)
        return _packed(lines) if packed else lines

    async def ticks(self, wanted: Callable[[], bool]) -> AsyncGenerator[bytes, None]:
        """For a page, as server-sent events: only that something has changed, while `wanted` says yes."""
        loop = asyncio.get_running_loop()
        told, spoke_at = -1, loop.time()
        yield b"retry: 3000\n\n"
        while wanted() and not self._leaving.is_set():
            revision = self._reader.revision
            if revision != told:
                yield b"data: %d\n\n" % revision
                told, spoke_at = revision, loop.time()
            elif loop.time() - spoke_at >= HEARTBEAT_S:
                yield b":\n\n"
                spoke_at = loop.time()
            await self._news(revision)

    async def _lines(self, run: str, revision: int) -> AsyncGenerator[bytes, None]:
        feed, loop = self._feed, asyncio.get_running_loop()
        spoke_at = loop.time()
        since = revision if feed.knows(run, revision) else 0
        while not self._leaving.is_set():
            snapshot = self._reader.snapshot()
            feed.take(snapshot)
            revision, slices = feed.revision, list(feed.since(since))
            for changes in slices:
                yield _line(changes)
            if slices:
                since, spoke_at = revision, loop.time()
            elif loop.time() - spoke_at >= HEARTBEAT_S:
                yield _line(feed.heartbeat())
                spoke_at = loop.time()
            await self._news(snapshot.revision)

    async def _news(self, revision: int) -> None:
        """What happens within one pace goes out as one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PACE_S):
                await self._leaving.wait()
        waiting = [spawn("news", self._reader.moved(revision)), spawn("leaving", _set(self._leaving))]
        try:
            await asyncio.wait(waiting, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()


async def _set(event: asyncio.Event) -> None:
    await event.wait()


def _line(changes: Changes) -> bytes:
    return compact(as_line(changes)).encode() + b"\n"


async def _packed(lines: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Each line can be read as soon as it is there; what repeats of the last ones costs next to nothing."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    async for line in lines:
        yield packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()
