"""The relay as the server sees it: a Call and its Encoder go in, one `Opened` and then bytes come out.

The first item is always `Opened`. On an error before the first byte it carries the error's status and headers, and
one item with the body follows. Closing the generator means that the client has left.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Protocol

from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.events.records import NO_CLIENT_KEY, ClientKeyId


@dataclass(frozen=True, slots=True)
class Opened:
    """The status line and headers of the answer; nothing is committed before it."""

    status: int
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What the ledger keeps about the client."""

    path: str
    user_agent: str
    """The client's program, in short."""
    peer: str
    key: ClientKeyId = NO_CLIENT_KEY


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of one request's life, from the settings; spans in seconds."""

    first_byte_hold_s: float = 8.0
    request_deadline_s: float = 600.0
    attempts: int = 4
    heartbeat_s: float = 10.0
    unread_bytes: int = 256 * 1024
    """Above this the client is too slow, and reading from Google pauses."""


class Relaying(Protocol):
    """One client request's life."""

    def run(self, call: Call, encoder: Encoder, client: ClientFacts) -> AsyncGenerator[Opened | bytes, None]:
        """The answer, coalesced: one item per read from upstream, or several reads together if the client is slow."""
        ...

    async def count_tokens(self, call: Call) -> dict[str, Any]:
        """Google's own count of a request. Raises a Problem; uses no quota and is no exchange."""
        ...

    async def embed(self, call: Call, method: str) -> dict[str, Any]:
        """`embedContent` or `batchEmbedContents`, as Google answers. Raises a Problem; counted, but no exchange."""
        ...
