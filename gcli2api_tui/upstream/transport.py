"""An httpx transport for generations: asyncio and h11, because httpcore's costs several times what we do ourselves.

In: httpx requests for http and https. Out: httpx responses whose bodies come coalesced per read. Invariants: taking and
giving back a connection is O(1) however many rest; a request is sent a second time only on a connection that had
rested and closed before a byte of the answer; what is left before its end is closed at once. No outbound proxies.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping

import httpx

from gcli2api_tui.upstream.http1_connection import Http1Connection

MOST_AT_ONCE = 1000
MOST_IDLE = 100
"""For each address."""
REST_S = 60.0
ZIPPED_PIECE = 16 * 1024
"""What is compressed is passed on so many bytes at a time: they unfold to a thousand times as many at most."""

Place = tuple[str, str, int]
"""Scheme, host, port."""
Spans = Mapping[str, float | None]
"""httpx's four timeouts; None waits for ever."""


class DirectTransport(httpx.AsyncBaseTransport):
    """A pool of connections, opened when needed."""

    def __init__(self, tls: ssl.SSLContext, *, at_once: int = MOST_AT_ONCE, idle_s: float = REST_S) -> None:
        self._tls = tls
        self._idle_s = idle_s
        self._idle: dict[Place, deque[Http1Connection]] = {}
        self._seats = asyncio.Semaphore(at_once)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx's exceptions for everything that goes wrong."""
        spans: Spans = request.extensions.get("timeout", {})
        content = await request.aread()
        await self._seat(spans.get("pool"))
        answered = False
        try:
            response = await self._exchange(request, content, spans)
            answered = True
        except httpx.RequestError as error:
            error.request = request
            raise
        finally:
            if not answered:
                self._seats.release()
        return response

    async def aclose(self) -> None:
        """Closes what rests; a running exchange closes its own."""
        for idle in self._idle.values():
            for connection in idle:
                connection.abort()
        self._idle.clear()
        await asyncio.sleep(0)  # sockets are closed in the loop's next turn, which may be its last

    async def _seat(self, wait_s: float | None) -> None:
        try:
            async with asyncio.timeout(wait_s if self._seats.locked() else None):
                await self._seats.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("Too many requests at once.") from error

    async def _exchange(self, request: httpx.Request, content: bytes, spans: Spans) -> httpx.Response:
        place = _place(request.url)
        if connection := self._take(place):
            try:
                return await self._on(connection, place, request, content, spans)
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                if connection.heard:
                    raise
        return await self._on(await self._connect(place, spans.get("connect")), place, request, content, spans)

    async def _on(
        self, connection: Http1Connection, place: Place, request: httpx.Request, content: bytes, spans: Spans
    ) -> httpx.Response:
        answered = False
        try:
            await connection.send(request, content, spans.get("write"))
            head = await connection.head(spans.get("read"))
            answered = True
        finally:
            if not answered:
                connection.abort()
        zipped = any(name == b"content-encoding" for name, _ in head.headers)
        piece = ZIPPED_PIECE if zipped else 0
        body = _Body(
            connection, request, spans.get("read"), lambda whole: self._give_back(connection, place, whole=whole), piece
        )
        more = {"http_version": b"HTTP/" + head.http_version, "reason_phrase": bytes(head.reason)}
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=body, extensions=more)

    def _take(self, place: Place) -> Http1Connection | None:
        """The connection used last that is still open; those that died meanwhile are dropped."""
        idle = self._idle.get(place)
        while idle:
            connection = idle.pop()
            if connection.usable and _moment() - connection.idle_since < self._idle_s:
                return connection
            connection.abort()
        return None

    def _give_back(self, connection: Http1Connection, place: Place, *, whole: bool) -> None:
        """Called once for each body."""
        self._seats.release()
        if not whole:
            connection.abort()
        elif connection.rest():
            connection.idle_since = _moment()
            idle = self._idle.setdefault(place, deque())
            idle.append(connection)
            oldest = idle[0]
            if len(idle) > MOST_IDLE or connection.idle_since - oldest.idle_since > self._idle_s:
                idle.popleft().abort()

    async def _connect(self, place: Place, wait_s: float | None) -> Http1Connection:
        scheme, host, port = place
        secure = scheme == "https"
        try:
            async with asyncio.timeout(wait_s):
                _, connection = await asyncio.get_running_loop().create_connection(
                    Http1Connection,
                    host,
                    port,
                    ssl=self._tls if secure else None,
                    server_hostname=host if secure else None,
                    happy_eyeballs_delay=0.25,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(f"{host} did not accept a connection in time.") from error
        except (OSError, UnicodeError) as error:  # also a certificate that does not fit, a name that is none
            raise httpx.ConnectError(str(error)) from error
        return connection


class _Body(httpx.AsyncByteStream):
    """The body of one answer; `done` hears once whether it was read to its end."""

    def __init__(
        self,
        connection: Http1Connection,
        request: httpx.Request,
        wait_s: float | None,
        done: Callable[[bool], None],
        piece: int,
    ) -> None:
        self._piece = piece
        self._wire = connection
        self._request = request
        self._wait_s = wait_s
        self._done: Callable[[bool], None] | None = done

    async def __aiter__(self) -> AsyncIterator[bytes]:
        ended = False
        while not ended and self._done:
            try:
                received, ended = await self._wire.body(self._wait_s)
            except httpx.RequestError as error:
                error.request = self._request
                raise
            if ended:
                self._end(whole=True)
            step = self._piece or len(received) or 1
            for start in range(0, len(received), step):
                yield received[start : start + step]

    async def aclose(self) -> None:
        self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        done, self._done = self._done, None
        if done:
            done(whole)


def _place(url: httpx.URL) -> Place:
    if url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol(f"{url.scheme or 'No scheme'} is not spoken here.")
    return url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


def _moment() -> float:
    """The loop's own time: connections age in real seconds, also where the demo's clock runs faster."""
    return asyncio.get_running_loop().time()
