"""A load client on plain asyncio protocols, which costs less than any proxy: so many requests, so many at once.

In: a target and ready-made bodies. Out: an Answered for each, in the order of their ends. Connections are kept; one
that the proxy closes between two answers is opened again. An answer that is no 200, or ends early, is an error.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from raw_google import MARK, TIME_DIGITS

_MARK = MARK.encode()
_LEFT = re.compile(rb"t=(\d{%d})" % TIME_DIGITS)
_LENGTH = re.compile(rb"content-length: *(\d+)", re.I)
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a contender takes Chat Completions, and what it wants to be told."""

    port: int
    path: str = "/v1/chat/completions"
    headers: tuple[tuple[str, str], ...] = ()

    def request(self, body: bytes) -> bytes:
        named = {"host": f"127.0.0.1:{self.port}", "authorization": "Bearer pwd", "content-type": "application/json"}
        lines = [f"{name}: {value}\r\n" for name, value in {**named, **dict(self.headers)}.items()]
        return f"POST {self.path} HTTP/1.1\r\n{''.join(lines)}content-length: {len(body)}\r\n\r\n".encode() + body


@dataclass(slots=True)
class Answered:
    """Seconds from the last byte of the request to the first content and to the end; events; how long each took."""

    first_s: float = 0.0
    took_s: float = 0.0
    events: int = 0
    transit_s: list[float] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self.open = False
        self._ended: asyncio.Future[Answered] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.open = True

    def ask(self, request: bytes) -> "asyncio.Future[Answered]":
        self._received = bytearray()
        self._body_at = self._length = 0
        self._answered = Answered()
        self._ended = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        self._asked = time.monotonic()
        return self._ended

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        self._received += data
        if not self._answered.first_s and _MARK in data:
            self._answered.first_s = now / 1e9 - self._asked
        self._answered.transit_s += (now / 1e9 - int(left) / 1e6 for left in _LEFT.findall(data))
        if not self._body_at and not self._read_head():
            return
        if self._length >= 0:
            ended = len(self._received) >= self._body_at + self._length
        else:
            ended = self._received.endswith(_LAST_CHUNK)
        if ended:
            self._end(now)

    def _read_head(self) -> bool:
        self._body_at = self._received.find(b"\r\n\r\n") + 4
        if self._body_at < 4:
            self._body_at = 0
            return False
        head = bytes(self._received[: self._body_at])
        length = _LENGTH.search(head)
        self._length = int(length[1]) if length else -1
        self._closes = b"connection: close" in head.lower()
        return True

    def _end(self, now: int) -> None:
        if self._ended is None or self._ended.done():  # nobody waits any more: another one failed, or time is up
            return
        self._answered.took_s = now / 1e9 - self._asked
        self._answered.events = self._received.count(b"data:", self._body_at)
        if b" 200 " in self._received[:16] and self._answered.first_s:
            self._ended.set_result(self._answered)
        else:
            self._ended.set_exception(AssertionError(bytes(self._received[:1_000]).decode(errors="replace")))
        self._ended = None
        if self._closes:
            self.open = False
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        if self._ended is not None and not self._ended.done():
            seen = bytes(self._received[:1_000]).decode(errors="replace")
            waited_s = time.monotonic() - self._asked
            self._ended.set_exception(AssertionError(f"closed within an answer, after {waited_s:.1f} s and {seen!r}"))


@dataclass
class Client:
    """`at_once` connections to one target, kept from one load to the next: use it within one loop."""

    target: Target
    at_once: int
    _connections: list[_Connection] = field(default_factory=list)

    async def load(self, bodies: Sequence[bytes], count: int, *, apart_s: float = 0.0) -> list[Answered]:
        """`count` requests, with each body in turn; connections begin so far apart."""
        requests = [self.target.request(body) for body in bodies]
        self._connections += [_Connection() for _ in range(self.at_once - len(self._connections))]
        left = iter(requests[number % len(requests)] for number in range(count))
        done: list[Answered] = []
        async with asyncio.TaskGroup() as group:
            for connection in self._connections[: min(count, self.at_once)]:
                await asyncio.sleep(apart_s)
                group.create_task(self._work(connection, left, done))
        return done

    async def _work(self, connection: _Connection, left: Iterator[bytes], done: list[Answered]) -> None:
        for request in left:
            if not connection.open:
                await asyncio.get_running_loop().create_connection(lambda: connection, "127.0.0.1", self.target.port)
            done.append(await connection.ask(request))

    def close(self) -> None:
        for connection in self._connections:
            if connection.open:
                connection.transport.abort()
        self._connections.clear()
