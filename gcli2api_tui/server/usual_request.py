"""One request as clients send them all day, read at a glance: a POST with a length, and nothing unusual about it.

In: the bytes of one read. Out: a UsualRequest and its ASGI scope, as Hypercorn makes it; or None where anything is
unusual: h11 reads that, and says what is wrong with it. The reader of a connection lets one that came whole begin in
the loop's turn it comes in. Invariants: what is read at a glance, h11 and http1.py would let through, and read alike
(tests/server/test_usual_request.py); none overtakes what came before it, for that was taken already: else nobody would
wait for more.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import SupportsIndex

from hypercorn.typing import ConnectionState

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.http1 import MAX_HEAD_BYTES

MOST_HEADERS = 50
_MOST = 2**16
Headers = list[tuple[bytes, bytes]]
_BEGINS = re.compile(rb"POST (/[!-$&->@-~]*)(?:\?([!-~]*))? HTTP/1\.1\r\n")
"""No escapes: such a path means what it says."""
_HEADER = re.compile(rb"^([-!#$%&'*+.^_`|~0-9A-Za-z]+):[ \t]*+((?:[!-~]+(?:[ \t]+[!-~]+)*)?)[ \t]*\r\n", re.MULTILINE)
"""A line. Each holds one end of a line: where there are as many as ends of lines, nothing lies between them.

`*+` gives nothing back: a value of blanks alone was tried in as many ways as it has blanks, each as long as they."""
_LENGTH = re.compile(rb"[0-9]{1,15}")
_ONCE = frozenset((b"host", b"content-length", b"connection"))
_UNUSUAL = frozenset((b"transfer-encoding", b"expect", b"upgrade"))


@dataclass(frozen=True, slots=True)
class UsualRequest:
    """A POST whose body has a length."""

    path: bytes
    query: bytes
    headers: Headers
    length: int
    body: bytes
    """As much of it as came with the head, and what came behind it."""
    closes: bool = False
    """The client wants no further answer on this connection, as proxies often do."""


def read(data: bytes) -> UsualRequest | None:
    begins = _BEGINS.match(data)
    end = data.find(b"\r\n\r\n", begins.end(), MAX_HEAD_BYTES) if begins else -1
    if not begins or end < 0:
        return None
    lines = _HEADER.findall(data, begins.end(), end + 2)
    if len(lines) != data.count(b"\n", begins.end(), end + 2) or len(lines) > MOST_HEADERS:
        return None
    headers: Headers = [(name.lower(), value) for name, value in lines]
    known = dict(headers)
    if len(known) < len(headers) and any(sum(name == once for name, _ in headers) > 1 for once in _ONCE):
        return None
    connection = known.get(b"connection", b"keep-alive").lower()
    length = known.get(b"content-length", b"")
    if b"host" not in known or not _UNUSUAL.isdisjoint(known) or connection not in (b"keep-alive", b"close"):
        return None
    if not _LENGTH.fullmatch(length):
        return None
    closes, body = connection == b"close", data[end + 4 :]
    if closes and len(body) > int(length):
        return None
    return UsualRequest(begins[1], begins[2] or b"", headers, int(length), body, closes)


Address = tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Place:
    """What is alike in all requests of a connection."""

    scheme: str
    root_path: str
    client: Address
    server: Address
    state: ConnectionState

    def scope(self, asked: UsualRequest) -> dict[str, object]:
        """It lacks what the connection offers beside."""
        return {
            "type": "http",
            "http_version": "1.1",
            "asgi": {"spec_version": "2.1", "version": "3.0"},
            "method": "POST",
            "scheme": self.scheme,
            "path": asked.path.decode("ascii"),
            "raw_path": asked.path,
            "query_string": asked.query,
            "root_path": self.root_path,
            "headers": asked.headers,
            "client": self.client,
            "server": self.server,
            "state": self.state.copy(),
        }


Begin = Callable[[UsualRequest, int], bool]
"""(the request, its bytes) → whether it has begun; if not, nothing has happened."""


class ClientReader(asyncio.StreamReader):
    """One connection's. To wake its task, which would begin a task for the request, takes a turn more."""

    begin: Begin | None = None
    """Set by whoever may begin requests."""
    _waits = False
    """Somebody waits for more, and nothing has come."""

    async def next(self) -> bytes:
        """What has come; empty at the end. Raises OSError."""
        self._waits = True
        try:
            return await self.read(_MOST)
        finally:
            self._waits = False

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        if self._waits and self.begin and isinstance(data, bytes):
            asked = read(data)
            if asked and len(asked.body) == asked.length and self.begin(asked, len(data)):
                return
            self._waits = False
        super().feed_data(data)
