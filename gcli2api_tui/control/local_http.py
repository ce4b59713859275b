"""One question to a server on this machine, over a socket of its own, and its whole answer.

In: method, address, headers, body. Out: status, reason and body. Raises OSError, or ValueError where what answers
speaks no HTTP or ends early. No proxy from the environment, no redirect, no connection that is kept: urllib does all
of that, and with what it imports it was a third of what `status` computes.
"""

import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    import ssl

_LONGEST_LINE = 65_536
_MOST_HEADERS = 100
_BODILESS = (204, 304)


class Heard(NamedTuple):
    """What was answered."""

    status: int
    reason: str
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def ask(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    timeout_s: float,
    tls: "ssl.SSLContext | None" = None,
    most: int | None = None,
) -> Heard:
    """`timeout_s` is for each wait; `tls` for addresses that speak https; of the body `most` bytes are enough."""
    where = urlsplit(url)
    head = _head(method, where, headers, body)
    secure = where.scheme == "https"
    with socket.create_connection((where.hostname or "", where.port or (443 if secure else 80)), timeout_s) as line:
        if not secure:
            return _asked(line, head + (body or b""), most)
        import ssl

        context = tls or ssl.create_default_context()  # noqa: TID251 - all that it raises is what this raises
        with context.wrap_socket(line, server_hostname=where.hostname) as hidden:
            return _asked(hidden, head + (body or b""), most)


def _head(method: str, where: SplitResult, headers: Mapping[str, str], body: bytes | None) -> bytes:
    target = f"{where.path or '/'}?{where.query}" if where.query else where.path or "/"
    if not (target.isascii() and target.isprintable()) or " " in target:
        raise ValueError("an address has no such characters")
    length = {} if body is None else {"Content-Length": str(len(body))}
    sent = {"Host": where.netloc, "Accept-Encoding": "identity", "Connection": "close", **length, **headers}
    if any("\r" in value or "\n" in value for value in sent.values()):
        raise ValueError("a header is one line")
    lines = (f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()))
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")


def _asked(line: socket.socket, question: bytes, most: int | None) -> Heard:
    line.sendall(question)
    with line.makefile("rb") as answer:
        status, reason = _status(answer)
        headers = _headers(answer)
        while 100 <= status < 200:
            status, reason = _status(answer)
            headers = _headers(answer)
        return Heard(status, reason, b"" if status in _BODILESS else _body(answer, headers, most))


def _status(answer: BinaryIO) -> tuple[int, str]:
    version, _, rest = _line(answer).partition(" ")
    number, _, reason = rest.partition(" ")
    if not version.startswith("HTTP/1.") or not (number.isdecimal() and len(number) == 3):
        raise ValueError("it speaks no HTTP")
    return int(number), reason.strip()


def _headers(answer: BinaryIO) -> dict[str, str]:
    """Names in small letters."""
    found: dict[str, str] = {}
    while line := _line(answer):
        if len(found) == _MOST_HEADERS:
            raise ValueError("it does not end")
        name, _, value = line.partition(":")
        found[name.strip().lower()] = value.strip()
    return found


def _body(answer: BinaryIO, headers: Mapping[str, str], most: int | None) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(answer, most)
    length = int(headers.get("content-length", -1))
    if most is not None:
        return answer.read(most if length < 0 else min(most, length))
    return answer.read() if length < 0 else _exactly(answer, length)


def _chunks(answer: BinaryIO, most: int | None) -> bytes:
    pieces: list[bytes] = []
    while size := int(_line(answer).partition(";")[0], 16):
        pieces.append(_exactly(answer, size if most is None else min(size, most)))
        if most is not None and sum(map(len, pieces)) >= most:
            break
        _line(answer)
    return b"".join(pieces)


def _exactly(answer: BinaryIO, length: int) -> bytes:
    if length < 0:
        raise ValueError("it speaks no HTTP")
    try:
        found = answer.read(length)
    except (OverflowError, MemoryError) as error:
        raise ValueError("it is too long") from error
    if len(found) < length:
        raise ValueError("it ended early")
    return found


def _line(answer: BinaryIO) -> str:
    line = answer.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise ValueError("it ended early")
    return line.decode("latin-1").rstrip("\r\n")
