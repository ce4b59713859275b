"""One exchange in depth: its head, the parts (answer, prompt, hops), and the text of the chosen part.

In: `show(row, at)` says which, and when; `pinned` that a person opened it, so that its head leads to its neighbours.
Out: `Head.Neighbour`.
"""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from gcli2api_tui.ledger.records import ExchangeRow
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.line_widgets import Choices, LineWidget
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.exchange import head_lines, neighbour_at
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.transcript_view import Part, Reads, TranscriptView

PARTS: tuple[Part, ...] = ("answer", "prompt", "hops")


class Head(LineWidget):
    row: ExchangeRow | None = None
    pinned = False
    newer = 0

    class Neighbour(Message):
        """A tap on ‹ or ›: the exchange before (-1) or after (1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def show(self, row: ExchangeRow | None, at: float, *, pinned: bool, newer: int) -> None:
        self.row, self.look, self.pinned, self.newer = row, self.look.at(at), pinned, newer
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        if self.row is None:
            return []
        return list(head_lines(self.row, width, self.look, pinned=self.pinned, newer=self.newer))

    def on_click(self, event: events.Click) -> None:
        if self.pinned and event.y == 0 and (by := neighbour_at(event.x, self.look)):
            self.post_message(self.Neighbour(by))


class ExchangeDetail(Container):
    """`show` with None shows nothing. `read` reads texts."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("exchange")

    def __init__(self, look: Look, read: Reads, *, id: str, classes: str) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._look, self._read = look, read

    def compose(self) -> ComposeResult:
        yield Head(self._look, classes="head")
        yield Choices(PARTS, "part", self._look, id="parts")
        yield TranscriptView(self._look, self._read)

    def show(self, row: ExchangeRow | None, at: float, *, pinned: bool = False, newer: int = 0) -> None:
        self.query_one(Head).show(row, at, pinned=pinned, newer=newer)
        self.query_one(TranscriptView).show(row, at)
        self.note()

    @on(TranscriptView.Stood)
    def note(self) -> None:
        """How the text stands, at the end of the line of the parts."""
        self.query_one(Choices).note(self.query_one(TranscriptView).stands())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.query_one(Head).pinned if action == "neighbour" else True

    def action_neighbour(self, by: int) -> None:
        self.post_message(Head.Neighbour(by))

    def action_part(self, by: int) -> None:
        self.choose(PARTS[(PARTS.index(self.query_one(TranscriptView).part) + by) % len(PARTS)])

    def choose(self, part: Part) -> None:
        self.query_one(Choices).current = part
        self.query_one(TranscriptView).choose(part)

    @on(Choices.Tapped)
    def tapped(self, event: Choices.Tapped) -> None:
        event.stop()
        for part in PARTS:
            if part == event.name:
                self.choose(part)
