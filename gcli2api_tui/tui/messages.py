"""What panes and screens want of the app they are in: plain facts that go up, handled by whoever mounts them.

A widget of ours knows no app. What it wants alone is a message of its own class; what several want stands here.
"""

from collections.abc import Callable
from typing import Literal

from textual.message import Message

from gcli2api_tui.events.ids import CredentialId, ExchangeId
from gcli2api_tui.tui.paint.cells import Tone


class Say(Message):
    """A sentence for the message row."""

    def __init__(self, sentence: str, tone: Tone = "dim") -> None:
        super().__init__()
        self.sentence, self.tone = sentence, tone


class Copy(Message):
    """A text for the clipboard, a secret perhaps. `what` it is: a key of the words.

    `told` hears how that went, where the message row is out of sight.
    """

    def __init__(self, what: str, text: str, told: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self.what, self.text, self.told = what, text, told


class OpenTab(Message):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class OpenCredential(Message):
    """Look into this one, in the tab of the credentials."""

    def __init__(self, credential: CredentialId) -> None:
        super().__init__()
        self.credential = credential


class AddBy(Message):
    """A new credential by this way, without the list of the ways."""

    def __init__(self, way: Literal["key", "login"]) -> None:
        super().__init__()
        self.way: Literal["key", "login"] = way


class OpenExchange(Message):
    """Look into this one, in the tab of the requests."""

    def __init__(self, exchange: ExchangeId) -> None:
        super().__init__()
        self.exchange = exchange


class KeepFilter(Message):
    """This filter of requests kept as a chip, or no longer."""

    def __init__(self, text: str, *, kept: bool) -> None:
        super().__init__()
        self.text, self.kept = text, kept
