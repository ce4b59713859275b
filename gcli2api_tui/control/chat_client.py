"""One question to the endpoint of a running server, over HTTP as any client asks; and what a client hears.

In: an AskRequest and a key. Out: `Began` once, then `Heard` for each read from the network that said something. Raises
NotHeard where the connection does not hold. Nothing large is parsed on the loop; the key goes into a header and nowhere
else.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from gcli2api_tui import __version__
from gcli2api_tui.control.answer_events import Heard, heard, heard_whole, joined
from gcli2api_tui.control.question import CREDENTIAL_HEADER, AskRequest
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.snapshot import OURSELVES
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

if TYPE_CHECKING:
    import httpx

CONNECT_S = 5.0
SILENCE_S = 900.0
"""Longer than the server itself lets anything wait: its own words are better than ours."""
ON_LOOP = 256 * 1024
SHOWN = 2_000
"""Characters of an error that is no JSON."""

_KEY_HEADERS = {"anthropic-messages": "x-api-key", "gemini": "x-goog-api-key"}


class NotHeard(Problem):
    """The server was not reached, or the connection broke."""


@dataclass(frozen=True, slots=True)
class Began:
    """The status, and the number that the exchange has in the ledger."""

    status: int
    exchange: ExchangeId | None
    answered_by: str = ""
    """The model, where it is not the one that was asked for."""


def open_client(url: str, trusted: ssl.SSLContext | None = None) -> "httpx.AsyncClient":
    """`trusted` knows the certificate of one that speaks https. The machine's proxies are passed by.

    No connection is kept: one that waits would hold up a server that stops. The first in a process imports httpx.
    """
    import httpx

    return httpx.AsyncClient(
        base_url=url,
        timeout=httpx.Timeout(SILENCE_S, connect=CONNECT_S),
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=False,
        verify=trusted or False,
    )


async def listen(
    client: "httpx.AsyncClient", request: AskRequest, key: Secret, program: str = OURSELVES + " Play"
) -> AsyncGenerator[Began | Heard, None]:
    """The answer as it comes. Close it to leave."""
    import httpx

    headers = _headers(request, key, program)
    begun = False
    try:
        async with client.stream("POST", request.path, content=request.body, headers=headers) as response:
            begun = True
            yield _began(response)
            if response.headers.get("content-type", "").startswith("text/event-stream"):
                async for one in _events(response, request.dialect):
                    yield one
            else:
                yield await _whole(response, request.dialect)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = type(error).__name__
        raise NotHeard(say("asking.cut" if begun else "asking.no_server", why=why)) from None


def _headers(request: AskRequest, key: Secret, program: str) -> dict[str, str]:
    """As the dialect's own clients send them."""
    name = _KEY_HEADERS.get(request.dialect)
    headers = {name: key.reveal()} if name else {"authorization": f"Bearer {key.reveal()}"}
    headers |= {"content-type": "application/json", "user-agent": f"gcli2api-tui/{__version__}", "x-title": program}
    if request.dialect == "anthropic-messages":
        headers["anthropic-version"] = "2023-06-01"
    if request.credential:
        headers[CREDENTIAL_HEADER] = request.credential
    return headers


def _began(response: "httpx.Response") -> Began:
    number = response.headers.get("x-gcli2api-exchange", "")
    exchange = ExchangeId(int(number)) if number.isdigit() else None
    return Began(response.status_code, exchange, response.headers.get("x-gcli2api-model", ""))


async def _events(response: "httpx.Response", dialect: str) -> AsyncGenerator[Heard, None]:
    """One for each read that said something."""
    lines = Lines()
    async for received in response.aiter_bytes():
        large = lines.held + len(received) > ON_LOOP
        events = (await asyncio.to_thread(lines.feed, received)) if large else lines.feed(received)
        said = joined(heard(dialect, event) for event in events)
        if said != Heard():
            yield said


async def _whole(response: "httpx.Response", dialect: str) -> Heard:
    body = await response.aread()
    said = await asyncio.to_thread(_read, body, dialect) if len(body) > ON_LOOP else _read(body, dialect)
    if response.status_code == HTTPStatus.OK or said.error:
        return said
    return Heard(error=say("asking.status", status=response.status_code))


def _read(body: bytes, dialect: str) -> Heard:
    try:
        return heard_whole(dialect, json.loads(body))
    except ValueError:
        return Heard(error=body[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN].strip() or say("asking.empty"))


class Lines:
    """Bytes of server-sent events in any split → the values of their data lines. Linear in the bytes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.held = 0
        """Bytes of the line that has not ended."""

    def feed(self, received: bytes) -> list[object]:
        *ended, rest = received.split(b"\n")
        events: list[object] = []
        for piece in ended:
            events += _data(b"".join([*self._pieces, piece]))
            self._pieces.clear()
        self.held = sum(map(len, self._pieces)) + len(rest) if self._pieces else len(rest)
        self._pieces += [rest] if rest else []
        return events


def _data(line: bytes) -> Iterable[object]:
    """Comments, names of events and empty lines say nothing; neither does what is no JSON."""
    if not line.startswith(b"data:"):
        return
    text = line[5:].strip()
    if text == b"[DONE]":
        yield "[DONE]"
        return
    try:
        yield json.loads(text)
    except ValueError:
        return
