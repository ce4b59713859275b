"""What would change in a client's own file, and whether it may: y writes, everything else does not.

In: the difference, keys masked. Out: True for y.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from gcli2api_tui.control.ports import Difference
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.line_widget import LineWidget
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.paint.cells import Line, Tone, clean, fit_line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.wrap import wrap
from gcli2api_tui.tui.screens.modal import Modal

TONES: dict[str, Tone] = {"+": "ok", "-": "bad", "@": "dim"}


class DifferenceLines(LinesView):
    """Wrapped: on a phone what a line ends with is not lost."""

    told: tuple[str, ...] = ()

    def wrap_again(self) -> None:
        width = self.inside.width
        self.set_lines([((piece, _tone(line)),) for line in self.told for piece in wrap(clean(line), width)])


def _tone(line: str) -> Tone:
    return "bold" if line.startswith(("+++", "---")) else TONES.get(line[:1], "plain")


class Question(LineWidget):
    text = ""

    def lines(self, width: int, height: int) -> list[Line]:
        return [fit_line(((f" {self.text}   ", "bold"), (self.look.words("confirm.keys"), "dim")), width)]


class DifferenceScreen(Modal[bool]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("difference")

    def __init__(self, look: Look, difference: Difference) -> None:
        super().__init__(look)
        self._difference = difference

    def compose(self) -> ComposeResult:
        with Container(classes="models"):
            lines = DifferenceLines(self.look, id="difference", classes="framed")
            lines.told = self._difference.lines
            yield lines
            question = Question(self.look, id="difference-question")
            key = "difference.undo" if self._difference.undo else "difference.write"
            question.text = self.look.words(key, client=self._difference.name)
            yield question

    def on_mount(self) -> None:
        lines = self.query_one(DifferenceLines)
        lines.caption = self.look.words("title.difference", client=self._difference.name)
        lines.focus()
        self.call_after_refresh(lines.wrap_again)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
