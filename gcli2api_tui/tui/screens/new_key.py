"""A key that was made just now: it is shown this once, to be copied or read by a phone's camera.

In: the name, the key, the address. Out: `Copy`. Letters do what they say; only `esc` closes it, so that no key that is
meant for something else takes it away.
"""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from gcli2api_tui.ledger.admin_rows import NewClientKey
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.messages import Copy
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.modal import Modal
from gcli2api_tui.tui.screens.qr_code import QrCode


class NewKey(Modal[None]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("new_key")

    def __init__(self, look: Look, made: NewClientKey, url: str) -> None:
        super().__init__(look)
        self._made, self._url = made, url

    def compose(self) -> ComposeResult:
        words = self.look.words
        with Container(classes="box"):
            yield Static(Text(words("newkey.title", name=plain(self._made.name)), style="bold"))
            yield Static(Text(self._made.key.reveal(), overflow="fold"), id="new-key")
            yield Static(Text(words("newkey.once")), classes="note")
            yield Static(Text(words("newkey.keys")), id="new-key-told", classes="note")

    def action_copy(self) -> None:
        self.post_message(Copy("copy.new_key", self._made.key.reveal(), self._told))

    def _told(self, sentence: str) -> None:
        if self.is_attached:
            self.query_one("#new-key-told", Static).update(Text(sentence))

    def action_code(self) -> None:
        self.app.push_screen(QrCode.of_connection(self.look, self._url, self._made.key.reveal()))

    def action_close(self) -> None:
        self.dismiss(None)
