"""The head of an answer as it goes over the wire: its status, its headers, and how its body is framed.

In: a status and headers, of the app or ours. Out: bytes, as h11 writes them. Invariant: no header becomes two, or none.
"""

import re
from collections.abc import Iterable

import h11
from hypercorn.config import Config

from gcli2api_tui.clock import Clock
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.usual_request import Headers

_ANSWER = re.compile(rb"(?:[-!#$%&'*+.^_`|~0-9A-Za-z]+: (?:[^\x00\s]+(?:[ \t]+[^\x00\s]+)*)?\r\n)*")
BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """`length` of the body; None where it comes in chunks."""

    wire: bytes
    length: int | None
    closes: bool


def answer_head(status: int, headers: Iterable[tuple[bytes, bytes]], *, last: bool = False) -> AnswerHead:
    """As h11 writes it; `last` where the client wants no other.

    Raises h11.LocalProtocolError for a header that would be two, or none.
    """
    lines: list[bytes] = []
    told, connection = None, b""
    wishes = {b"close"} if last else set()
    for name, value in headers:
        name, value = name.strip(), value.strip()
        lower = name.lower()
        if lower == b"transfer-encoding":
            continue
        if lower == b"content-length":
            told = value
        elif lower == b"connection":
            connection = value.lower()
            if last:
                wishes.update(wish for one in connection.split(b",") if (wish := one.strip()))
                continue
        lines.append(b"%b: %b\r\n" % (name, value))
    length = 0 if status in BODILESS else None if told is None else int(told)
    if length is None:
        lines.append(b"Transfer-Encoding: chunked\r\n")
    lines += [b"Connection: %b\r\n" % wish for wish in sorted(wishes - {b"keep-alive"})]
    block = b"".join(lines)
    if block.count(b"\n") != len(lines) or not _ANSWER.fullmatch(block):
        raise h11.LocalProtocolError("Illegal header of an answer")
    return AnswerHead(b"HTTP/1.1 %d \r\n%b\r\n" % (status, block), length, last or b"close" in connection)


class DatedConfig(Config):
    """What stands in every head, the date with it, is made once a second."""

    def __init__(self) -> None:
        super().__init__()
        self._now = Clock().now
        self._second = -1
        self._headers: Headers = []
        self._lines = b""

    def response_headers(self, protocol: str) -> Headers:
        if (second := int(self._now())) != self._second:
            self._second, self._headers = second, super().response_headers(protocol)
            self._lines = b"".join([b"%b: %b\r\n" % header for header in self._headers])
        return self._headers

    def response_lines(self) -> bytes:
        """The same as they go over the wire."""
        if int(self._now()) != self._second:
            self.response_headers("h11")
        return self._lines


def plain_lines(pairs: Iterable[tuple[str, str]]) -> bytes | None:
    """Headers that are ours and say nothing of the connection, as `answer_head` writes them; None where one may not be.

    Their names are ours and need no look; a value may repeat what somebody sent.
    """
    lines = [f"{name.lower()}: {value}" for name, value in pairs]
    if not "".join(lines).isprintable():
        return None
    block = "\r\n".join([*lines, ""])
    if ":  " in block or " \r" in block or "connection: " in block or "transfer-encoding: " in block:
        return None
    return block.encode()
