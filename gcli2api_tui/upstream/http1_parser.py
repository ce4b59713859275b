"""One HTTP/1.1 answer to a POST, from bytes in any split: its status, its headers, its body without the framing.

In: bytes as they come, and the end of the connection. Out: what has come of the answer so far, or why it is none. Pure;
work is linear in the bytes of a body, and all chunks of one read are taken in one go. As strict as h11, which a test
holds it to: what could be read in two ways is an error, and what comes behind the end is never another answer.
"""

import re
from enum import Enum

MOST_HEAD = 64 * 1024
"""Longest head of an answer, and longest trailers."""
MOST_CHUNK_LINE = 4 * 1024

_HEAD_END = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"HTTP/(\d\.\d) (\d{3})(?: [^\x00\n\r\f\v]*)?")
_NAME = re.compile(rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+")
_FORBIDDEN = re.compile(rb"[\x00\n\r\f\v]")
_LENGTH = re.compile(r"[0-9]{1,20}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,20})(?:;[^\n]*)?[ \t]*")
_USUAL_CHUNK = re.compile(rb"\r\n([0-9A-Fa-f]{1,7})\r\n")
"""The end of one chunk and the line before the next."""
_WITHOUT_BODY = (204, 304)


class _At(Enum):
    """What comes next."""

    HEAD = 1
    LENGTH = 2
    CHUNKS = 3
    TRAILERS = 4
    TO_THE_END = 5
    OVER = 6


class AnswerParser:
    """One answer."""

    def __init__(self) -> None:
        self.status = 0
        """0 until the head has come."""
        self.headers: dict[str, str] = {}
        """Names in small letters."""
        self.unread = 0
        """Bytes of the body that nobody has taken."""
        self.ended = False
        """All of it has come."""
        self.broken = ""
        """Why it is no answer of HTTP/1.1."""
        self.keeps_alive = False
        """After its end the connection may be used again."""
        self._at = _At.HEAD
        self._rest = b""
        """What cannot be understood before more has come."""
        self._left = 0
        """Bytes to come, of the whole body or of the present chunk."""
        self._chunk_open = False
        """The line break behind a chunk is still to come."""
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """The next bytes."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        at = self._head(data) if self._at is _At.HEAD else 0
        if self._at is _At.CHUNKS:
            at = self._chunks(data, at)
        elif self._at is _At.LENGTH or self._at is _At.TO_THE_END:
            at = self._plain(data, at)
        if self._at is _At.TRAILERS:
            at = self._trailers(data, at)
        if self._at is _At.OVER:
            self.ended = True
            if at < len(data):
                self.keeps_alive = False

    def end(self) -> None:
        """The connection is closed."""
        self.keeps_alive = False
        if self._at is _At.TO_THE_END:
            self._at, self.ended = _At.OVER, True
        elif self._at is not _At.OVER:
            self._break("The connection ended before the answer did.")

    def take(self, most: int) -> bytes:
        """The body that has come since, up to so many bytes: what is made of it all at once stays bounded."""
        if self.unread <= most:
            parts, self._parts, self.unread = self._parts, [], 0
            return parts[0] if len(parts) == 1 else b"".join(parts)
        body = memoryview(b"".join(self._parts))
        self._parts, self.unread = [bytes(body[most:])], self.unread - most
        return bytes(body[:most])

    def _break(self, why: str) -> int:
        self.broken = self.broken or why
        self.keeps_alive = False
        return 0

    def _wait(self, rest: bytes, most: int) -> int:
        """For more of what has begun."""
        if len(rest) > most:
            return self._break("A line of the answer has no end.")
        self._rest = rest
        return 0

    def _head(self, data: bytes) -> int:
        """Where the body begins; interim answers are passed over."""
        at = 0
        while self._at is _At.HEAD and not self.broken:
            end = _HEAD_END.search(data, at)
            if data[at : at + 1] and data[at] <= 0x20:
                return self._break("The answer is no HTTP.")
            if end is None:
                return self._wait(data[at:], MOST_HEAD)
            self._read_head(*data[at : end.start()].split(b"\n"))
            at = end.end()
        return at

    def _read_head(self, first: bytes, *lines: bytes) -> None:
        found, headers = _STATUS.fullmatch(first.removesuffix(b"\r")), _headers(lines)
        status = int(found[2]) if found else 0
        if found is None or headers is None or status < 100:
            self._break("The answer is no HTTP/1.1.")
        elif status == 101:
            self._break("The answer changes the protocol.")
        else:
            wish = headers.get("connection")
            self.keeps_alive = found[1] >= b"1.1" and (wish is None or "close" not in _words(wish))
            self._frame(status, headers)

    def _frame(self, status: int, headers: dict[str, str]) -> None:
        """How the body's end is known."""
        coding, length = headers.get("transfer-encoding"), headers.get("content-length")
        lengths = set() if length is None else set(_words(length))
        if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
            self._break("The answer's length is none.")
            return
        if coding is not None and coding.lower() != "chunked":
            self._break("The answer is in a transfer coding that nobody asked for.")
            return
        if status < 200:  # another head comes
            return
        self.status, self.headers = status, headers
        if status in _WITHOUT_BODY:
            self._at = _At.OVER
        elif coding is not None:
            self._at = _At.CHUNKS
        elif lengths:
            self._left = int(lengths.pop())
            self._at = _At.LENGTH if self._left else _At.OVER
        else:
            self._at, self.keeps_alive = _At.TO_THE_END, False

    def _plain(self, data: bytes, at: int) -> int:
        most = len(data) if self._at is _At.TO_THE_END else at + self._left
        part = data[at:most]
        if part:
            self._parts.append(part)
            self.unread += len(part)
        if self._at is _At.LENGTH:
            self._left -= len(part)
            self._at = _At.LENGTH if self._left else _At.OVER
        return at + len(part)

    def _chunks(self, data: bytes, at: int) -> int:
        """Any number of them; a line that is not whole waits for the next read."""
        while True:
            if self._left:
                part = data[at : at + self._left]
                got = len(part)
                if got:
                    self._parts.append(part)
                    self.unread += got
                    self._left -= got
                    at += got
                if self._left:
                    return at
            if self._chunk_open:
                at = self._usual_chunks(data, at)
            begin = at + 2 if self._chunk_open else at
            end = data.find(b"\r\n", begin)
            if self._chunk_open and not b"\r\n".startswith(data[at:begin]):
                return self._break("A chunk is longer than it says.")
            if end < 0:
                return self._wait(data[at:], MOST_CHUNK_LINE)
            line = _CHUNK.fullmatch(data, begin, end)
            if line is None:
                return self._break("A chunk has no length.")
            at, self._left = end + 2, int(line[1], 16)
            self._chunk_open = self._left > 0
            if not self._left:
                self._at = _At.TRAILERS
                return at

    def _usual_chunks(self, data: bytes, at: int) -> int:
        """Those behind another one that are here whole, nothing but a length before them: of all others nothing yet."""
        size = len(data)
        while usual := _USUAL_CHUNK.match(data, at):
            begin = usual.end()
            end = begin + int(usual[1], 16)
            if begin == end or end > size:
                break
            self._parts.append(data[begin:end])
            self.unread += end - begin
            at = end
        return at

    def _trailers(self, data: bytes, at: int) -> int:
        """Fields behind the last chunk: they must be well formed, and nobody wants them."""
        if data.startswith((b"\r\n", b"\n"), at):
            self._at = _At.OVER
            return at + (2 if data.startswith(b"\r", at) else 1)
        end = _HEAD_END.search(data, at)
        if end is None:
            return self._wait(data[at:], MOST_HEAD)
        if _headers(data[at : end.start()].split(b"\n")) is None:
            return self._break("What follows the answer is none of it.")
        self._at = _At.OVER
        return end.end()


def _headers(lines: "tuple[bytes, ...] | list[bytes]") -> dict[str, str] | None:
    """Those of one name joined, as HTTP has it; None where a line is no header."""
    found: dict[str, str] = {}
    name = ""
    for line in lines:
        line = line.removesuffix(b"\r")
        folded = name and line[:1] in (b" ", b"\t")  # the rest of a value, in a form that HTTP has given up
        before, colon, after = (b"", b":", line) if folded else line.partition(b":")
        if not colon or _FORBIDDEN.search(after) or not (folded or _NAME.fullmatch(before)):
            return None
        value = after.strip(b" \t").decode("latin-1")
        if folded:
            found[name] = f"{found[name]} {value}".strip(" \t")
            continue
        name = before.decode("ascii").lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _words(value: str) -> list[str]:
    return [word.strip().lower() for word in value.split(",")]
