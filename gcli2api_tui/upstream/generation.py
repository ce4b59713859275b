"""The two HTTP calls that all backends make: a streamed generation and a whole one.

In: URL, headers, JSON body. Out: per network read the events that were complete by then, or one response. Leaving the
stream closes the connection at once, whatever is still unread.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import cast

from gcli2api_tui.clock import Clock
from gcli2api_tui.gemini.service_tier import HEADER, SERVED
from gcli2api_tui.gemini.types import GenerateResponse
from gcli2api_tui.upstream.google_call import json_object, refused
from gcli2api_tui.upstream.request_bodies import wire_json
from gcli2api_tui.upstream.response_bodies import collected
from gcli2api_tui.upstream.sse_decoder import SseDecoder
from gcli2api_tui.upstream.transport_errors import TransportError, fault_of
from gcli2api_tui.upstream.way import Answer, Way

Reads = AsyncIterator[Sequence[GenerateResponse]]


class OpenedStream:
    """A streamed generation. Entering sends the request and raises UpstreamFault on a refusal.

    Iterating raises one on an error frame or a cut; what came before it was given.
    """

    def __init__(
        self, way: Way, clock: Clock, url: str, headers: Mapping[str, str], body: Mapping[str, object]
    ) -> None:
        self._way = way
        self._clock = clock
        self._url = url
        self._headers = headers
        self._body = body
        self._answer: Answer | None = None
        self._decoder = SseDecoder(clock.now())
        self._tier = ""
        """The one it comes from, until the first events have it."""
        self._over = False

    async def __aenter__(self) -> Reads:
        opened = False
        try:
            answer = self._answer = await self._way.send("POST", self._url, self._headers, await wire_json(self._body))
            if answer.status != 200:
                said = await collected(answer.status, answer)
                raise await refused(answer.status, said, answer.headers, self._clock)
            self._tier = _served_tier(answer, self._body)
            opened = True
        except TransportError as error:
            raise fault_of(error, self._url) from error
        finally:
            if not opened:
                await self.__aexit__()
        return self

    async def __aexit__(self, *raised: object) -> None:
        answer, self._answer = self._answer, None
        if answer:
            await answer.aclose()

    def __aiter__(self) -> "OpenedStream":
        return self

    async def __anext__(self) -> Sequence[GenerateResponse]:
        """What the next reads complete; a large event is read in a thread."""
        decoder = self._decoder
        while not decoder.fault and not self._over:
            if self._answer is None:
                raise StopAsyncIteration  # it was left
            try:
                received = await anext(self._answer)
            except StopAsyncIteration:
                self._over, self._answer = True, None  # which is closed, as its last byte was read
                events = decoder.flush()
            except TransportError as error:
                raise fault_of(error, self._url) from error
            else:
                large = decoder.completes_large(received)
                events = await asyncio.to_thread(decoder.feed, received) if large else decoder.feed(received)
            if events:
                if self._tier:
                    events[0][SERVED], self._tier = self._tier, ""
                return cast(Sequence[GenerateResponse], events)
        if decoder.fault:
            raise decoder.fault
        raise StopAsyncIteration


async def whole(
    way: Way, clock: Clock, url: str, headers: Mapping[str, str], body: Mapping[str, object]
) -> GenerateResponse:
    """One generation in one answer, out of Code Assist's wrapper if it has one."""
    try:
        answer = await way.send("POST", url, headers, await wire_json(body), whole=True)
        try:
            content = await collected(answer.status, answer)
        finally:
            await answer.aclose()
    except TransportError as error:
        raise fault_of(error, url) from error
    if answer.status != 200:
        raise await refused(answer.status, content, answer.headers, clock)
    response = await json_object(content, url)
    wrapped = response.get("response")
    found = wrapped if isinstance(wrapped, dict) else response
    if tier := _served_tier(answer, body):
        found[SERVED] = tier
    return cast(GenerateResponse, found)


def _served_tier(answer: Answer, body: Mapping[str, object]) -> str:
    """Where a tier was asked for, the one that the answer comes from."""
    return answer.headers.get(HEADER, "")[:40] if "serviceTier" in body else ""
