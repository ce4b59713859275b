"""The questions that were asked from here (Play, a resend, a first test call), and the verbs that ask them.

In: AskRequests, or the id of an exchange. Out: `AskedRow`s, and text from any offset on, for whoever looks. Bounded in
number and in bytes; an ask that is forgotten while it runs goes on until it ends. Whatever comes, each ends in a state
with a sentence.
"""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.answer_events import Heard
from gcli2api_tui.control.chat_client import Began, NotHeard, listen, open_client
from gcli2api_tui.control.question import AskedRow, AskedState, AskRequest, is_object, model_of
from gcli2api_tui.control.question_from_request import on_model, sent_again
from gcli2api_tui.control.server_certificate import trusting
from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.events.ids import ANY, AskId
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.exchange_rows import Page
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.ports import Transcript
from gcli2api_tui.ledger.transcripts import TranscriptRing
from gcli2api_tui.messages.message import Message, quoted, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    import httpx

KEPT, KEPT_BYTES = 60, 16_000_000


@dataclass(frozen=True, slots=True)
class AskKeys:
    """What is sent as the key: the tools' own, and, where a credential is chosen, the token of this run."""

    client: Secret
    process: Secret


@dataclass(slots=True)
class _Asked:
    row: AskedRow
    transcript: Transcript
    task: "asyncio.Task[None] | None" = None


class Asks:
    """One for each runtime. `moved` hears that something reads differently now; `certificate` is the server's."""

    def __init__(
        self,
        url: str,
        keys: AskKeys,
        clock: Clock,
        moved: Callable[[], None],
        certificate: Callable[[], str] = lambda: "",
    ) -> None:
        self._url = url
        self._certificate = certificate
        self._trusted: ssl.SSLContext | None = None
        self._keys = keys
        self._clock = clock
        self._moved = moved
        self._client: httpx.AsyncClient | None = None
        self._asked: dict[AskId, _Asked] = {}
        self._texts = TranscriptRing(KEPT, KEPT_BYTES, clock)
        self._numbers = 0
        self._closing = False

    def ask(self, request: AskRequest, model: str) -> AskId:
        """Begins at once; `model` is what it is called by."""
        self._numbers += 1
        number = AskId(self._numbers)
        row = AskedRow(number, request.dialect, model, request.credential, self._clock.now())
        asked = self._asked[number] = _Asked(row, self._texts.open(_place(number)))
        asked.task = spawn(f"ask {number}", self._run(asked, request))
        self._forget_oldest()
        return number

    def row(self, ask: AskId) -> AskedRow | None:
        asked = self._asked.get(ask)
        return asked.row if asked else None

    def rows(self) -> tuple[AskedRow, ...]:
        """Oldest first."""
        return tuple(asked.row for asked in self._asked.values())

    def text(self, ask: AskId, from_offset: int = 0) -> Page:
        return self._texts.page(_place(ask), from_offset)

    def stop(self, ask: AskId) -> bool:
        """Leave, as a client does that closes its connection. False where it has ended."""
        asked = self._asked.get(ask)
        if asked is None or asked.task is None or asked.row.ended:
            return False
        self._end(asked, "stopped", say("asking.stopped"))
        asked.task.cancel()
        return True

    async def ended(self, ask: AskId) -> AskedRow | None:
        """The row, when it is over."""
        asked = self._asked.get(ask)
        if asked is None:
            return None
        if asked.task is not None:
            await asyncio.wait({asked.task})
        return asked.row

    async def close(self) -> None:
        """The server ends: so does whatever is asked of it."""
        self._closing = True
        running = [asked for asked in self._asked.values() if asked.task is not None and not asked.row.ended]
        for asked in running:
            self._end(asked, "failed", say("asking.closing"))
            if asked.task is not None:
                asked.task.cancel()
        if running:
            await asyncio.wait({asked.task for asked in running if asked.task is not None})
        if self._client is not None:
            await self._client.aclose()

    async def _run(self, asked: _Asked, request: AskRequest) -> None:
        client = await self._current_client()
        key = self._keys.process if request.credential else self._keys.client
        try:
            async with aclosing(listen(client, request, key)) as answer:
                async for one in answer:
                    self._take(asked, one)
            self._finish(asked)
        except NotHeard as problem:
            self._end(asked, "failed", say("asking.closing") if self._closing else problem.message)

    async def _current_client(self) -> "httpx.AsyncClient":
        """Another one where the certificate has changed; what runs goes on with the one before."""
        trusted = trusting(self._certificate())
        if self._client is None or trusted is not self._trusted:
            opened = await asyncio.to_thread(open_client, self._url, trusted)
            if self._client is not None and trusted is self._trusted:  # of two that were first one is used
                await opened.aclose()
            else:
                self._client, self._trusted = opened, trusted
        return self._client

    def _take(self, asked: _Asked, one: Began | Heard) -> None:
        if isinstance(one, Began):
            asked.row = replace(
                asked.row, status=one.status, exchange=one.exchange, answered_by=one.answered_by, state="answering"
            )
        else:
            self._hear(asked, one)
        self._moved()

    def _hear(self, asked: _Asked, one: Heard) -> None:
        now = self._clock.now()
        if one.thought:
            asked.transcript.add("thought", one.thought)
        if one.text:
            asked.transcript.add("answer", one.text)
        if one.call:
            asked.transcript.add("call", one.call)
        row = asked.row
        asked.row = replace(
            row,
            first_at=row.first_at if row.first_at is not None or not one.says else now,
            characters=row.characters + len(one.text) + len(one.thought) + len(one.call),
            usage=one.usage or row.usage,
            finish=one.finish or row.finish,
            error=quoted(one.error) if one.error else row.error,
            whole=row.whole or one.ends,
        )

    def _finish(self, asked: _Asked) -> None:
        row = asked.row
        if row.error or row.status != HTTPStatus.OK:
            self._end(asked, "failed", row.error or say("asking.status", status=row.status))
        elif not row.whole:
            self._end(asked, "failed", say("asking.not_whole"))
        else:
            self._end(asked, "done")

    def _end(self, asked: _Asked, state: AskedState, error: Message | None = None) -> None:
        if not asked.row.ended:
            asked.row = replace(
                asked.row,
                state=state,
                ended_at=self._clock.now(),
                error=error if error is not None else asked.row.error,
            )
            self._moved()

    def _forget_oldest(self) -> None:
        while len(self._asked) > KEPT:
            gone = next((key for key, one in self._asked.items() if one.row.ended), next(iter(self._asked)))
            del self._asked[gone]


def _place(ask: AskId) -> ExchangeId:
    """The ring of texts knows numbers alone; these are of its own ring."""
    return ExchangeId(ask)


class AskingVerbs:
    """A part of LocalControl."""

    __slots__ = ()
    asks: Asks
    ledger: Ledger

    def asked(self, ask: AskId) -> AskedRow | None:
        return self.asks.row(ask)

    def asked_text(self, ask: AskId, from_offset: int = 0) -> Page:
        return self.asks.text(ask, from_offset)

    async def request_of(self, exchange: ExchangeId) -> AskRequest | Refused:
        row = next((row for row in self.ledger.snapshot().exchanges if row.id == exchange), None)
        sent = self.ledger.transcripts.wire(exchange).sent
        if row is None or sent.cut or not is_object(sent.body.encode("utf-8", "replace")[:1000]):
            return Refused(say("asking.no_body", number=exchange), say("asking.keep_bodies"))
        return sent_again(sent, row.dialect)

    async def ask(self, request: AskRequest) -> AskId | Refused:
        if not is_object(request.body):
            return Refused(say("asking.no_object"))
        return self.asks.ask(request, model_of(request))

    async def resend(self, exchange: ExchangeId, credential: CredentialId = ANY, model: str = "") -> AskId | Refused:
        request = await self.request_of(exchange)
        if isinstance(request, Refused):
            return request
        return await self.ask(await asyncio.to_thread(changed, request, credential, model))

    async def stop_asking(self, ask: AskId) -> Answer:
        return Done(say("control.stopped")) if self.asks.stop(ask) else Refused(say("asking.is_over"))


def changed(request: AskRequest, credential: CredentialId, model: str) -> AskRequest:
    """The same body on another credential, or for another model; a large one is worth a thread."""
    chosen = AskRequest(request.dialect, request.path, request.body, credential)
    return on_model(chosen, model) if model else chosen
