"""A whole text without borders, for the terminal's own selection. Any key comes back.

Our driver leaves the panel's screen for it, so that all of it stands in the terminal and its scrollback. Other drivers
(Windows, tests) cannot: there it is shown inside the panel and scrolls, and the hint says so.
"""

from typing import Protocol, runtime_checkable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from gcli2api_tui.tui.paint.cells import clean
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.modal import Modal

SCROLLS = ("up", "down", "pageup", "pagedown", "home", "end")


@runtime_checkable
class Leaves(Protocol):
    """A driver that can leave the panel's screen (tui/driver.py)."""

    def show_bare(self, text: str) -> None: ...

    def end_bare(self) -> None: ...


class PlainText(Modal[None]):
    def __init__(self, look: Look, text: str) -> None:
        super().__init__(look)
        self._text = clean(text)
        self._left: Leaves | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(Text(self._text, overflow="fold"), id="plain-text")
        yield Static(Text(self.look.words("plain.inside")), classes="note")

    def on_mount(self) -> None:
        driver: object = self.app._driver  # Textual has no public name for it
        if isinstance(driver, Leaves):
            self._left = driver
            driver.show_bare(f"{self._text}\n\n{self.look.words('plain.hint')}\n")
        else:
            self.query_one(VerticalScroll).focus()

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
