"""What a client sends, for whoever reads its connection; a whole usual request is begun in the loop's turn it comes in.

In: bytes as they come from the transport. Out: the same bytes by `next`, but for requests that `begin` took. Invariant:
none overtakes what came before it, for that was taken already: else nobody would wait for more.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import SupportsIndex

from gcli2api_tui.server import usual_request
from gcli2api_tui.server.usual_request import UsualRequest

_MOST = 2**16
Begin = Callable[[UsualRequest, int], bool]
"""(the request, its bytes) → whether it has begun; if not, nothing has happened."""


class ClientReader(asyncio.StreamReader):
    """One connection's. To wake its task, which would begin a task for the request, takes a turn more."""

    begin: Begin | None = None
    """Set by whoever may begin requests."""
    _waits = False
    """Somebody waits for more, and nothing has come."""

    async def next(self) -> bytes:
        """What has come; empty at the end. Raises OSError."""
        self._waits = True
        try:
            return await self.read(_MOST)
        finally:
            self._waits = False

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        if self._waits and self.begin and isinstance(data, bytes):
            asked = usual_request.read(data)
            if asked and len(asked.body) == asked.length and self.begin(asked, len(data)):
                return
            self._waits = False
        super().feed_data(data)
