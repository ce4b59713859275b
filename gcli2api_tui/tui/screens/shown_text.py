"""A text shown alone, to be taken elsewhere: plain for the terminal's selection, as a QR code for a phone, a new key.

For a plain text our driver leaves the panel's screen, so that all of it stands in the terminal and its scrollback.
Other drivers (Windows, tests) cannot: there it is shown inside the panel and scrolls, and the hint says so. It is
wrapped beside the loop: a prompt can be megabytes long. Any key comes back, but from a new key, which is shown once.
"""

import asyncio
from typing import ClassVar, Protocol, runtime_checkable
from urllib.parse import urlsplit

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from gcli2api_tui.ledger.admin_rows import NewClientKey
from gcli2api_tui.tui.app_messages import Copy
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import qr
from gcli2api_tui.tui.paint.cells import Line, clean, plain, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.lines_view import LinesView

SCROLLS = ("up", "down", "pageup", "pagedown", "home", "end")
BLACK_ON_WHITE = "#000000 on #ffffff"


@runtime_checkable
class Leaves(Protocol):
    """A driver that can leave the panel's screen (tui/terminal_io/driver.py)."""

    def show_bare(self, text: str) -> None: ...

    def end_bare(self) -> None: ...


class PlainText(Modal[None]):
    def __init__(self, look: Look, text: str) -> None:
        super().__init__(look)
        self._text = clean(text)
        self._left: Leaves | None = None

    def compose(self) -> ComposeResult:
        yield LinesView(self.look)
        yield Static(self.look.words("plain.inside"), classes="note", markup=False)

    def on_mount(self) -> None:
        driver: object = self.app._driver  # Textual has no public name for it
        if isinstance(driver, Leaves):
            self._left = driver
            driver.show_bare(f"{self._text}\n\n{self.look.words('plain.hint')}\n")

    async def on_resize(self) -> None:
        if self._left is None:
            view = self.query_one(LinesView)
            view.set_lines(await asyncio.to_thread(_wrapped, self._text, self.size.width - 1))
            view.focus()

    def on_key(self, event: events.Key) -> None:
        if self._left is None and event.key in SCROLLS:
            return
        event.stop()
        self._leave()

    def on_click(self) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._left is not None:
            self._left.end_bare()
        self.dismiss(None)


def _wrapped(text: str, width: int) -> list[Line]:
    return [((line, "plain"),) for paragraph in text.split("\n") for line in wrap(paragraph, max(2, width))]


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


class NewKey(Modal[None]):
    """Shown this once. Letters do what they say; only `esc` closes it, so that no key meant for something else does."""

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
