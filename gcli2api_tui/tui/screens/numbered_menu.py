"""A small menu over whatever is shown: a number, a tap, or arrows and enter choose.

In: a title and (name, text) pairs, nine at most. Out: the name, or "" when nothing was chosen.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.modal import Modal

Entry = tuple[str, str]


class NumberedMenu(Modal[str]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("menu")

    def __init__(self, look: Look, title: str, entries: Sequence[Entry]) -> None:
        super().__init__(look)
        self._title = title
        self._entries = tuple(entries)[:9]
        self._at = 0

    def compose(self) -> ComposeResult:
        with Container(classes="box"):
            yield Static(Text(plain(self._title), style="bold", no_wrap=True, overflow="ellipsis"))
            for number in range(len(self._entries)):
                yield Static(classes="choice", id=f"entry-{number}")
            yield Static(Text(self.look.words("menu.hint"), no_wrap=True, overflow="ellipsis"), classes="note")

    def on_mount(self) -> None:
        self._paint()

    def _paint(self) -> None:
        for number, (_, text) in enumerate(self._entries):
            sign = ">" if number == self._at else " "
            line = Text(f"{sign}{number + 1}  {plain(text)}", no_wrap=True, overflow="ellipsis")
            line.stylize("bold" if number == self._at else "")
            self.query_one(f"#entry-{number}", Static).update(line)

    def on_click(self, event: events.Click) -> None:
        name = event.widget.id if event.widget is not None else None
        if name and name.startswith("entry-"):
            self.action_pick(int(name.removeprefix("entry-")) + 1)

    def action_pick(self, number: int) -> None:
        if 0 < number <= len(self._entries):
            self.dismiss(self._entries[number - 1][0])

    def action_move(self, by: int) -> None:
        self._at = (self._at + by) % len(self._entries)
        self._paint()

    def action_enter(self) -> None:
        self.action_pick(self._at + 1)

    def action_close(self) -> None:
        self.dismiss("")
