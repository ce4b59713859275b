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

from gcli2api_tui.upstream.wire import Wire

MOST_AT_ONCE = 1000
MOST_RESTING = 100
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

    def __init__(self, tls: ssl.SSLContext, *, at_once: int = MOST_AT_ONCE, rest_s: float = REST_S) -> None:
        self._tls = tls
        self._rest_s = rest_s
        self._resting: dict[Place, deque[Wire]] = {}
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
        for resting in self._resting.values():
            for wire in resting:
                wire.abort()
        self._resting.clear()
        await asyncio.sleep(0)  # sockets are closed in the loop's next turn, which may be its last

    async def _seat(self, wait_s: float | None) -> None:
        try:
            async with asyncio.timeout(wait_s if self._seats.locked() else None):
                await self._seats.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("Too many requests at once.") from error

    async def _exchange(self, request: httpx.Request, content: bytes, spans: Spans) -> httpx.Response:
        place = _place(request.url)
        if wire := self._take(place):
            try:
                return await self._on(wire, place, request, content, spans)
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                if wire.heard:
                    raise
        return await self._on(await self._connect(place, spans.get("connect")), place, request, content, spans)

    async def _on(
        self, wire: Wire, place: Place, request: httpx.Request, content: bytes, spans: Spans
    ) -> httpx.Response:
        answered = False
        try:
            await wire.send(request, content, spans.get("write"))
            head = await wire.head(spans.get("read"))
            answered = True
        finally:
            if not answered:
                wire.abort()
        zipped = any(name == b"content-encoding" for name, _ in head.headers)
        piece = ZIPPED_PIECE if zipped else 0
        body = _Body(wire, request, spans.get("read"), lambda whole: self._give_back(wire, place, whole=whole), piece)
        more = {"http_version": b"HTTP/" + head.http_version, "reason_phrase": bytes(head.reason)}
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=body, extensions=more)

    def _take(self, place: Place) -> Wire | None:
        """The connection used last that is still open; those that died meanwhile are dropped."""
        resting = self._resting.get(place)
        while resting:
            wire = resting.pop()
            if wire.usable and _moment() - wire.resting_since < self._rest_s:
                return wire
            wire.abort()
        return None

    def _give_back(self, wire: Wire, place: Place, *, whole: bool) -> None:
        """Called once for each body."""
        self._seats.release()
        if not whole:
            wire.abort()
        elif wire.rest():
            wire.resting_since = _moment()
            resting = self._resting.setdefault(place, deque())
            resting.append(wire)
            oldest = resting[0]
            if len(resting) > MOST_RESTING or wire.resting_since - oldest.resting_since > self._rest_s:
                resting.popleft().abort()

    async def _connect(self, place: Place, wait_s: float | None) -> Wire:
        scheme, host, port = place
        secure = scheme == "https"
        try:
            async with asyncio.timeout(wait_s):
                _, wire = await asyncio.get_running_loop().create_connection(
                    Wire,
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
        return wire


class _Body(httpx.AsyncByteStream):
    """The body of one answer; `done` hears once whether it was read to its end."""

    def __init__(
        self, wire: Wire, request: httpx.Request, wait_s: float | None, done: Callable[[bool], None], piece: int
    ) -> None:
        self._piece = piece
        self._wire = wire
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
