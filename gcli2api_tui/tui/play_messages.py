"""What the Play tab asks for beside a question: an answer stopped, two compared. Messages to whoever holds the tab."""

from textual.message import Message

from gcli2api_tui.control.question import AskId
from gcli2api_tui.tui.play_side import Spoken


class StopAsking(Message):
    """A person wants this answer stopped."""

    def __init__(self, ask: AskId) -> None:
        super().__init__()
        self.ask = ask


class CompareAnswers(Message):
    """Two prompts with their answers."""

    def __init__(self, one: Spoken, other: Spoken) -> None:
        super().__init__()
        self.one, self.other = one, other
