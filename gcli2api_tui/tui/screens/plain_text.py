"""A whole text without borders, for the terminal's own selection. Any key comes back.

Our driver leaves the panel's screen for it, so that all of it stands in the terminal and its scrollback. Other drivers
(Windows, tests) cannot: there it is shown inside the panel and scrolls, and the hint says so. It is wrapped beside
the loop: a prompt can be megabytes long.
"""

import asyncio
from typing import Protocol, runtime_checkable

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.paint.cells import Line, clean, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.lines_view import LinesView

SCROLLS = ("up", "down", "pageup", "pagedown", "home", "end")


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
