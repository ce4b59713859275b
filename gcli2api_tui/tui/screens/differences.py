"""How two texts differ, as one long text with signs, that scrolls: two answers, two requests, or a client's own file.

In: the difference, worked out elsewhere, keys masked. Each line is wrapped whole: on a phone what it ends with is not
lost. Out: of a file's change whether it may be: y writes, everything else does not.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from gcli2api_tui.control.verb_results import Difference
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, Tone, clean, fit_line, wrap, wrap_runs
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.text_difference import Changes
from gcli2api_tui.tui.widgets.line_widgets import LineWidget
from gcli2api_tui.tui.widgets.lines_view import LinesView

TONES: dict[str, Tone] = {"+": "ok", "-": "bad", "@": "dim"}


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


class DifferenceLines(LinesView):
    """Wrapped: on a phone what a line ends with is not lost."""

    told: tuple[str, ...] = ()

    def wrap_again(self) -> None:
        width = self.inside.width
        self.set_lines([((piece, _tone(line)),) for line in self.told for piece in wrap(clean(line), width)])


class Question(LineWidget):
    text = ""

    def lines(self, width: int, height: int) -> list[Line]:
        return [fit_line(((f" {self.text}   ", "bold"), (self.look.words("confirm.keys"), "dim")), width)]


def _tone(line: str) -> Tone:
    return "bold" if line.startswith(("+++", "---")) else TONES.get(line[:1], "plain")
