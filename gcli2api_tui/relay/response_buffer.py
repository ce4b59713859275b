"""Between an exchange and its client: one `Opened`, then bytes, coalesced while the client is busy.

One writer, one reader. The writer may always put; it asks `room` before it reads on, so that a slow client slows
Google down instead of filling memory.
"""

import asyncio
from collections.abc import AsyncGenerator

from gcli2api_tui.relay.ports import Opened


class ResponseBuffer:
    """Bounded by the courtesy of its writer."""

    def __init__(self, unread_bytes: int) -> None:
        self._most = unread_bytes
        self._unread: list[bytes] = []
        self._size = 0
        self._opened: Opened | None = None
        self._closed = False
        self._news = asyncio.Event()
        self._space = asyncio.Event()
        self._space.set()

    @property
    def opened(self) -> bool:
        """The status is out: no other can be sent."""
        return self._opened is not None

    def open(self, opened: Opened) -> None:
        """Commit to a status; only the first counts."""
        self._opened = self._opened or opened
        self._news.set()

    def put(self, data: bytes) -> None:
        """Add bytes for the client."""
        if data and not self._closed:
            self._unread.append(data)
            self._size += len(data)
            if self._size > self._most:
                self._space.clear()
            self._news.set()

    async def room(self) -> None:
        """Wait until the client has taken enough."""
        await self._space.wait()

    def close(self) -> None:
        """No more bytes will come."""
        self._closed = True
        self._news.set()

    async def items(self) -> AsyncGenerator[Opened | bytes, None]:
        """What the client gets, in order, until closed and empty."""
        while self._opened is None and not self._closed:
            await self._wait()
        if self._opened is not None:
            yield self._opened
        while self._unread or not self._closed:
            if self._unread:
                yield self._taken()
            else:
                await self._wait()

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _taken(self) -> bytes:
        data = self._unread[0] if len(self._unread) == 1 else b"".join(self._unread)
        self._unread.clear()
        self._size = 0
        self._space.set()
        return data
