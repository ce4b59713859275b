"""The admin API of a server elsewhere, asked by the table of its verbs, on a loop that has other things to do.

In: a verb's name and its arguments as the port has them. Out: its result as a record. Raises ServerRefused with the
server's own words, LineLost where it cannot be reached, NotOurs where something else answers. The key goes into
a header and nowhere else; the machine's proxies are passed by. A server that this machine itself knows is found again
where its certificate, port or key is another one by now.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from gcli2api_tui import __version__
from gcli2api_tui.control import server_certificate, verb_table
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.control.verb_table import Param, Verb
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.json_codec import BESIDE, NotThisRecord, from_json, to_json
from gcli2api_tui.messages.message import NOTHING, Message, quoted, say, sentences
from gcli2api_tui.messages.message import from_json as message_from_json
from gcli2api_tui.quick_dataclass import dataclass

ROOT = "/admin/api"
ON_LOOP = 256 * 1024
CONNECT_S = 15.0
"""A line over two continents, and TLS on it."""
ANSWER_S = 60.0
SILENCE_S = 15.0
"""Longer than three heartbeats of the stream."""
KEPT_S = 30.0
"""How long a connection waits for the next verb."""
LONGEST_LINE = 8 * 2**20


class LineLost(Problem):
    """The server is not reached, or no longer."""


class NotOurs(Problem):
    """Something answers, but no server that this program can look at. `final`: trying again is of no use."""


class ServerRefused(Problem):
    """The server's own words, with its status."""

    def __init__(self, message: Message, status: int, way_out: Message = NOTHING) -> None:
        super().__init__(message, way_out)
        self.status = status

    @property
    def refused(self) -> Refused:
        return Refused(self.message, self.way_out)


class NotTrusted(NotOurs):
    """Its certificate is not one that is taken."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is, what opens it, and what is trusted of it; None: what this machine trusts."""

    url: str
    key: Secret
    trusted: ssl.SSLContext | None = None


class AdminLine:
    """One for each attached panel; `close` it. `found` looks where the server is now; it runs in a thread."""

    def __init__(
        self,
        url: str,
        key: Secret,
        *,
        trusted: ssl.SSLContext | None = None,
        found: Callable[[], Place | None] = lambda: None,
    ) -> None:
        self._place = Place(url.rstrip("/"), key, trusted)
        self._found = found
        self._client = _client(self._place)
        self._certificate = ""
        """As it was shown last, while it was trusted."""

    @property
    def url(self) -> str:
        return self._place.url

    async def find_again(self) -> bool:
        """Whether the server is to be reached in another way by now."""
        place = await asyncio.to_thread(self._found)
        if place is None or place == self._place:
            return False
        before, self._place, self._client = self._client, place, _client(place)
        await before.aclose()
        return True

    async def close(self) -> None:
        await self._client.aclose()

    async def version(self) -> str:
        """Of the server; raises ServerRefused 401 where it does not take the key."""
        await self.call("sign_in_notice")
        try:
            found = await self._client.get("/", headers={"Accept": "application/json"})
        except httpx.HTTPError as error:
            raise _lost(self.url, error) from None
        told = _decoded(found.content)
        return str(told.get("version", "")) if isinstance(told, dict) else ""

    async def call(self, verb_name: str, /, **arguments: object) -> Any:
        """The result of a verb, as the port's method would return it."""
        verb = verb_table.by_name(verb_name)
        found = await self._asked(verb, arguments)
        try:
            return await asyncio.to_thread(_result, verb, found) if len(found) > ON_LOOP else _result(verb, found)
        except (ValueError, KeyError, TypeError) as error:
            raise _strange(error) from None

    async def text(self, verb_name: str, /, **arguments: object) -> str:
        """The answer of one that is no JSON object."""
        return (await self._asked(verb_table.by_name(verb_name), arguments)).decode("utf-8", "replace")

    async def _asked(self, verb: Verb, arguments: Mapping[str, object]) -> bytes:
        async with self._stream(verb, arguments, self._client.timeout) as response:
            try:
                return await response.aread()
            except httpx.HTTPError as error:
                raise _lost(self.url, error) from None

    async def changes(self, run: str, revision: int) -> AsyncGenerator[Any, None]:
        """Lines of the stream as they come. Raises LineLost where it is silent for too long, or cut."""
        quiet = httpx.Timeout(ANSWER_S, connect=CONNECT_S, read=SILENCE_S)
        async with self._stream(verb_table.by_name("changes"), {"run": run, "since": revision}, quiet) as response:
            rest = b""
            try:
                async for piece in response.aiter_bytes():
                    *lines, rest = (rest + piece).split(b"\n")
                    for line in lines:
                        yield _decoded(line)
                    if len(rest) > LONGEST_LINE:
                        raise _strange(ValueError("a line too long"))
            except httpx.HTTPError as error:
                raise _lost(self.url, error) from None

    @asynccontextmanager
    async def _stream(
        self, verb: Verb, arguments: Mapping[str, object], patience: httpx.Timeout
    ) -> AsyncGenerator[httpx.Response, None]:
        path, sent = _request(verb, arguments)
        sent["timeout"] = patience
        try:
            async with AsyncExitStack() as opened:
                response = await self._answer(opened, verb.method, path, sent)
                if response.status_code != verb.status:
                    raise _refusal(response.status_code, await response.aread())
                yield response
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            problem = _lost(self.url, error)
            raise await self._changed(problem) if isinstance(problem, NotTrusted) else problem from None

    async def _answer(self, opened: AsyncExitStack, method: str, path: str, sent: Mapping[str, Any]) -> httpx.Response:
        """Twice where the server was found elsewhere: what is not trusted was told nothing."""
        for again in (False, True):
            headers = {
                "Authorization": f"Bearer {self._place.key.reveal()}",
                "User-Agent": f"gcli2api-tui/{__version__} attached",
                "Accept-Encoding": "gzip",
            }
            stream = self._client.stream(method, path, headers=headers, **sent)
            try:
                response = await opened.enter_async_context(stream)
                break
            except httpx.ConnectError as error:
                if again or not isinstance(_lost(self.url, error), NotTrusted) or not await self.find_again():
                    raise
        self._certificate = server_certificate.of_answer(response) or self._certificate
        return response

    async def _changed(self, problem: NotTrusted) -> NotTrusted:
        """What a person can compare, where another certificate is shown than the one that was trusted."""
        now = await server_certificate.of_server(self.url) if self._certificate else ""
        if now in ("", self._certificate):
            return problem
        said = say("attach.other_certificate", before=self._certificate, now=now)
        return NotTrusted(sentences(problem.message, said), say("attach.renewed"))


def _client(place: Place) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=place.url,
        timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=2, keepalive_expiry=KEPT_S),
        trust_env=False,
        verify=place.trusted if place.trusted is not None else urlsplit(place.url).scheme == "https",
    )


def _request(verb: Verb, arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The path, and what httpx is given beside it."""
    path, query = f"{ROOT}{verb.path}", list[tuple[str, str]]()
    body: dict[str, object] = {}
    content: bytes | None = None
    for param in verb_table.params(verb.name):
        if param.argument not in arguments:
            continue
        value = arguments[param.argument]
        if param.place == "path":
            path = path.replace(f"{{{param.name}}}", quote(str(value), safe=""))
        elif param.place == "query":
            query += [(param.name, one) for one in _in_query(param, value)]
        elif param.place == "bytes":
            content = value
        elif param.place == "rest":
            body |= value
        else:
            body[param.name] = to_json(value)
    if verb.reads:
        return path, {"params": query}
    return path, {"params": query, "content": content} if content is not None else {"params": query, "json": body}


def _in_query(param: Param, value: Any) -> list[str]:
    if isinstance(value, str | int | float):
        return [str(int(value)) if isinstance(value, bool) else str(value)]
    return [str(one) for one in value]


def _result(verb: Verb, found: bytes) -> Any:
    kind = verb_table.result(verb.name)
    if kind is type(None):
        return None
    value = json.loads(found)
    if not verb.under:
        return from_json(kind, value)
    beside = value.get(BESIDE)
    del beside
    return from_json(kind, value[verb.under])


def _decoded(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError as error:
        raise _strange(error) from None


def _refusal(status: int, body: bytes) -> Problem:
    try:
        found = json.loads(body)
        beside = found.get(BESIDE) or {}
        text = str(found.get("reason") or found["error"]["message"])
        reason = message_from_json(text, beside.get("reason"))
        way_out = message_from_json(str(found.get("way_out") or ""), beside.get("way_out"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return NotOurs(say("attach.not_ours", status=status), say("attach.check_url"))
    return ServerRefused(reason, status, way_out)


def _lost(url: str, error: Exception) -> Problem:
    why = error.__context__ or error
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotTrusted(say("attach.untrusted", why=quoted(cause.verify_message)), say("attach.cacert"))
        cause = cause.__cause__ or cause.__context__
    return LineLost(say("attach.lost", url=url, why=type(why).__name__))


def _strange(error: Exception) -> Problem:
    what = str(error)[:200] if isinstance(error, NotThisRecord) else type(error).__name__
    return NotOurs(say("attach.strange", why=what), say("attach.same_version"))
