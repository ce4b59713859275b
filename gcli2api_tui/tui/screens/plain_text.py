"""A whole text without borders, for the terminal's own selection. Any key comes back.

Our driver leaves the panel's screen for it, so that all of it stands in the terminal and its scrollback. Other drivers
(Windows, tests) cannot: there it is shown inside the panel and scrolls, and the hint says so.
"""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from gcli2api_tui.tui.paint.cells import clean
from gcli2api_tui.tui.words import Words

SCROLLS = ("up", "down", "pageup", "pagedown", "home", "end")


class PlainText(ModalScreen[None]):
    BINDINGS: ClassVar[list[Binding]] = []  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = clean(text)
        self._come_back: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        words: Words = self.app.words  # type: ignore[attr-defined]
        with VerticalScroll():
            yield Static(Text(self._text, overflow="fold"), id="plain-text")
        yield Static(Text(words("plain.inside")), classes="note")

    def on_mount(self) -> None:
        driver = self.app._driver  # Textual has no public name for it
        self._come_back = getattr(driver, "end_bare", None)
        if self._come_back is None:
            self.query_one(VerticalScroll).focus()
            return
        words: Words = self.app.words  # type: ignore[attr-defined]
        driver.show_bare(f"{self._text}\n\n{words('plain.hint')}\n")  # type: ignore[union-attr]

    def on_key(self, event: events.Key) -> None:
        if self._come_back is None and event.key in SCROLLS:
            return
        event.stop()
        self._leave()

    def on_click(self) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._come_back is not None:
            self._come_back()
        self.dismiss(None)
