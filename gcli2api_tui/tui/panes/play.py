"""The Play tab: asks the server a question as any client would."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.panes.pane import Pane


class Play(Pane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("play")

    def compose(self) -> ComposeResult:
        yield LinesView(self.look, classes="framed")

    def first(self) -> Widget:
        return self.query_one(LinesView)

    def again(self) -> None:
        view = self.query_one(LinesView)
        view.caption = self.look.words("tab.play")
        view.set_lines([])
