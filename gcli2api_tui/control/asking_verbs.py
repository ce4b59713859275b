"""Asking our own endpoint, as verbs of the control that serves: what Play, a resend and a first test call use.

In: an AskRequest, or an id. Out: the id of what was begun, or a refusal in words. The answer is read elsewhere.
"""

import asyncio

from gcli2api_tui.control.ports import Answer, Done, Refused
from gcli2api_tui.control.question import ANY, AskRequest, is_object, model_of
from gcli2api_tui.control.question_from_request import on_model, sent_again
from gcli2api_tui.control.question_result import AskedRow, AskId
from gcli2api_tui.control.questions_asked import Asks
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.ledger.exchange_rows import Page
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.messages.message import say


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
