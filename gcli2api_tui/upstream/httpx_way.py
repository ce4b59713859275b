"""The way by httpx: for what goes through an outbound proxy, and for bodies that still come while they are sent.

In: who opens httpx's client. Out: answers as our own connections give them, and its errors as the faults of ours. Both
are opened in a thread when something goes this way: httpx, httpcore, anyio and what they import are a tenth of a
server's start and of its memory, and next to nothing goes here where there is no proxy.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING

from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.upstream.transport_errors import broken_off, late, not_reached
from gcli2api_tui.upstream.way import GENERATION, JSON, Answer, Content, Rewritten, Spans

if TYPE_CHECKING:
    import httpx


class HttpxWay:
    """One client of httpx."""

    def __init__(self, opener: "Callable[[], httpx.AsyncClient]") -> None:
        """`opener` may raise what says why there can be none."""
        self._opener = opener
        self._opened: httpx.AsyncClient | None = None

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], content: Content | AsyncIterable[bytes] = b"",
        *, kind: str = JSON, whole: bool = False, spans: Spans = GENERATION,
    ) -> Answer:  # fmt: skip
        """As DirectTransport does it, but for errors, which are UpstreamFaults."""
        client = await self._client()
        import httpx

        timeout = httpx.Timeout(spans.read_s, connect=spans.connect_s, write=spans.write_s, pool=spans.seat_s)
        named = {"content-type": kind, **headers} if content and kind else headers
        told = httpx.Headers(named, encoding="latin-1")  # a client's came so: one sign for each of its bytes
        sent: bytes | AsyncIterable[bytes] | None
        if isinstance(content, bytes | bytearray):
            sent = bytes(content) or None
        elif isinstance(content, AsyncIterable):
            sent = content
        else:
            sent = _written(content)
            told["content-length"] = str(len(content))
        try:
            request = client.build_request(method, url, headers=told, content=sent, timeout=timeout)
            return HttpxAnswer(await client.send(request, stream=True), url)
        except foreign() as error:
            raise fault_of(error, url) from error

    async def _client(self) -> "httpx.AsyncClient":
        if self._opened is None:
            opened = await asyncio.to_thread(self._opener)
            self._opened = self._opened or opened  # of two that were first one is used; the other holds nothing yet
        return self._opened

    async def aclose(self) -> None:
        if self._opened is not None:
            await self._opened.aclose()


async def _written(content: Rewritten) -> AsyncIterator[bytes]:
    for piece in content.pieces():
        yield bytes(piece)


class HttpxAnswer:
    """Implements Answer."""

    def __init__(self, answer: "httpx.Response", url: str) -> None:
        self.status, self.headers = answer.status_code, answer.headers
        self._answer = answer
        self._reads = answer.aiter_bytes()
        self._url = url

    def __aiter__(self) -> "HttpxAnswer":
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self._reads.__anext__()
        except foreign() as error:
            raise fault_of(error, self._url) from error

    async def aclose(self) -> None:
        await self._answer.aclose()


def foreign() -> tuple[type[Exception], ...]:
    """All that httpx raises."""
    import httpx

    return httpx.HTTPError, httpx.InvalidURL, httpx.StreamError


def fault_of(error: Exception, url: str) -> UpstreamFault:
    """One of these, in the words that people have for ours."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return late(url)
    if isinstance(error, httpx.RemoteProtocolError | httpx.DecodingError):
        return broken_off(url)
    return not_reached(url, type(error).__name__)
