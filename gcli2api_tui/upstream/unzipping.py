"""An answer that comes compressed by gzip, unfolded as it comes.

In: an answer. Out: the same, its reads unfolded. Invariants: no read unfolds to more than PIECE at once, so that a bomb
is seen by whoever counts; what is no gzip, or compressed in a way that nobody asked for, is httpx's DecodingError.
"""

import zlib
from collections.abc import Mapping
from typing import Protocol

import httpx

PIECE = 64 * 1024


class Packed(Protocol):
    """An answer, its reads as they are on the wire."""

    status: int
    headers: Mapping[str, str]

    async def __anext__(self) -> bytes: ...
    async def aclose(self) -> None: ...


class Unzipping:
    """One answer."""

    def __init__(self, packed: Packed) -> None:
        self.status, self.headers = packed.status, packed.headers
        self._packed = packed
        self._coding = packed.headers.get("content-encoding", "").strip().lower()
        self._unfold = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._folded = b""
        """What is still to be unfolded of the last read."""

    def __aiter__(self) -> "Unzipping":
        return self

    async def __anext__(self) -> bytes:
        if self._coding in ("identity", ""):
            return await self._packed.__anext__()
        if self._coding not in ("gzip", "x-gzip"):
            raise httpx.DecodingError("The answer is compressed in a way that nobody asked for.")
        while True:
            try:
                folded = self._folded or await self._packed.__anext__()
            except StopAsyncIteration:
                if rest := self._unfold.flush():
                    return rest
                raise
            if unfolded := self._unfolded(folded):
                return unfolded

    def _unfolded(self, folded: bytes) -> bytes:
        try:
            unfolded = self._unfold.decompress(folded, PIECE)
        except zlib.error as error:
            raise httpx.DecodingError("The answer is no gzip.") from error
        self._folded = self._unfold.unconsumed_tail
        return unfolded

    async def aclose(self) -> None:
        await self._packed.aclose()
