"""The Options tab: every setting with its value and where it comes from."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.panes.pane import Pane


class Options(Pane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("options")

    def compose(self) -> ComposeResult:
        yield LinesView(self.look, classes="framed")

    def first(self) -> Widget:
        return self.query_one(LinesView)

    def again(self) -> None:
        view = self.query_one(LinesView)
        view.caption = self.look.words("tab.options")
        view.set_lines([])
