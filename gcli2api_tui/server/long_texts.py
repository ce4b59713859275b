"""Long texts are taken out of a very large body before its JSON is read: else it is in memory twice, as text and value.

In: the body in blocks, each let go as it has been looked at. Out: the texts that stood in it as they are, and the rest
with a mark for each. Who has read the rest puts them back, and asks whether all are there. Invariant: a mark is no JSON
outside of a text, and stands only for signs that mean themselves; so what can be read with all marks back has the value
of the whole, and anything else is read, or refused, as a whole.
"""

from collections.abc import Iterator
from secrets import token_hex

Block = bytes | bytearray
LEAST = 64 * 1024
"""Bytes without a quotation mark."""
PIECE = 64 * 1024

_PLAIN = bytes(byte for byte in range(0x20, 0x7F) if byte not in b'"\\')
"""What means itself in a text."""


class LongTexts:
    """Those of one body. `blocks` is empty afterwards."""

    def __init__(self, blocks: list[Block]) -> None:
        self.texts: list[str] = []
        self.rest = bytearray()
        """Everything else, with the marks."""
        self._sign = f"~{token_hex(16)}~"
        """What each mark begins with; no client knows it."""
        self._back: set[int] = set()
        self._take_out(blocks)

    def _take_out(self, blocks: list[Block]) -> None:
        text = ""  # grows in place, as a name of its own; it goes on in the next block where it reached the end of one
        blocks.reverse()
        while blocks:
            block, done = blocks.pop(), 0
            if blocks and (moved := _short_end(block)):
                blocks[-1] = moved + blocks[-1]
                block = block[: -len(moved)]
            for begin, end in _stretches(block, goes_on=bool(text)):
                if not _is_plain(block, begin, end):
                    continue
                if text and begin:
                    self.texts.append(text)
                    text = ""
                self.rest += memoryview(block)[done:begin]
                if not text:
                    self.rest += self._mark(len(self.texts))
                for at in range(begin, end, PIECE):
                    text += block[at : min(at + PIECE, end)].decode("ascii")
                done = end
                if end < len(block):
                    self.texts.append(text)
                    text = ""
            if text and done < len(block):
                self.texts.append(text)
                text = ""
            self.rest += memoryview(block)[done:]
        if text:
            self.texts.append(text)

    def _mark(self, number: int) -> bytes:
        return f"{self._sign}{number}~".encode()

    def characters(self) -> int:
        return sum(map(len, self.texts))

    def put_back(self, found: dict[str, object]) -> dict[str, object]:
        """For each object of the rest as it is read."""
        for name, value in found.items():
            if isinstance(value, str):
                if self._sign in value:
                    found[name] = self._filled(value)
            elif isinstance(value, list):
                for position, inner in enumerate(value):
                    if isinstance(inner, str) and self._sign in inner:
                        value[position] = self._filled(inner)
        return found

    def are_back(self) -> bool:
        """A name, a list in a list and a name that comes twice do not get theirs back."""
        return len(self._back) == len(self.texts)

    def _filled(self, value: str) -> str:
        whole, *marked = value.split(self._sign)
        for piece in marked:
            number, _, behind = piece.partition("~")
            whole += self.texts[int(number)]
            whole += behind
            self._back.add(int(number))
        return whole

    def beginning(self, rest: str, most: int) -> str:
        """So much of the whole, by the rest as text."""
        whole, sign = "", self._sign
        while sign and len(whole) < most:
            before, sign, rest = rest.partition(self._sign)
            whole += before[:most]
            if sign:
                number, _, rest = rest.partition("~")
                whole += self.texts[int(number)][:most]
        return whole[:most]

    def whole(self) -> bytearray:
        """The body as it came. Nothing is left here."""
        rest, self.rest = self.rest, bytearray()
        if not self.texts:
            return rest
        whole, done = bytearray(), 0
        for number in range(len(self.texts)):
            mark = self._mark(number)
            at = rest.index(mark, done)
            whole += memoryview(rest)[done:at]
            text, self.texts[number] = self.texts[number], ""
            for begin in range(0, len(text), PIECE):
                whole += text[begin : begin + PIECE].encode()
            done = at + len(mark)
        whole += memoryview(rest)[done:]
        return whole


def _short_end(block: Block) -> Block:
    """What may be the beginning of a long stretch."""
    at = block.rfind(b'"') + 1
    return block[at:] if len(block) - at < LEAST else b""


def _stretches(block: Block, *, goes_on: bool) -> Iterator[tuple[int, int]]:
    """The long ones without a quotation mark; where one `goes_on`, also what the block begins with."""
    at = 0
    if goes_on and block:
        at = _next(block, 0)
        yield 0, at
        at += 1
    while len(block) - at >= LEAST:
        last = block.rfind(b'"', at, at + LEAST)
        if last < 0:
            last = _next(block, at)
            yield at, last
        at = last + 1


def _next(block: Block, at: int) -> int:
    found = block.find(b'"', at)
    return len(block) if found < 0 else found


def _is_plain(block: Block, begin: int, end: int) -> bool:
    pieces = (block[at : min(at + PIECE, end)] for at in range(begin, end, PIECE))
    return not any(piece.translate(None, _PLAIN) for piece in pieces)
