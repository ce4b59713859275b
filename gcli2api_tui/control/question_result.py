"""What came of a question, as the panel reads it: one frozen row, which changes until it has ended.

Times are seconds since the epoch. The text is read beside it, as that of an exchange is.
"""

from typing import Literal, NewType

from gcli2api_tui.events.ids import CredentialId, ExchangeId, Usage
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

AskId = NewType("AskId", int)
"""Counts the questions of one run, from 1."""

AskedState = Literal["waiting", "answering", "done", "failed", "stopped"]
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class AskedRow:
    """As the client saw it: the server's own row of the exchange may tell more."""

    id: AskId
    dialect: str
    model: str
    credential: CredentialId
    """The only one that was to be asked; "" for any."""
    asked_at: float
    state: AskedState = "waiting"
    status: int = 0
    """0 until the server answered."""
    exchange: ExchangeId | None = None
    """Its number in the ledger, as soon as the server has told it."""
    answered_by: str = ""
    first_at: float | None = None
    ended_at: float | None = None
    characters: int = 0
    usage: Usage | None = None
    finish: str = ""
    error: Message = NOTHING
    whole: bool = False
    """The dialect's own end was heard."""

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    @property
    def tokens(self) -> int:
        """Of the answer, with its thoughts; a guess while nobody has counted them."""
        if self.usage is not None:
            return self.usage.output + self.usage.thoughts
        return self.characters // CHARACTERS_PER_TOKEN
