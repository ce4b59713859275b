"""What the relay or a Problem gives → a Quart response.

A running exchange is noted in the ASGI scope, where App closes it whatever happens: Quart closes a body only after
it has begun to send it, and a client may leave earlier.
"""

import dataclasses
from collections.abc import AsyncGenerator, Iterable, MutableMapping
from typing import cast

from quart import Response
from werkzeug.datastructures import Headers

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.sse import STREAM_HEADERS, compact
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.relay.ports import Opened
from gcli2api_tui.server.generating import EXCHANGE, NUMBER, Exchange

_NOT_KEPT = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def answer(exchange: Exchange, scope: MutableMapping[str, object], *, stream: bool = False) -> Response:
    """The response of one exchange: streamed if it is a stream, else in one piece with its length.

    `stream` says so where the content type does not: JSON can grow too.
    """
    scope[EXCHANGE] = exchange
    opened = cast(Opened, await anext(exchange))
    scope[NUMBER] = opened.exchange
    headers = Headers(list(opened.headers))
    if (stream and opened.status == 200) or headers.get("Content-Type", "").startswith("text/event-stream"):
        headers.extend(STREAM_HEADERS)
        response = Response(cast("AsyncGenerator[bytes, None]", exchange), opened.status, headers)
    else:
        body = b"".join([cast(bytes, item) async for item in exchange])
        response = Response(body, opened.status, headers)
    # Quart would cut a stream after 60 s.
    response.timeout = None
    return response


def lasting(lines: AsyncGenerator[bytes, None], content_type: str, *, packed: bool = False) -> Response:
    """What goes on until somebody leaves."""
    headers = {**_NOT_KEPT, "Content-Encoding": "gzip"} if packed else _NOT_KEPT
    response = Response(lines, headers=headers, content_type=content_type)
    response.timeout = None
    return response


def refused(refusal: Refusal, more: Iterable[tuple[str, str]] = ()) -> Response:
    """An error in the dialect's shape."""
    return Response(refusal.body, refusal.status, Headers([*refusal.headers, *more]))


def json_answer(value: object, status: int = 200) -> Response:
    """Any JSON value, or one of our records."""
    if dataclasses.is_dataclass(value):
        value = to_json(value)
    return Response(compact(value).encode(), status, content_type="application/json")
