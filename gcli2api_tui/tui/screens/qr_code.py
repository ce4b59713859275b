"""A text as a QR code, for a phone: address and key for a chat app, or a sign-in's link. Any key comes back."""

from urllib.parse import urlsplit

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from gcli2api_tui import qr
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.modal import Modal

BLACK_ON_WHITE = "#000000 on #ffffff"


class QrCode(Modal[None]):
    """As much as a phone's screen holds is shown; where the code does not fit the words say so instead."""

    def __init__(self, look: Look, text: str, note: str) -> None:
        super().__init__(look)
        self._code = qr.half_blocks(text)
        self._note = note

    @classmethod
    def of_connection(cls, look: Look, url: str, key: str) -> "QrCode":
        """Where only this device reaches the address, that is said."""
        alone = (urlsplit(url).hostname or "") in ("127.0.0.1", "localhost", "::1")
        return cls(look, qr.connection(url, key), look.words("qr.alone" if alone else "qr.hint"))

    def compose(self) -> ComposeResult:
        with Container(classes="code"):
            yield Static("", id="qr", markup=False)
            yield Static(Text(self._note), classes="note")

    def on_resize(self, event: events.Resize) -> None:
        wide, tall = len(self._code[0]), len(self._code)
        fits = event.size.width >= wide and event.size.height > tall
        text = Text("\n".join(self._code), style=BLACK_ON_WHITE, no_wrap=True)
        small = Text(self.look.words("qr.small", width=wide, height=tall + 1))
        self.query_one("#qr", Static).update(text if fits else small)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(None)

    def on_click(self) -> None:
        self.dismiss(None)
