"""A packed body unpacked: all members of gzip, but never more than a limit.

In: its bytes. Out: those that were packed, or a ClientFault 400 or 413.
"""

import zlib

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say

_PIECE, _MOST_MEMBERS = 2**16, 10_000
"""zlib copies the rest of a piece at the end of each member."""

_STEP = 2**20
"""Unpacked at a time: while more is copied no other thread has its turn."""


def too_large(limit: int) -> ClientFault:
    return ClientFault(say("body.too_large", mb=limit / 2**20), status=413, way_out=say("body.send_less"))


def unpacked(raw: bytearray, limit: int) -> bytearray:
    """Gunzip all members, but never more than the limit: a few bytes can unpack to gigabytes."""
    plain, at = bytearray(), 0
    for _ in range(_MOST_MEMBERS):
        at = _unpack_member(raw, at, plain, limit)
        if at == len(raw) or (raw[at] == 0 and not any(memoryview(raw)[at:])):  # some programs fill up with zeros
            return plain
    raise _not_gzip()


def _unpack_member(raw: bytearray, at: int, plain: bytearray, limit: int) -> int:
    """Add one member's content to `plain`; where the next one begins."""
    inflate, more = zlib.decompressobj(wbits=31), False
    while not inflate.eof:
        piece = memoryview(raw)[at : at + _PIECE]
        if not piece and not more:
            raise _not_gzip()
        most = min(_STEP, limit + 1 - len(plain))
        try:
            unpacked = inflate.decompress(piece, most)
        except zlib.error:
            raise _not_gzip() from None
        plain += unpacked
        if len(plain) > limit:
            raise too_large(limit)
        at += len(piece) - len(inflate.unconsumed_tail) - len(inflate.unused_data)
        more = len(unpacked) == most
    return at


def _not_gzip() -> ClientFault:
    return ClientFault(say("body.not_gzip"), code="invalid_json")
