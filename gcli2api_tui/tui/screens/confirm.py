"""A question that is answered with yes or no."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.modal import Modal


class Confirm(Modal[bool]):
    """One line in place of the key bar, so that the row in question stays in sight. Enter and Esc mean no."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("confirm")

    def __init__(self, look: Look, question: str) -> None:
        super().__init__(look)
        self._question = question

    def compose(self) -> ComposeResult:
        line = f" {self._question}   {self.look.words('confirm.keys')}"
        with Container(classes="bar"):
            yield Static(Text(line, no_wrap=True, overflow="ellipsis"))

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
