"""One small question to Google: its answer within bounds, and what a refusal means.

In: a way, an address, headers, a body. Out: the JSON object of the answer, or an UpstreamFault.
"""

import asyncio
from collections.abc import Mapping
from functools import partial

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.upstream.answer_json import ON_LOOP, decoded
from gcli2api_tui.upstream.classify import classify
from gcli2api_tui.upstream.request_bodies import wire_json
from gcli2api_tui.upstream.response_bodies import collected
from gcli2api_tui.upstream.transport_errors import not_json, translated
from gcli2api_tui.upstream.way import JSON, Answer, Content, Spans, Way

SHORT = Spans(seat_s=30.0, write_s=30.0, read_s=30.0)
"""For calls that answer at once: tokens, quota, lists."""


async def ask(
    way: Way, clock: Clock, method: str, url: str, *,
    headers: Mapping[str, str], body: Mapping[str, object] | None = None, spans: Spans = SHORT,
) -> dict[str, object]:  # fmt: skip
    """One JSON question to one of Google's APIs; every refusal leaves as a classified UpstreamFault."""
    content = b"" if body is None else await wire_json(body)
    answer, said = await answered(way, method, url, headers, content, spans=spans)
    if answer.status != 200:
        raise await refused(answer.status, said, answer.headers, clock)
    return await json_object(said, url)


async def answered(
    way: Way, method: str, url: str, headers: Mapping[str, str], content: Content = b"",
    *, kind: str = JSON, spans: Spans = SHORT,
) -> tuple[Answer, bytes]:  # fmt: skip
    """The answer and its body, which is read within bounds."""
    with translated(url):
        answer = await way.send(method, url, headers, content, kind=kind, spans=spans)
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
        raise not_json(url)
    return value
