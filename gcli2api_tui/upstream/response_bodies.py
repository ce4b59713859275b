"""The bodies of Google's answers: unzipped as they come, and how much of one is read.

In: an answer, its reads as they are on the wire. Out: the same answer with its reads unfolded, or all its bytes.
Invariants: nothing that Google or a box on the way sends can fill the memory; what is no gzip is a DecodingError.
"""

import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from gcli2api_tui.events.problems import TOO_LARGE, FaultKind, UpstreamFault
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.upstream.transport_errors import DecodingError

MOST_WHOLE = 64 * 2**20
"""Bytes of one answer, or of one event of a stream: several large images."""
MOST_STREAM = 256 * 2**20
"""Bytes of all events of a stream."""
MOST_ERROR = 4 * 2**20
"""Bytes of an error; what is longer is judged by its beginning."""
PIECE = 64 * 1024


async def collected(status: int, reads: AsyncIterator[bytes]) -> bytes:
    """All of a body; of an error no more than its beginning. Raises UpstreamFault, or what the reads raise."""
    most = MOST_WHOLE if status == 200 else MOST_ERROR
    parts: list[bytes] = []
    left = most
    async for received in reads:
        left -= len(received)
        if left < 0 and status == 200:
            raise too_large(say("google.answer"), most)
        parts.append(received)
        if left < 0:
            break
    return parts[0] if len(parts) == 1 else b"".join(parts)


def too_large(what: Message, most: int) -> UpstreamFault:
    """The clear error for what grows beyond a bound."""
    return UpstreamFault(
        FaultKind.PROTOCOL,
        say("google.too_large", what=what, most=most // 2**20),
        status=200,
        reason="too large",
        code=TOO_LARGE,
        way_out=say("google.ask_less"),
    )


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
            raise DecodingError("The answer is compressed in a way that nobody asked for.")
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
            raise DecodingError("The answer is no gzip.") from error
        self._folded = self._unfold.unconsumed_tail
        return unfolded

    async def aclose(self) -> None:
        await self._packed.aclose()
