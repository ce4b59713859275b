"""How two answers, or two requests, differ: one long text with signs, that scrolls. Esc goes back.

In: the difference, worked out elsewhere. Each line is wrapped whole, its runs with it.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.text_difference import Changes
from gcli2api_tui.tui.paint.wrap import wrap_runs
from gcli2api_tui.tui.screens.modal import Modal


class DifferenceView(LinesView):
    found = Changes(())

    def wrap_again(self) -> None:
        width = max(10, self.inside.width - 1)
        lines: list[Line] = [part for line in self.found.lines for part in wrap_runs(line, width)]
        self.set_lines(lines)

    def stands(self) -> str:
        told = self.look.words("diff.stands", added=self.found.added, removed=self.found.removed)
        return "  ".join(part for part in (told, super().stands()) if part)


class Differences(Modal[None]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("changes")

    def __init__(self, look: Look, title: str, found: Changes) -> None:
        super().__init__(look)
        self._title, self._found = title, found

    def compose(self) -> ComposeResult:
        with Container(classes="differences"):
            view = DifferenceView(self.look, classes="framed")
            view.caption, view.found = self._title, self._found
            yield view
            yield Static(self.look.words("diff.keys"), classes="note", markup=False)

    def on_mount(self) -> None:
        self.query_one(DifferenceView).focus()

    def action_close(self) -> None:
        self.dismiss(None)
