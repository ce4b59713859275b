"""Asking our own endpoint, as verbs of the control that serves: what Play, a resend and a first test call use.

In: an AskRequest, or an id. Out: the id of what was begun, or a refusal in words. The answer is read elsewhere.
"""

from gcli2api_tui.control.asked import AskedRow, AskId
from gcli2api_tui.control.asks import Asks
from gcli2api_tui.control.ports import Answer, Done, Refused
from gcli2api_tui.control.question import AskRequest, is_object, model_of
from gcli2api_tui.ledger.records import Page
from gcli2api_tui.messages.message import say


class AskingVerbs:
    """A part of LocalControl."""

    __slots__ = ()
    asks: Asks

    def asked(self, ask: AskId) -> AskedRow | None:
        return self.asks.row(ask)

    def asked_text(self, ask: AskId, from_offset: int = 0) -> Page:
        return self.asks.text(ask, from_offset)

    async def ask(self, request: AskRequest) -> AskId | Refused:
        if not is_object(request.body):
            return Refused(say("asking.no_object"))
        return self.asks.ask(request, model_of(request))

    async def stop_asking(self, ask: AskId) -> Answer:
        return Done(say("control.stopped")) if self.asks.stop(ask) else Refused(say("asking.is_over"))
