"""Requests as Google gets them: any JSON value in, compact bytes out.

A lone half of a character in a client's text travels as its escape instead of failing. What is large is written in a
thread, piece by piece: the encoder in C lets nobody else run before it has finished.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from gcli2api_tui.upstream.response_bodies import ON_LOOP

PIECE = 64 * 1024
"""Characters of one text that are written in one go."""

PIECES_DEPTH = 7
"""Contents, parts, and what a function was given and answered; what lies deeper is written in one go."""

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_"
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ASCII = json.JSONEncoder(separators=(",", ":"))
"""Made once: `json.dumps` makes one for every request."""


async def wire_json(body: Mapping[str, Any]) -> bytes | bytearray:
    return await asyncio.to_thread(_in_pieces, body) if is_large(body) else _whole(body)


def is_large(body: Mapping[str, Any]) -> bool:
    """By the texts and the data of its contents, wherever the backend's envelope has them."""
    within = body.get("request") or body.get("generateContentRequest") or body
    left = ON_LOOP
    for content in _listed(within, "contents"):
        for part in _listed(content, "parts"):
            left -= _weight(part)
        if left < 0:
            return True
    return False


def _listed(value: object, name: str) -> list[object]:
    """Clients of the native API write what they like."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []


def _weight(part: object) -> int:
    """Down to what a function was given; written out, because it runs for every part of every request."""
    weight = 32
    for value in part.values() if isinstance(part, dict) else ():
        if isinstance(value, str):
            weight += len(value)
        elif isinstance(value, dict):
            for inner in value.values():
                if isinstance(inner, str):
                    weight += len(inner)
                elif isinstance(inner, dict):
                    weight += sum([len(one) if isinstance(one, str) else 8 for one in inner.values()])
    return weight


def _whole(value: object) -> bytes:
    try:
        return _COMPACT.encode(value).encode()
    except UnicodeEncodeError:
        return _ASCII.encode(value).encode()


def _in_pieces(value: object) -> bytearray:
    try:
        return _joined(_pieces(value, PIECES_DEPTH, _COMPACT))
    except UnicodeEncodeError:
        return _joined(_pieces(value, PIECES_DEPTH, _ASCII))


def _joined(pieces: Iterator[bytes]) -> bytearray:
    """Grown as they come: what is large is there twice at most."""
    body = bytearray()
    for piece in pieces:
        body += piece
    return body


def _text_pieces(text: str, encoder: json.JSONEncoder) -> Iterator[bytes]:
    """Without its quotes; base64, which is most of what is large, needs no look at each character."""
    for at in range(0, len(text), PIECE):
        part = text[at : at + PIECE]
        plain = part.encode() if part.isascii() else b""
        yield plain if plain and not plain.translate(None, _BASE64) else encoder.encode(part)[1:-1].encode()


def _pieces(value: object, depth: int, encoder: json.JSONEncoder) -> Iterator[bytes]:
    """The same JSON as in one go; between two pieces the interpreter may run others."""
    if isinstance(value, str) and len(value) > PIECE:
        yield from chain((b'"',), _text_pieces(value, encoder), (b'"',))
    elif isinstance(value, dict) and value and depth:
        for number, (name, inner) in enumerate(value.items()):
            yield f"{',' if number else '{'}{encoder.encode(name)}:".encode()
            yield from _pieces(inner, depth - 1, encoder)
        yield b"}"
    elif isinstance(value, list) and value and depth:
        for number, inner in enumerate(value):
            yield b"," if number else b"["
            yield from _pieces(inner, depth - 1 if _left(inner, PIECE) < 0 else 0, encoder)
        yield b"]"
    else:
        yield encoder.encode(value).encode()


def _left(value: object, most: int) -> int:
    """Of so many characters, what is left beside the value; less than 0 where it is larger. Looks no further then."""
    if isinstance(value, str):
        return most - len(value)
    left = most - 8
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        left = _left(inner, left)
        if left < 0:
            break
    return left
