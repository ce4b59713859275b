"""The way to Google: a pool of connections, asked without an object of httpx in between.

In: an address, headers, a body. Out: an answer whose body comes coalesced per read. Invariants: taking and giving back
a connection is O(1) however many rest; a request is sent a second time only on a connection that had rested and closed
before a byte of the answer; what is left before its end is closed at once; only httpx's exceptions leave, and what
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
from typing import Protocol

import httpx

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.http1_connection import LATE, MOST_UNREAD, ONE_WRITE, Content, Http1Connection, moment
from gcli2api_tui.upstream.http1_parser import AnswerParser
from gcli2api_tui.upstream.response_bodies import Unzipping

MOST_AT_ONCE = 1000
MOST_IDLE = 100
"""For each address."""
REST_S = 60.0
RACE_S = 0.25
"""After it the next of a name's addresses is tried beside the first (RFC 8305, section 5)."""

JSON = "application/json"

_TARGET = re.compile(r"(?:/(?!\.)[!$-.0-;=?-_a-z|~]*)*")
"""What needs no escape, and leads nowhere but where it says."""
_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?")


@dataclass(frozen=True, slots=True)
class Spans:
    """How long each step may take, in seconds; None for ever."""

    seat_s: float | None = 60.0
    connect_s: float | None = 10.0
    write_s: float | None = 60.0
    read_s: float | None = None
    """A model may think for minutes; the relay's deadline ends it."""


GENERATION = Spans()


class Answer(Protocol):
    """What Google answers: the reads of its body by iterating. Close it at the end."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Names in small letters."""
        ...

    def __aiter__(self) -> "Answer": ...
    async def __anext__(self) -> bytes: ...
    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where connections lead."""

    origin: str
    """As the address has it: what finds its connections."""
    scheme: str
    host: str
    port: int
    named: str
    """As the Host header has it."""


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
            await connection.news(self._wait_s, httpx.ReadTimeout, LATE)
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
        """The answer from its head on; a `whole` one is not looked at before it is complete, or large."""
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
            self._permit(url)
            if len(self._places) > MOST_IDLE:
                self._places.clear()
            place = self._places[origin] = _place(origin, httpx.URL(url))
        return place, target if _TARGET.fullmatch(target) else httpx.URL(url).raw_path.decode("ascii")

    async def _seat(self, wait_s: float | None) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._seats.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("Too many requests at once.") from error

    async def _exchange(
        self, place: Place, head: bytes, content: Content, spans: Spans, *, whole: bool
    ) -> DirectAnswer:
        """On a connection that rested; where that had closed meanwhile, once more on a new one."""
        rested = self._take(place)
        while True:
            connection, answer = rested or await self._connect(place, spans.connect_s), None
            try:
                if len(content) <= ONE_WRITE:
                    connection.send(head + content)
                else:
                    await connection.send_in_pieces(head, content, spans.write_s)
                head_read = await connection.answer(spans.read_s, whole=whole)
                answer = DirectAnswer(head_read, connection, self._give_back, spans.read_s, whole=whole)
                return answer
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
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
            raise httpx.ConnectTimeout(f"{place.host} did not accept a connection in time.") from error
        except (OSError, UnicodeError) as error:  # also a certificate that does not fit, a name that is none
            raise httpx.ConnectError(str(error)) from error
        return connection


def _is_address(host: str) -> bool:
    """There is nothing to race then; asyncio's race loses the socket of who is cancelled as it connects."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _lines(headers: Mapping[str, str]) -> str:
    """Raises httpx.LocalProtocolError for a value that would be two headers, or none."""
    lines = ""
    for name, value in headers.items():
        if not _VALUE.fullmatch(value):
            raise httpx.LocalProtocolError("A header holds what HTTP forbids.")
        lines += f"{name}: {value}\r\n"
    return lines


def _place(origin: str, url: httpx.URL) -> Place:
    if url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol(f"{url.scheme or 'No scheme'} is not spoken here.")
    host, port = url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)
    return Place(origin, url.scheme, host, port, url.netloc.decode("ascii"))
