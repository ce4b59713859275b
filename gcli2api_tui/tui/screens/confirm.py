"""Small modals with a key map of their own: yes or no, how to leave."""

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Static

from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.words import Words

Outcome = str
"""`keep-serving`, `stop` or `lost`: why the panel ended."""


class Confirm(ModalScreen[bool]):
    """One line in place of the key bar, so that the row in question stays in sight. Enter and Esc mean no."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("y", "answer(True)", "confirm.yes"),
        key("n,enter,escape", "answer(False)", "confirm.no"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        words: Words = self.app.words  # type: ignore[attr-defined]
        with Container(classes="bar"):
            yield Static(Text(f" {self._question}   {words('confirm.keys')}", no_wrap=True, overflow="ellipsis"))

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


class QuitMenu(ModalScreen[str]):
    """1 keep serving, 2 stop, 3 back. Enter is the harmless one."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("1,enter", "answer('keep-serving')", "quit.keep"),
        key("2", "answer('stop')", "quit.stop"),
        key("3,escape,q", "answer('')", "quit.back"),
    ]

    def __init__(self, live: int) -> None:
        super().__init__()
        self._live = live

    def compose(self) -> ComposeResult:
        words: Words = self.app.words  # type: ignore[attr-defined]
        with Container(classes="box"):
            yield Static(Text(words("quit.title"), style="bold"))
            for number, name in enumerate(("keep", "stop", "back"), 1):
                yield Static(Text(f" {number}  {words(f'quit.{name}')}"), classes="choice", id=f"quit-{name}")
            if self._live:
                yield Static(Text(words("quit.live", n=self._live), style="dim"))

    def on_click(self, event: events.Click) -> None:
        chosen = {"quit-keep": "keep-serving", "quit-stop": "stop", "quit-back": ""}
        if event.widget is not None and event.widget.id in chosen:
            self.dismiss(chosen[event.widget.id])

    def action_answer(self, outcome: str) -> None:
        self.dismiss(outcome)
