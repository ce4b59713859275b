"""The two HTTP calls that all backends make: a streamed generation and a whole one.

In: URL, headers, JSON body. Out: per network read the events that were complete by then, or one response.
Leaving the stream closes the connection at once, whatever is still unread.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.gemini.service_tier import HEADER, SERVED
from gcli2api_tui.gemini.types import GenerateResponse
from gcli2api_tui.upstream.client import GENERATION, accepted, refused, translated
from gcli2api_tui.upstream.response_bodies import content_of
from gcli2api_tui.upstream.sse_decoder import SseDecoder
from gcli2api_tui.upstream.wire import wire_json

_OURS = ("user-agent", "accept", "accept-encoding")
Reads = AsyncIterator[Sequence[GenerateResponse]]


@asynccontextmanager
async def open_stream(
    client: httpx.AsyncClient, clock: Clock, url: str, headers: Mapping[str, str], body: Mapping[str, Any]
) -> AsyncGenerator[Reads, None]:
    """Send the request; raises UpstreamFault on a refusal, and while iterating on an error frame or a cut."""
    with translated(url):
        answer = await client.send(await _request(client, url, headers, body), stream=True)
    try:
        if answer.status_code != 200:
            with translated(url):
                refusal = await content_of(answer)
            raise await refused(answer, refusal, clock)
        tier = _served_tier(answer, body)
        async with aclosing(_reads(answer, SseDecoder(clock.now()), url, tier)) as reads:
            yield reads
    finally:
        await answer.aclose()


async def _reads(
    answer: httpx.Response, decoder: SseDecoder, url: str, tier: str
) -> AsyncGenerator[Sequence[GenerateResponse], None]:
    with translated(url):
        async for received in answer.aiter_bytes():
            large = decoder.completes_large(received)
            if events := await asyncio.to_thread(decoder.feed, received) if large else decoder.feed(received):
                if tier:
                    events[0][SERVED] = tier
                    tier = ""
                yield cast(Sequence[GenerateResponse], events)
            if decoder.fault:
                raise decoder.fault
    if events := decoder.flush():
        yield cast(Sequence[GenerateResponse], events)
    if decoder.fault:
        raise decoder.fault


async def whole(
    client: httpx.AsyncClient, clock: Clock, url: str, headers: Mapping[str, str], body: Mapping[str, Any]
) -> GenerateResponse:
    """One generation in one answer, out of Code Assist's wrapper if it has one."""
    with translated(url):
        request = await _request(client, url, headers, body)
    answer, response = await accepted(client, request, clock)
    wrapped = response.get("response")
    found = wrapped if isinstance(wrapped, dict) else response
    if tier := _served_tier(answer, body):
        found[SERVED] = tier
    return cast(GenerateResponse, found)


def _served_tier(answer: httpx.Response, body: Mapping[str, Any]) -> str:
    """Where a tier was asked for, the one that the answer comes from."""
    return answer.headers.get(HEADER, "")[:40] if "serviceTier" in body else ""


async def _request(
    client: httpx.AsyncClient, url: str, headers: Mapping[str, str], body: Mapping[str, Any]
) -> httpx.Request:
    """Built here, because merging a client's defaults costs more than the request itself."""
    ours = (*((name, client.headers[name]) for name in _OURS), ("content-type", "application/json"), *headers.items())
    return httpx.Request("POST", url, headers=ours, content=await wire_json(body), extensions=dict(GENERATION))
