"""The way to Google: a pool of connections, asked without an object of httpx in between.

In: an address, headers, a body. Out: an answer whose body comes coalesced per read. Invariants: taking and giving back
a connection is O(1) however many rest; a request is sent a second time only on a connection that had rested and closed
before a byte of the answer; what is left before its end is closed at once; only transport_errors leave, and what
`permit` says. No outbound proxies.
"""

import asyncio
import re
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import ip_address
from types import MappingProxyType

from gcli2api_tui.upstream.addresses import Place, escaped, place_of
from gcli2api_tui.upstream.http1_connection import LATE, MOST_UNREAD, ONE_WRITE, Http1Connection, moment
from gcli2api_tui.upstream.http1_parser import AnswerParser
from gcli2api_tui.upstream.response_bodies import Unzipping
from gcli2api_tui.upstream.transport_errors import (
    ConnectError,
    ConnectTimeout,
    LocalProtocolError,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    WriteError,
)  # fmt: skip
from gcli2api_tui.upstream.way import GENERATION, JSON, Answer, Content, Spans

MOST_AT_ONCE = 1000
MOST_IDLE = 100
"""For each address."""
REST_S = 60.0
RACE_S = 0.25
"""After it the next of a name's addresses is tried beside the first (RFC 8305, section 5)."""

_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?")


class DirectAnswer:
    """An answer on its connection, which is given back once: at its end, or when it is left."""

    __slots__ = ("_answer", "_connection", "_give_back", "_wait_s", "_whole", "headers", "status")

    def __init__(
        self,
        answer: AnswerParser,
        connection: Http1Connection,
        give_back: Callable[[Http1Connection, bool], None],
        wait_s: float | None,
        *,
        whole: bool,
    ) -> None:
        self.status = answer.status
        self.headers: Mapping[str, str] = answer.headers
        self._answer = answer
        self._connection: Http1Connection | None = connection
        self._give_back = give_back
        self._wait_s = wait_s
        self._whole = whole

    def __aiter__(self) -> "DirectAnswer":
        return self

    async def __anext__(self) -> bytes:
        """What has come since. Raises as `Http1Connection.answer` does, but after what came before."""
        connection, answer = self._connection, self._answer
        if connection is None:
            raise StopAsyncIteration
        connection.enough = MOST_UNREAD if self._whole else 1
        while not connection.has_come(answer) and not connection.lost:
            connection.read_on()
            await connection.news(self._wait_s, ReadTimeout, LATE)
        if not (answer.unread or answer.ended):
            raise connection.why_none(answer)
        received = answer.take(answer.unread if self._whole else MOST_UNREAD)
        if answer.ended and not answer.unread:
            self._connection = None
            self._give_back(connection, True)
            if not received:
                raise StopAsyncIteration
        return received

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            self._give_back(connection, False)


class DirectTransport:
    """A pool of connections, opened when needed. `permit` is asked once for each address; it raises to refuse."""

    def __init__(
        self,
        tls: ssl.SSLContext,
        *,
        at_once: int = MOST_AT_ONCE,
        idle_s: float = REST_S,
        always: Mapping[str, str] = MappingProxyType({}),
        permit: Callable[[str], None] = lambda origin: None,
    ) -> None:
        """`always`: headers that each request has."""
        self._tls = tls
        self._always = _lines(always)
        self._idle_s = idle_s
        self._permit = permit
        self._idle: dict[str, deque[Http1Connection]] = {}
        self._places: dict[str, Place] = {}
        self._seats = asyncio.Semaphore(at_once)

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], content: Content = b"",
        *, kind: str = JSON, whole: bool = False, spans: Spans = GENERATION,
    ) -> Answer:  # fmt: skip
        place, target = self._where(url)
        told = f"content-type: {kind}\r\n" if content else ""
        length = f"content-length: {len(content)}\r\n" if content or method == "POST" else ""
        lines = f"host: {place.named}\r\n{self._always}{told}{_lines(headers)}{length}"
        head = f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("ascii")
        if self._seats.locked():
            await self._seat(spans.seat_s)
        else:
            await self._seats.acquire()
        answer = None
        try:
            answer = await self._exchange(place, head, content, spans, whole=whole)
        finally:
            if answer is None:
                self._seats.release()
        return Unzipping(answer) if "content-encoding" in answer.headers else answer

    async def aclose(self) -> None:
        """Closes what rests; a running exchange closes its own."""
        for idle in self._idle.values():
            for connection in idle:
                connection.abort()
        self._idle.clear()
        await asyncio.sleep(0)  # sockets are closed in the loop's next turn, which may be its last

    def _where(self, url: str) -> tuple[Place, str]:
        """The place, which is read once, and what is asked for there."""
        end = url.find("/", url.find("//") + 2)
        origin, target = (url[:end], url[end:]) if end > 0 else (url, "/")
        place = self._places.get(origin)
        if place is None:
            place = place_of(origin)
            self._permit(origin)
            if len(self._places) > MOST_IDLE:
                self._places.clear()
            self._places[origin] = place
        return place, escaped(target, url)

    async def _seat(self, wait_s: float | None) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._seats.acquire()
        except TimeoutError as error:
            raise PoolTimeout("Too many requests at once.") from error

    async def _exchange(
        self, place: Place, head: bytes, content: Content, spans: Spans, *, whole: bool
    ) -> DirectAnswer:
        """On a connection that rested; where that had closed meanwhile, once more on a new one."""
        rested = self._take(place)
        while True:
            connection, answer = rested or await self._connect(place, spans.connect_s), None
            try:
                if isinstance(content, bytes | bytearray) and len(content) <= ONE_WRITE:
                    connection.send(head + content)
                else:
                    await connection.send_in_pieces(head, content, spans.write_s)
                head_read = await connection.answer(spans.read_s, whole=whole)
                answer = DirectAnswer(head_read, connection, self._give_back, spans.read_s, whole=whole)
                return answer
            except (ReadError, WriteError, RemoteProtocolError):
                if rested is None or rested.heard:
                    raise
                rested = None
            finally:
                if answer is None:
                    connection.abort()

    def _take(self, place: Place) -> Http1Connection | None:
        """The connection used last that is still open; those that died meanwhile are dropped."""
        idle = self._idle.get(place.origin)
        while idle:
            connection = idle.pop()
            if not connection.lost and moment() - connection.idle_since < self._idle_s:
                return connection
            connection.abort()
        return None

    def _give_back(self, connection: Http1Connection, whole: bool) -> None:
        """Called once for each answer; `whole`: all of it has come."""
        self._seats.release()
        if not whole:
            connection.abort()
        elif connection.rest():
            idle = self._idle.setdefault(connection.origin, deque())
            idle.append(connection)
            oldest = idle[0]
            if len(idle) > MOST_IDLE or connection.idle_since - oldest.idle_since > self._idle_s:
                idle.popleft().abort()

    async def _connect(self, place: Place, wait_s: float | None) -> Http1Connection:
        secure = place.scheme == "https"
        try:
            async with asyncio.timeout(wait_s):
                _, connection = await asyncio.get_running_loop().create_connection(
                    partial(Http1Connection, place.origin),
                    place.host,
                    place.port,
                    ssl=self._tls if secure else None,
                    server_hostname=place.host if secure else None,
                    happy_eyeballs_delay=None if _is_address(place.host) else RACE_S,
                )
        except TimeoutError as error:
            raise ConnectTimeout(f"{place.host} did not accept a connection in time.") from error
        except (OSError, UnicodeError) as error:  # also a certificate that does not fit, a name that is none
            raise ConnectError(str(error)) from error
        return connection


def _is_address(host: str) -> bool:
    """There is nothing to race then; asyncio's race loses the socket of who is cancelled as it connects."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _lines(headers: Mapping[str, str]) -> str:
    """Raises LocalProtocolError for a value that would be two headers, or none."""
    lines = ""
    for name, value in headers.items():
        if not _VALUE.fullmatch(value):
            raise LocalProtocolError("A header holds what HTTP forbids.")
        lines += f"{name}: {value}\r\n"
    return lines
