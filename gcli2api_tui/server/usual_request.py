"""Requests as clients send them all day, read at a glance; and the head of their answers.

In: the bytes of one read. Out: a UsualRequest, or None where anything is unusual: h11 reads that, and says what is
wrong with it. Invariant: what is read here, h11 and http1.py would let through, and read alike. Pure.
"""

import re
from collections.abc import Iterable

import h11

from gcli2api_tui.quick_dataclass import dataclass

MOST_HEADERS = 50
Headers = list[tuple[bytes, bytes]]

_BEGINS = re.compile(rb"POST (/[!-$&->@-~]*)(?:\?([!-~]*))? HTTP/1\.1\r\n")
"""No escapes: such a path means what it says."""
_HEADER = re.compile(rb"([-!#$%&'*+.^_`|~0-9A-Za-z]+):[ \t]*((?:[!-~]+(?:[ \t]+[!-~]+)*)?)[ \t]*")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_ONCE = (b"host", b"content-length")
_UNUSUAL = frozenset((b"transfer-encoding", b"expect", b"upgrade"))
_ANSWER = re.compile(rb"(?:[-!#$%&'*+.^_`|~0-9A-Za-z]+: (?:[^\x00\s]+(?:[ \t]+[^\x00\s]+)*)?\r\n)*")
_BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class UsualRequest:
    """A POST whose body has a length."""

    path: bytes
    query: bytes
    headers: Headers
    length: int
    body: bytes
    """As much of it as came with the head, and what came behind it."""


def read(data: bytes) -> UsualRequest | None:
    begins = _BEGINS.match(data)
    end = data.find(b"\r\n\r\n", begins.end()) if begins else -1
    if not begins or end < 0 or (headers := _headers(data[begins.end() : end])) is None:
        return None
    known = dict(headers)
    length = known.get(b"content-length", b"")
    if not _LENGTH.fullmatch(length) or known.get(b"connection", b"keep-alive").lower() != b"keep-alive":
        return None
    return UsualRequest(begins[1], begins[2] or b"", headers, int(length), data[end + 4 :])


def _headers(block: bytes) -> Headers | None:
    headers: Headers = []
    for line in block.split(b"\r\n"):
        if not (found := _HEADER.fullmatch(line)):
            return None
        headers.append((found[1].lower(), found[2]))
    names = [name for name, _ in headers]
    usual = len(names) <= MOST_HEADERS and all(names.count(name) == 1 for name in _ONCE)
    return headers if usual and names.count(b"connection") < 2 and _UNUSUAL.isdisjoint(names) else None


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """`length` of the body; None where it comes in chunks."""

    wire: bytes
    length: int | None
    closes: bool


def answer_head(status: int, headers: Iterable[tuple[bytes, bytes]]) -> AnswerHead:
    """As h11 writes it. Raises h11.LocalProtocolError for a header that would be two, or none."""
    told = [(name.strip(), value.strip()) for name, value in headers if name.lower() != b"transfer-encoding"]
    by_name = {name.lower(): value for name, value in told}
    length = 0 if status in _BODILESS else int(by_name[b"content-length"]) if b"content-length" in by_name else None
    if length is None:
        told.append((b"Transfer-Encoding", b"chunked"))
    lines = b"".join([b"%b: %b\r\n" % one for one in told])
    if lines.count(b"\n") != len(told) or not _ANSWER.fullmatch(lines):
        raise h11.LocalProtocolError("Illegal header of an answer")
    closes = b"close" in by_name.get(b"connection", b"").lower()
    return AnswerHead(b"HTTP/1.1 %d \r\n%b\r\n" % (status, lines), length, closes)
