"""The part of `Reader` that reads texts: prompts, answers and what went over the wire, of the exchanges still kept.

In: an exchange's number. Out: frozen pages of the ledger's ring. It changes nothing.
"""

from dataclasses import dataclass

from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.records import Page
from gcli2api_tui.ledger.wire_rows import Wire


@dataclass(slots=True)
class Texts:
    """Under LocalControl."""

    ledger: Ledger

    def transcript(self, exchange: ExchangeId, from_offset: int = 0) -> Page:
        return self.ledger.transcripts.page(exchange, from_offset)

    def wire(self, exchange: ExchangeId) -> Wire:
        return self.ledger.transcripts.wire(exchange)

    def opening(self, exchange: ExchangeId) -> str:
        return self.ledger.transcripts.opening(exchange)
