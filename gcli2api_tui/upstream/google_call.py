"""One call to Google: the way it takes, its answer within bounds, and what a failure means.

In: a client, an address, headers, a body. Out: an answer, or the JSON object in it. A call goes `direct` where the
client has that way, else by httpx: through an outbound proxy. No foreign exception passes `translated`.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.upstream.answer_json import ON_LOOP, decoded
from gcli2api_tui.upstream.classify import classify
from gcli2api_tui.upstream.connection_pool import GENERATION, JSON, Answer, Spans
from gcli2api_tui.upstream.http1_connection import Content
from gcli2api_tui.upstream.http_client import ShortWay
from gcli2api_tui.upstream.request_bodies import wire_json
from gcli2api_tui.upstream.response_bodies import collected

SHORT = Spans(seat_s=30.0, write_s=30.0, read_s=30.0)
"""For calls that answer at once: tokens, quota, lists."""
FOREIGN = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)
"""All that httpx and our transport raise."""


async def sent(
    client: httpx.AsyncClient, method: str, url: str, headers: Mapping[str, str], content: Content = b"",
    *, kind: str = JSON, whole: bool = False, spans: Spans = GENERATION,
) -> Answer:  # fmt: skip
    """The answer from its head on, to be closed; `kind` is the content's. Raises one of the FOREIGN."""
    if isinstance(client, ShortWay):
        return await client.direct.send(method, url, headers, content, kind=kind, whole=whole, spans=spans)
    told = {"content-type": kind, **headers} if content else headers
    timeout = httpx.Timeout(spans.read_s, connect=spans.connect_s, write=spans.write_s, pool=spans.seat_s)
    request = client.build_request(method, url, headers=told, content=bytes(content) or None, timeout=timeout)
    return ByHttpx(await client.send(request, stream=True))


class ByHttpx:
    """An answer that came another way."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status, self.headers = answer.status_code, answer.headers
        self._answer = answer
        self._reads = answer.aiter_bytes()

    def __aiter__(self) -> "ByHttpx":
        return self

    async def __anext__(self) -> bytes:
        return await self._reads.__anext__()

    async def aclose(self) -> None:
        await self._answer.aclose()


async def ask(
    client: httpx.AsyncClient, clock: Clock, method: str, url: str, *,
    headers: Mapping[str, str], body: Mapping[str, object] | None = None, spans: Spans = SHORT,
) -> dict[str, object]:  # fmt: skip
    """One JSON question to one of Google's APIs; every refusal leaves as a classified UpstreamFault."""
    content = b"" if body is None else await wire_json(body)
    answer, said = await answered(client, method, url, headers, content, spans=spans)
    if answer.status != 200:
        raise await refused(answer.status, said, answer.headers, clock)
    return await json_object(said, url)


async def answered(
    client: httpx.AsyncClient, method: str, url: str, headers: Mapping[str, str], content: Content = b"",
    *, kind: str = JSON, spans: Spans = SHORT,
) -> tuple[Answer, bytes]:  # fmt: skip
    """The answer and its body, which is read within bounds."""
    with translated(url):
        answer = await sent(client, method, url, headers, content, kind=kind, spans=spans)
        try:
            return answer, await collected(answer.status, answer)
        finally:
            await answer.aclose()


async def refused(status: int, content: bytes, headers: Mapping[str, str], clock: Clock) -> UpstreamFault:
    """What a status other than 200 means. A large body is read in a thread."""
    read = partial(classify, status, content, headers, clock.now())
    return read() if len(content) <= ON_LOOP else await asyncio.to_thread(read)


async def json_object(content: bytes, url: str) -> dict[str, object]:
    """The body of a 200; raises UpstreamFault(PROTOCOL) when it is no JSON object. A large one is read in a thread."""
    try:
        value = decoded(content) if len(content) <= ON_LOOP else await asyncio.to_thread(decoded, content)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise UpstreamFault(FaultKind.PROTOCOL, say("net.not_json", host=_host(url)), status=200)
    return value


@contextmanager
def translated(url: str) -> Iterator[None]:
    """httpx's exceptions leave as UpstreamFaults that name the host and never the request."""
    try:
        yield
    except FOREIGN as error:
        raise fault_of(error, url) from error


def fault_of(error: Exception, url: str) -> UpstreamFault:
    """One of the FOREIGN, as what it means."""
    if isinstance(error, httpx.TimeoutException):
        return UpstreamFault(FaultKind.TIMEOUT, say("net.late", host=_host(url)))
    if isinstance(error, httpx.RemoteProtocolError | httpx.DecodingError):
        return UpstreamFault(FaultKind.PROTOCOL, say("net.broke_off", host=_host(url)))
    return UpstreamFault(
        FaultKind.NETWORK,
        say("net.not_reached", host=_host(url), error=type(error).__name__),
        way_out=say("net.check"),
    )


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host or say("net.the_address")
    except httpx.InvalidURL:
        return say("net.the_address")
