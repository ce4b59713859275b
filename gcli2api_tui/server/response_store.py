"""Responses that clients may come back to, on their way to the store and back.

In: a finished response as one text. Out: the same text, for as long as the store keeps it. Nothing is kept where the
person wants no texts kept (`keep_bodies = 0`).
"""

import asyncio
from concurrent.futures import Future
from typing import Protocol


class Shelf(Protocol):
    """What the store offers for it (state.ports.Store)."""

    def put_response(self, response: str, content: str) -> None: ...

    def drop_response(self, response: str | None) -> None: ...

    def response(self, response: str) -> "Future[str | None]": ...


class KeptResponses:
    """Without a shelf nothing is kept; not `keeping`, what was kept before is forgotten, too."""

    def __init__(self, shelf: Shelf | None = None, *, keeping: bool = True) -> None:
        self._there = shelf
        self._shelf = shelf
        self.keep(keeping)

    def keep(self, keeping: bool) -> None:
        """From now on, or no longer; then what was kept is forgotten at once."""
        if keeping == self.keeping and keeping:
            return
        self._shelf = self._there if keeping else None
        if self._there is not None and not keeping:
            self._there.drop_response(None)

    @property
    def keeping(self) -> bool:
        return self._shelf is not None

    def put(self, response: str, content: str) -> None:
        """At once; it is on disk a second later."""
        if self._shelf:
            self._shelf.put_response(response, content)

    def drop(self, response: str) -> None:
        if self._shelf:
            self._shelf.drop_response(response)

    async def get(self, response: str) -> str | None:
        """None for one that was never kept, or is not any more."""
        return await asyncio.wrap_future(self._shelf.response(response)) if self._shelf else None
