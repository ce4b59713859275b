"""How to leave: keep serving, stop, or back."""

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.modal import Modal


class QuitMenu(Modal[str]):
    """1 keep serving, 2 stop, 3 back. Enter is the harmless one. The result is why the panel ends, or empty.

    `attached`: the server is another process, which serves on anyway; without `stops` it cannot be stopped from here.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("quit")

    def __init__(self, look: Look, live: int, *, attached: bool = False, stops: bool = True) -> None:
        super().__init__(look)
        self._live, self._attached, self._stops = live, attached, stops

    def compose(self) -> ComposeResult:
        words = self.look.words
        with Container(classes="box"):
            yield Static(Text(words("quit.title_attached" if self._attached else "quit.title"), style="bold"))
            for number, name in enumerate(("keep", "stop", "back"), 1):
                if name != "stop" or self._stops:
                    yield Static(Text(f" {number}  {self._said(name)}"), classes="choice", id=f"quit-{name}")
            if self._attached:
                yield Static(Text(words("quit.serves_on"), style="dim"))
            if self._live and self._stops:
                yield Static(Text(words("quit.live", n=self._live), style="dim"))

    def _said(self, name: str) -> str:
        return self.look.words("quit.leave" if name == "keep" and self._attached else f"quit.{name}")

    def on_click(self, event: events.Click) -> None:
        chosen = {"quit-keep": "keep-serving", "quit-stop": "stop", "quit-back": ""}
        if event.widget is not None and event.widget.id in chosen:
            self.dismiss(chosen[event.widget.id])

    def action_answer(self, outcome: str) -> None:
        self.dismiss(outcome)
