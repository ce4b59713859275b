"""A terminal that hung up, as a message: apart from the driver, which Windows cannot import."""

from textual.message import Message


class TerminalLost(Message):
    """Nobody sees the screen any more."""
