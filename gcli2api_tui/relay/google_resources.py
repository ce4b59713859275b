"""What lives at Google between requests: files, cached contents, interactions. Asked for on the credential they are on.

In: a client's request for one of them, as Google's API has it. Out: Google's answer. Who made a thing is remembered as
its owner; what a request names and nobody here knows is looked for on one credential after another.
"""

import secrets
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, aclosing, closing
from typing import Protocol, cast
from urllib.parse import quote

from gcli2api_tui.clients.admission import Admission, unless_shut
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import ClientFault, NoCredential
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.gemini.owned_resources import INTERACTIONS, KEPT_S, interaction_of, made
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.affinity import Owners
from gcli2api_tui.pool.ports import Group
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.attempt import Question
from gcli2api_tui.relay.ports import UNSAID, Gate
from gcli2api_tui.relay.steps_and_outcomes import Attempt
from gcli2api_tui.upstream.ports import Backend, Events, OpenedAnswer, Things

BACKEND = "gemini-api"
MOST_UPLOADS = 1000
"""That have begun and not ended."""

ENOUGH = 64 * 1024
"""Bytes of a stream within which it says what it is about."""


class Asks(Protocol):
    """Relay.ask."""

    def __call__(
        self, call: Call, question: Question, admission: Admission, *, counted: bool
    ) -> Awaitable[dict[str, object]]: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way: to whom, where to, and who sends it."""

    credential: Credential
    address: str
    client: ClientKeyId


@dataclass(frozen=True, slots=True)
class Wanted:
    """One request for a thing. `path` is below the API's root, with its query."""

    client: ClientKeyId
    method: str
    path: str
    body: Mapping[str, object] | None = None
    names: Mapping[str, object] | None = None
    """A request that holds the names of what it is about: `{"name": "files/abc"}`."""
    model: str = ""
    affinity: str = ""
    counted: bool = False
    """Google counts it as a generation."""


class GoogleResources:
    """One per server. `usable` are the credentials that wait for no person."""

    def __init__(
        self,
        ask: Asks,
        gate: Gate,
        google: Things,
        owners: Owners,
        clock: Clock,
        usable: Callable[[], Sequence[Credential]],
    ) -> None:
        self._ask = ask
        self._gate = gate
        self._google = google
        self._owners = owners
        self._clock = clock
        self._usable = usable
        self._uploads: dict[str, Upload] = {}

    async def ask(self, wanted: Wanted) -> dict[str, object]:
        """Google's answer in JSON. Raises a Problem."""

        async def question(_: Backend, asked: Attempt) -> dict[str, object]:
            owner = asked.lease.credential
            answer = await self._google.ask(owner, wanted.method, wanted.path, wanted.body)
            self._learn(answer, owner)
            return answer

        with closing(await self._admitted(wanted)) as admission:
            answer = await self._asked(wanted, question, admission)
        if wanted.method == "DELETE" and wanted.names:
            self._owners.forget(str(wanted.names.get("name", "")))
        return answer

    async def open(self, wanted: Wanted) -> OpenedAnswer:
        """Google's answer as it comes, with what it tells of an interaction remembered. Raises a Problem."""
        found: list[tuple[OpenedAnswer, Credential]] = []

        async def question(_: Backend, asked: Attempt) -> dict[str, object]:
            owner = asked.lease.credential
            found.append((await self._google.open(owner, wanted.method, wanted.path, {}, wanted.body), owner))
            return {}

        with ExitStack() as until_it_is_open:
            admission = until_it_is_open.enter_context(closing(await self._admitted(wanted)))
            await self._asked(wanted, question, admission)
            until_it_is_open.pop_all()
        opened, owner = found[-1]
        return _Watched(opened, lambda event: self._learn(event, owner), admission)

    async def listed(self, client: ClientKeyId, path: str, query: str, token: str) -> dict[str, object]:
        """A page of a list: the credentials' lists one after the other, for Google shows each its own."""
        wanted = Wanted(client, "GET", path)
        with closing(await self._admitted(wanted)) as admission:
            keys = _one_a_project(self._keys(admission.group))
            return await self._page_of(keys, path, query, token) if keys else await self.ask(wanted)

    async def _page_of(self, keys: Sequence[Credential], path: str, query: str, token: str) -> dict[str, object]:
        identity, _, inner = token.partition("~")
        at = next((n for n, one in enumerate(keys) if one.id == identity), -1 if token else 0)
        if at < 0:
            raise ClientFault(say("things.page"), param="pageToken")
        page = await self._page(keys[at], path, f"{query}&pageToken={quote(inner, safe='')}" if inner else query)
        if more := page.pop("nextPageToken", None):
            return {**page, "nextPageToken": f"{keys[at].id}~{more}"}
        following = await self._next_that_has(keys[at + 1 :], path)
        if following and not page:
            return await self._page_of(keys, path, query, following)
        return {**page, "nextPageToken": following} if following else page

    async def _page(self, owner: Credential, path: str, query: str) -> dict[str, object]:
        answer = await self._google.ask(owner, "GET", f"{path}?{query}")
        self._learn(answer, owner)
        return answer

    async def _next_that_has(self, keys: Sequence[Credential], path: str) -> str:
        """The token for the next list that is not empty: SDKs stumble over a page without anything."""
        for one in keys:
            if await self._page(one, path, "pageSize=1"):
                return f"{one.id}~"
        return ""

    async def begin_upload(
        self, path: str, headers: Mapping[str, str], content: bytes, client: ClientKeyId
    ) -> tuple[str, Mapping[str, str]]:
        """(a ticket for the rest of the upload, Google's headers). Files of one client go to one credential."""
        wanted = Wanted(client, "POST", path, affinity=f"files of {client or 'all'}")
        found: list[tuple[OpenedAnswer, Credential]] = []

        async def question(_: Backend, asked: Attempt) -> dict[str, object]:
            owner = asked.lease.credential
            found.append((await self._google.open(owner, "POST", path, headers, content), owner))
            return {}

        with closing(await self._admitted(wanted)) as admission:
            await self._asked(wanted, question, admission)
        opened, owner = found[-1]
        await opened.aclose()
        ticket = secrets.token_urlsafe(24)
        self._uploads[ticket] = Upload(owner, opened.headers.get("x-goog-upload-url", ""), client)
        if len(self._uploads) > MOST_UPLOADS:
            del self._uploads[next(iter(self._uploads))]
        return ticket, opened.headers

    def upload(self, ticket: str) -> Upload | None:
        """Of a ticket that was given out."""
        return self._uploads.get(ticket)

    async def go_on(
        self, ticket: str, headers: Mapping[str, str], content: AsyncIterable[bytes]
    ) -> tuple[Mapping[str, str], dict[str, object]]:
        """The next bytes of an upload, to whom it began with. Raises a Problem, and KeyError for no such ticket."""
        upload = self._uploads[ticket]

        async def sent() -> tuple[Mapping[str, str], dict[str, object]]:
            opened = await self._google.open(upload.credential, "POST", upload.address, headers, content)
            return opened.headers, await opened.json()

        with closing(await self._gate.admit(upload.client, "", counted=False)) as admission:
            told, answer = await unless_shut(admission, sent)
        self._learn(answer, upload.credential)
        if told.get("x-goog-upload-status") != "active":
            self._uploads.pop(ticket, None)  # who sends the end twice has taken it away before
        return told, answer

    async def _admitted(self, wanted: Wanted) -> Admission:
        admission = await self._gate.admit(wanted.client, wanted.model, counted=wanted.counted, tokens=lambda: UNSAID)
        admission.keeps = True
        return admission

    async def _asked(self, wanted: Wanted, question: Question, admission: Admission) -> dict[str, object]:
        """Without any key of the Gemini API there is nowhere to keep a thing."""
        try:
            return await self._ask(_call(wanted), question, admission, counted=wanted.counted)
        except NoCredential as none:
            if self._keys(admission.group) or none.retry_after_s is not None:
                raise
            raise ClientFault(say("things.needs_key"), status=501, way_out=say("things.add_key")) from none

    def _keys(self, group: Group) -> list[Credential]:
        """Those of the group that have things, in their order."""
        return [one for one in self._usable() if one.backend == BACKEND and (group is None or one.id in group)]

    def _learn(self, answer: Mapping[str, object], owner: Credential) -> None:
        now = self._clock.now()
        for name, until in made(answer, now):
            self._owners.learn(name, owner.id, until)
        if name := interaction_of(answer):
            self._owners.learn(name, owner.id, now + KEPT_S[INTERACTIONS])


class _Watched:
    """An answer whose events are looked at until one tells which interaction it is. It ends with its client's key."""

    def __init__(
        self, opened: OpenedAnswer, learn: Callable[[Mapping[str, object]], None], admission: Admission
    ) -> None:
        self._opened = opened
        self._admission = admission
        self._learn = learn
        self.headers = opened.headers

    async def reads(self) -> AsyncGenerator[bytes, None]:
        events, seen = self._opened.events(), 0
        async with aclosing(self._opened.reads()) as reads:
            while (received := await unless_shut(self._admission, lambda: anext(reads, None))) is not None:
                if seen < ENOUGH:
                    seen += len(received)
                    for event in events.feed(received):
                        self._learn(event)
                yield received

    def events(self) -> Events:
        return self._opened.events()

    async def json(self) -> dict[str, object]:
        answer = await self._opened.json()
        self._learn(answer)
        return answer

    async def aclose(self) -> None:
        self._admission.close()
        await self._opened.aclose()


def _call(wanted: Wanted) -> Call:
    return Call(
        dialect="gemini",
        model=wanted.model,
        requested=wanted.model,
        stream=False,
        request=cast(GenerateRequest, wanted.names or {}),
        affinity=wanted.affinity,
        backends=frozenset({BACKEND}),
    )


def _one_a_project(keys: Sequence[Credential]) -> list[Credential]:
    """Google keeps things for a project: its keys see the same."""
    found: dict[str, Credential] = {}
    for one in keys:
        found.setdefault(one.project or one.id, one)
    return list(found.values())
