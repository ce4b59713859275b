"""Requests as Google gets them: any JSON value in, compact bytes out.

A lone half of a character in a client's text travels as its escape instead of failing. What is large is written in a
thread, piece by piece: the encoder in C lets nobody else run before it has finished. Of what is very large only the
length is found out there, and its long texts are written as they go out: else it would be in memory twice.
"""

import asyncio
from collections.abc import Iterator, Mapping

from gcli2api_tui.json_encoder import Pieces, encoder
from gcli2api_tui.upstream.answer_json import ON_LOOP
from gcli2api_tui.upstream.way import Content

PIECE = 64 * 1024
"""Characters of one text that are written in one go."""

WRITTEN_AT_ONCE = 4 * 2**20
"""Characters of texts longer than a piece; with more of them they are written while they are sent."""

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


async def wire_json(body: Mapping[str, object]) -> Content:
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


def _in_pieces(value: object) -> "bytearray | LongBody":
    try:
        return _made(value, _COMPACT)
    except UnicodeEncodeError:
        return _made(value, _ASCII)


def _made(value: object, pieces: Pieces) -> "bytearray | LongBody":
    body = LongBody(value, pieces)
    if not body.texts:
        return body.rest
    if sum([len(text) for _, text in body.texts]) > WRITTEN_AT_ONCE:
        body.measure()
        return body
    whole = bytearray()
    for piece in body.pieces():
        whole += piece
    return whole


class LongBody:
    """The same JSON as in one go, in pieces: between two of them the interpreter may run others."""

    def __init__(self, value: object, pieces: Pieces) -> None:
        self.rest = bytearray()
        """All but the long texts."""
        self.texts: list[tuple[int, str]] = []
        """Those, and where each belongs in the rest."""
        self._encoded = pieces
        self._escaped = _escaped if pieces is _COMPACT else lambda text: "".join(pieces(text))[1:-1].encode()
        self._length = 0
        self._write(value, PIECES_DEPTH)

    def measure(self) -> None:
        """What `len` tells. Raises UnicodeEncodeError."""
        self._length = sum(map(len, self.pieces()))

    def __len__(self) -> int:
        return self._length

    def pieces(self) -> Iterator[bytes | bytearray]:
        at = 0
        for place, text in self.texts:
            yield self.rest[at:place]
            yield from self._pieces(text)
            at = place
        yield self.rest[at:]

    def _pieces(self, text: str) -> Iterator[bytes]:
        for at in range(0, len(text), PIECE):
            yield self._escaped(text[at : at + PIECE])

    def _write(self, value: object, depth: int) -> None:
        body, pieces = self.rest, self._encoded
        if isinstance(value, str) and len(value) > SHORT:
            self._write_text(value)
        elif isinstance(value, dict) and value and depth:
            before = b"{"
            for name, inner in value.items():
                body += before + "".join(pieces(name)).encode() + b":"
                self._write(inner, depth - 1)
                before = b","
            body += b"}"
        elif isinstance(value, list) and value and depth:
            before = b"["
            for inner in value:
                body += before
                self._write(inner, depth - 1 if _left(inner, SHORT) < 0 else 0)
                before = b","
            body += b"]"
        else:
            body += "".join(pieces(value)).encode()

    def _write_text(self, text: str) -> None:
        self.rest += b'"'
        if len(text) > PIECE:
            self.texts.append((len(self.rest), text))
        else:
            self.rest += self._escaped(text)
        self.rest += b'"'


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
