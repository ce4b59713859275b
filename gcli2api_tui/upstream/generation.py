"""The two HTTP calls that all backends make: a streamed generation and a whole one.

In: URL, headers, JSON body. Out: per network read the events that were complete by then, or one response.
Leaving the stream closes the connection at once, whatever is still unread.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import cast

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.gemini.types import GenerateResponse
from gcli2api_tui.upstream.answers import content_of
from gcli2api_tui.upstream.classify import classify
from gcli2api_tui.upstream.client import GENERATION, accepted, translated, wire_json
from gcli2api_tui.upstream.sse_decoder import SseDecoder

_OURS = ("user-agent", "accept", "accept-encoding")
Reads = AsyncIterator[Sequence[GenerateResponse]]


@asynccontextmanager
async def open_stream(
    client: httpx.AsyncClient, clock: Clock, url: str, headers: Mapping[str, str], body: object
) -> AsyncGenerator[Reads, None]:
    """Send the request; raises UpstreamFault on a refusal, and while iterating on an error frame or a cut."""
    with translated(url):
        answer = await client.send(_request(client, url, headers, body), stream=True)
    try:
        if answer.status_code != 200:
            with translated(url):
                refusal = await content_of(answer)
            raise classify(answer.status_code, refusal, answer.headers, clock.now())
        async with aclosing(_reads(answer, SseDecoder(clock.now()), url)) as reads:
            yield reads
    finally:
        await answer.aclose()


async def _reads(
    answer: httpx.Response, decoder: SseDecoder, url: str
) -> AsyncGenerator[Sequence[GenerateResponse], None]:
    with translated(url):
        async for received in answer.aiter_bytes():
            large = decoder.completes_large(received)
            if events := await asyncio.to_thread(decoder.feed, received) if large else decoder.feed(received):
                yield cast(Sequence[GenerateResponse], events)
            if decoder.fault:
                raise decoder.fault
    if events := decoder.flush():
        yield cast(Sequence[GenerateResponse], events)
    if decoder.fault:
        raise decoder.fault


async def whole(
    client: httpx.AsyncClient, clock: Clock, url: str, headers: Mapping[str, str], body: object
) -> GenerateResponse:
    """One generation in one answer, out of Code Assist's wrapper if it has one."""
    with translated(url):
        request = _request(client, url, headers, body)
    response = await accepted(client, request, clock)
    wrapped = response.get("response")
    return cast(GenerateResponse, wrapped if isinstance(wrapped, dict) else response)


def _request(client: httpx.AsyncClient, url: str, headers: Mapping[str, str], body: object) -> httpx.Request:
    """Built here, because merging a client's defaults costs more than the request itself."""
    ours = (*((name, client.headers[name]) for name in _OURS), ("content-type", "application/json"), *headers.items())
    return httpx.Request("POST", url, headers=ours, content=wire_json(body), extensions=dict(GENERATION))
