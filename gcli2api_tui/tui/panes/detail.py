"""One exchange in depth: its head, the parts (answer, prompt, hops), and the text of the chosen part."""

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container

from gcli2api_tui.ledger.records import ExchangeRow
from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.exchange import head_lines
from gcli2api_tui.tui.painted import Choices, Painted
from gcli2api_tui.tui.transcript_view import Part, TranscriptView

PARTS: tuple[Part, ...] = ("answer", "prompt", "hops")


class Head(Painted):
    row: ExchangeRow | None = None

    def lines(self, width: int, height: int) -> list[Line]:
        return list(head_lines(self.row, width, self.look)) if self.row is not None else []


class ExchangeDetail(Container):
    """`show(row)` with None shows nothing."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("tab", "part(1)", "pane.part"),
        key("shift+tab", "part(-1)", "pane.part_back"),
    ]

    def compose(self) -> ComposeResult:
        yield Head(classes="head")
        yield Choices(PARTS, "part", id="parts")
        yield TranscriptView()

    def show(self, row: ExchangeRow | None) -> None:
        head = self.query_one(Head)
        head.row = row
        head.repaint()
        self.query_one(Choices).repaint()
        self.query_one(TranscriptView).show(row)

    def action_part(self, by: int) -> None:
        choices = self.query_one(Choices)
        self.choose(PARTS[(PARTS.index(cast(Part, choices.current)) + by) % len(PARTS)])

    def choose(self, part: Part) -> None:
        self.query_one(Choices).current = part
        self.query_one(TranscriptView).choose(part)

    @on(Choices.Tapped)
    def tapped(self, event: Choices.Tapped) -> None:
        event.stop()
        self.choose(cast(Part, event.name))
