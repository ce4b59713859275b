"""Request bodies: bytes up to a limit and within a time, unpacked, then JSON.

In: the running request. Out: a JSON value. Everything that is wrong with a body is a ClientFault. A body stands in
memory once: it arrives in a buffer, which is given up as it becomes text. What takes long happens in a thread.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import NoReturn, Protocol

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.gzip_members import too_large, unpacked
from gcli2api_tui.server.long_texts import Block, LongTexts

ON_LOOP = 256 * 1024
"""Larger bodies, and packed ones, are read in a thread."""

BLOCK = 4 * 2**20
"""Bytes of a body that are kept in one: each block can be let go by itself."""

KEPT_WHOLE, KEPT_HEAD = 4 * 2**20, 2**16
"""Characters of a body that stay when it has been parsed; of a larger one only its beginning does."""

_UNASKED = 2**20
"""Kept of a body that nobody has asked for yet, as while a wrong key is slowed."""


@dataclass(frozen=True, slots=True)
class ArrivalRate:
    """How slowly a body may come."""

    grace_s: float = 30.0
    bytes_per_s: int = 1000
    """On average, after the grace."""
    silent_s: float = 60.0
    """Without a byte."""
    look_s: float = 1.0


USUAL = ArrivalRate()


class BoundedBody:
    """A buffer with a bound, also in place of Quart's: what comes beyond it is thrown away.

    A seam: Quart 0.22 calls `append`, 0.23 `put` and `disconnect`, both the other methods.
    """

    def __init__(self, expected_content_length: int | None, max_content_length: int | None = None) -> None:
        self.declared = expected_content_length or 0
        self.received = 0
        self.too_large = False
        self.large = False
        """What is made of it takes long, too."""
        self._limit = _UNASKED
        self.text = ""
        """What was parsed, for whoever looks at it later; of a very large one its beginning (`cut`)."""
        self.cut = False
        self.streamed = False
        """It is passed on while it comes, and nothing of it is thrown away."""
        self._kept = bytearray()
        self._blocks: list[Block] = []
        """What came before that, of a very large one."""
        self._whole = False
        self._ended: asyncio.Event | None = None
        self._news: asyncio.Event | None = None
        self._space: asyncio.Event | None = None
        """Made by whoever waits: most bodies have come."""

    def append(self, data: bytes) -> None:
        self.received += len(data)
        if self.streamed:
            self._kept += data
            if self._news:
                self._news.set()
            return
        if self.received > self._limit:
            self.too_large = True
            self.clear()
            self.set_complete()
        if not self.too_large:
            self._kept += data
            if len(self._kept) > BLOCK:
                self._blocks.append(bytes(self._kept))  # in a place of its own, which is the system's again at once
                self._kept.clear()

    async def put(self, data: bytes) -> None:
        self.append(data)

    async def room(self) -> None:
        """Returns when more can be taken: a streamed body waits for whoever passes it on."""
        while self.streamed and len(self._kept) > ON_LOOP:
            self._space = asyncio.Event()
            await self._space.wait()

    def set_complete(self) -> None:
        self._whole = True
        for waiting in (self._ended, self._news):
            if waiting:
                waiting.set()

    def disconnect(self) -> None:
        """Quart cancels the request itself."""

    def set_result(self, data: bytes) -> None:
        self.append(data)
        self.set_complete()

    def clear(self) -> None:
        self._kept.clear()
        self._blocks.clear()

    async def take(self, limit: int, pace: ArrivalRate = USUAL) -> bytearray:
        """All of it, once. Raises ClientFault 408 or 413."""
        return _joined(await self.take_blocks(limit, pace))

    async def take_blocks(self, limit: int, pace: ArrivalRate = USUAL) -> list[Block]:
        """The same as it is kept; there is one at least."""
        self._limit = limit
        if self.declared > limit or self.too_large:
            raise too_large(limit)
        if not self._whole:
            await self._arrive(pace)
            if self.too_large:
                raise too_large(limit)
        taken = [*self._blocks, self._kept]
        self._blocks, self._kept = [], bytearray()
        return taken

    def keep(self, text: str) -> None:
        if len(text) > KEPT_WHOLE:
            self.keep_beginning(text)
        else:
            self.text = text

    def keep_beginning(self, text: str) -> None:
        self.text, self.cut = text[:KEPT_HEAD], True

    async def pieces(self, pace: ArrivalRate = USUAL) -> AsyncIterator[bytes]:
        """All of it, as it comes. Raises ClientFault 408."""
        while self._kept or not self._whole:
            if not self._kept:
                await self._next(pace)
            taken, self._kept = bytes(self._kept), bytearray()
            if self._space:
                self._space.set()
            if taken:
                yield taken

    async def _next(self, pace: ArrivalRate) -> None:
        news = self._news = asyncio.Event()
        try:
            async with asyncio.timeout(pace.silent_s):
                await news.wait()
        except TimeoutError:
            raise ClientFault(say("body.late"), status=408, way_out=say("send_again")) from None

    async def _arrive(self, pace: ArrivalRate) -> None:
        await asyncio.sleep(0)  # most bodies have come, and are only to be taken in
        loop = asyncio.get_running_loop()
        began = heard = loop.time()
        before, ended = self.received, asyncio.Event()
        self._ended = ended
        while not self._whole:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pace.look_s):
                    await ended.wait()
            now = loop.time()
            if self.received > before:
                before, heard = self.received, now
            if now - heard > pace.silent_s or now - began > pace.grace_s + self.received / pace.bytes_per_s:
                raise ClientFault(say("body.late"), status=408, way_out=say("send_again"))


class HasBody(Protocol):
    """A request, whoever brought it."""

    body: BoundedBody
    headers: Mapping[str, str]
    """By names in lower case."""


def is_upload(path: str) -> bool:
    """Whether what comes is a file for Google, of any size."""
    return path.startswith("/upload/")


async def read_json(request: HasBody, limit: int, turn: asyncio.Semaphore) -> object:
    """The decoded body. Raises ClientFault 400, 408, 413 or 415. Large ones wait for their `turn`."""
    packing = request.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise ClientFault(say("body.packed"), status=415, way_out=say("body.use_gzip"))
    body = request.body
    blocks = await body.take_blocks(limit)
    packed = packing in ("gzip", "x-gzip")
    if not packed and len(blocks) == 1 and len(blocks[0]) <= ON_LOOP:
        value, text = _parsed(_joined(blocks))
        body.keep(text)
        return value
    body.large = True
    async with turn:
        return await asyncio.to_thread(_read_large, body, blocks, limit, packed=packed)


def _joined(blocks: list[Block]) -> bytearray:
    """Which are let go one by one."""
    blocks.reverse()
    first = blocks.pop()
    whole = first if isinstance(first, bytearray) else bytearray(first)
    del first
    while blocks:
        whole += blocks.pop()
    return whole


def _read_large(body: BoundedBody, blocks: list[Block], limit: int, *, packed: bool) -> object:
    """In a thread, where the text ends: what a thread returns lives until the loop has its turn."""
    if len(blocks) > 1 and not packed:
        return _read_very_large(body, LongTexts(blocks))
    raw = _joined(blocks)
    if packed:
        raw = unpacked(raw, limit)
    return _read_whole(body, raw)


def _read_very_large(body: BoundedBody, long: LongTexts) -> object:
    if long.characters() > KEPT_WHOLE:
        with contextlib.suppress(ClientFault):  # which is for the whole to tell: where it is wrong, and whether
            value, text = _parsed(bytearray(long.rest), give_way=long.put_back)
            if long.are_back():
                body.keep_beginning(long.beginning(text, KEPT_HEAD))
                return value
    return _read_whole(body, long.whole())


def _read_whole(body: BoundedBody, raw: bytearray) -> object:
    value, text = _parsed(raw, give_way=_between_objects)
    body.keep(text)
    return value


def _between_objects(found: dict[str, object]) -> dict[str, object]:
    """A function in Python, called for each object: there the parser in C lets other threads run."""
    return found


def _parsed(raw: bytearray, give_way: Callable[[dict[str, object]], object] | None = None) -> tuple[object, str]:
    """The value, and its text."""
    try:
        usual = raw[:1] == b"{" and raw[1:2] != b"\0"  # a null would tell of UTF-16 or 32
        text = raw.decode("utf-8" if usual else json.detect_encoding(raw), "surrogatepass")
        raw.clear()
        if usual and give_way is None:
            return _read_usual(text), text
        return json.loads(text, parse_constant=_no_constant, object_hook=give_way), text
    except RecursionError:
        raise ClientFault(say("body.too_deep"), code="invalid_json") from None
    except ValueError as error:
        where = say("body.at", line=error.lineno, column=error.colno) if isinstance(error, json.JSONDecodeError) else ""
        raise ClientFault(say("body.no_json", where=where), code="invalid_json") from None


def _no_constant(name: str) -> NoReturn:
    """Python reads NaN and Infinity; JSON has neither."""
    raise ValueError(name)


_read_usual = json.JSONDecoder(parse_constant=_no_constant).decode
"""What `json.loads` makes anew for each text."""
