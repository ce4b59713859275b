"""Requests as Google gets them: any JSON value in, compact bytes out.

A lone half of a character in a client's text travels as its escape instead of failing. What is large is written in a
thread, piece by piece: the encoder in C lets nobody else run before it has finished.
"""

import asyncio
from collections.abc import Mapping

from gcli2api_tui.json_encoder import Pieces, encoder
from gcli2api_tui.upstream.answer_json import ON_LOOP

PIECE = 64 * 1024
"""Characters of one text that are written in one go."""

SHORT = 1_000
"""Characters; what has no more of them is written in one go with all that is in it."""

PIECES_DEPTH = 7
"""Contents, parts, and what a function was given and answered; what lies deeper is written in one go."""

_ESCAPES = ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\t", b"\\t"), (b"\r", b"\\r"))
"""The first of them is what the others bring."""
_USUAL = b"".join(sign for sign, _ in _ESCAPES)
_AS_IT_IS = bytes(byte for byte in range(0x20, 0x100) if byte not in _USUAL)
"""What JSON has as UTF-8 has it."""
_COMPACT = encoder(ensure_ascii=False, separators=(",", ":"))
_ASCII = encoder(separators=(",", ":"))


async def wire_json(body: Mapping[str, object]) -> bytes | bytearray:
    return await asyncio.to_thread(_in_pieces, body) if is_large(body) else _whole(body)


def is_large(body: Mapping[str, object]) -> bool:
    """By the texts and the data of its contents, wherever the backend's envelope has them.

    Clients of the native API write what they like.
    """
    within = body.get("request") or body.get("generateContentRequest") or body
    contents = within.get("contents") if isinstance(within, dict) else None
    left = ON_LOOP
    for content in contents if isinstance(contents, list) else ():
        parts = content.get("parts") if isinstance(content, dict) else None
        for part in parts if isinstance(parts, list) else ():
            left -= _weight(part)
        if left < 0:
            return True
    return False


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
        return "".join(_COMPACT(value)).encode()
    except UnicodeEncodeError:
        return "".join(_ASCII(value)).encode()


def _in_pieces(value: object) -> bytearray:
    """Grown as it is written: what is large is there twice at most."""
    body = bytearray()
    try:
        _write(body, value, PIECES_DEPTH, _COMPACT)
    except UnicodeEncodeError:
        body.clear()
        _write(body, value, PIECES_DEPTH, _ASCII)
    return body


def _write(body: bytearray, value: object, depth: int, pieces: Pieces) -> None:
    """The same JSON as in one go; between two pieces the interpreter may run others."""
    if isinstance(value, str) and len(value) > SHORT:
        _write_text(body, value, pieces)
    elif isinstance(value, dict) and value and depth:
        before = b"{"
        for name, inner in value.items():
            body += before + "".join(pieces(name)).encode() + b":"
            _write(body, inner, depth - 1, pieces)
            before = b","
        body += b"}"
    elif isinstance(value, list) and value and depth:
        before = b"["
        for inner in value:
            body += before
            _write(body, inner, depth - 1 if _left(inner, SHORT) < 0 else 0, pieces)
            before = b","
        body += b"]"
    else:
        body += "".join(pieces(value)).encode()


def _write_text(body: bytearray, text: str, pieces: Pieces) -> None:
    escaped = _escaped if pieces is _COMPACT else lambda piece: "".join(pieces(piece))[1:-1].encode()
    body += b'"'
    for at in range(0, len(text), PIECE):
        body += escaped(text[at : at + PIECE])
    body += b'"'


def _escaped(text: str) -> bytes:
    """As the encoder does it, which looks at each character: of most texts nothing is to be changed but line ends."""
    plain = text.encode()
    odd = plain.translate(None, _AS_IT_IS)
    if odd.translate(None, _USUAL):
        return "".join(_COMPACT(text))[1:-1].encode()
    for sign, escape in _ESCAPES if odd else ():
        if sign in odd:
            plain = plain.replace(sign, escape)
    return plain


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
