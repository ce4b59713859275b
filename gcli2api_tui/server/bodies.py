"""Request bodies: bytes up to a limit, unpacked, then JSON.

In: the running request. Out: a JSON value. Everything that is wrong with a body is a ClientFault; one that is too
large is read to its end first, because a client that is still sending would not see the answer.
"""

import asyncio
import json
import zlib
from typing import Any, NoReturn

from quart import Request

from gcli2api_tui.events.problems import ClientFault

DRAIN_S = 5.0
DRAIN_TIMES = 4
"""How much more than the limit is read and thrown away before we hang up."""


async def read_json(request: Request, limit: int) -> Any:
    """The decoded body. Raises ClientFault 400, 413 or 415."""
    raw = await read_bytes(request, limit)
    packing = request.headers.get("Content-Encoding", "identity").strip().lower()
    if packing in ("gzip", "x-gzip"):
        raw = _unpacked(raw, limit)
    elif packing not in ("", "identity"):
        raise ClientFault("The body is packed in a way not known here.", status=415, way_out="Use gzip or none.")
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except RecursionError:
        raise ClientFault("The body is nested too deep.", code="invalid_json") from None
    except ValueError as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ClientFault(f"The body is not valid JSON{where}.", code="invalid_json") from None


def _no_constant(name: str) -> NoReturn:
    """Python reads NaN and Infinity; JSON has neither."""
    raise ValueError(name)


async def read_bytes(request: Request, limit: int) -> bytes:
    """The body as it came. Raises ClientFault 413."""
    kept = bytearray()
    if (request.content_length or 0) > limit:
        await _refuse_large(request, limit)
    async for piece in request.body:
        kept += piece
        if len(kept) > limit:
            kept.clear()
            await _refuse_large(request, limit)
    return bytes(kept)


async def _refuse_large(request: Request, limit: int) -> NoReturn:
    dropped = 0
    try:
        async with asyncio.timeout(DRAIN_S):
            async for piece in request.body:
                dropped += len(piece)
                if dropped > DRAIN_TIMES * limit:
                    break
    except TimeoutError:
        pass
    _too_large(limit)


def _too_large(limit: int) -> NoReturn:
    raise ClientFault(
        f"The body is larger than {limit / 2**20:g} MB.",
        status=413,
        way_out="Send less, or raise the setting max_body_mb.",
    )


def _unpacked(raw: bytes, limit: int) -> bytes:
    """Gunzip, but never more than the limit: a few bytes can unpack to gigabytes."""
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(raw, limit + 1)
    except zlib.error:
        raise ClientFault("The body says it is gzip, but it is not.", code="invalid_json") from None
    if len(plain) > limit:
        _too_large(limit)
    return plain
