"""What happens to the terminal, as messages: apart from the driver, which Windows cannot import."""

from textual.message import Message


class TerminalLost(Message):
    """Nobody sees the screen any more."""


class TerminalBehind(Message):
    """The terminal reads again after it did not for `seconds`; frames were dropped, and all is painted anew."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
