"""One exchange in depth: a head with the rescue bar, its parts (answer, prompt, path, wire), figures at the foot.

In: `show(row, at)` says which, and when; `pinned` that a person opened it, so that its head leads to its neighbours.
Out: `Head.Neighbour`. Only the part that is seen is laid out.
"""

from collections.abc import Callable
from typing import ClassVar, Literal, cast, get_args

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.tui.app_messages import ExchangeReads
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, Steps, at_once
from gcli2api_tui.tui.paint.exchange_detail import foot_line, head_lines, neighbour_at, path_lines
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.wire import wrapped
from gcli2api_tui.tui.widgets.line_widgets import Choices, LineWidget
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.transcript_view import TranscriptView
from gcli2api_tui.tui.widgets.wire_view import WireView

Part = Literal["answer", "prompt", "path", "wire"]
PARTS: tuple[Part, ...] = get_args(Part)


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


class Foot(LineWidget):
    row: ExchangeRow | None = None

    def show(self, row: ExchangeRow | None, at: float) -> None:
        self.row, self.look = row, self.look.at(at)
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        return [foot_line(self.row, width, self.look)] if self.row is not None else []


class PathView(LinesView):
    """All attempts; read again each time, because spans count up."""

    row: ExchangeRow | None = None

    def show(self, row: ExchangeRow | None, at: float) -> None:
        self.row, self.look = row, self.look.at(at)
        self.wrap_again()

    def wrap_again(self) -> None:
        lines = path_lines(self.row, self.look) if self.row is not None else []
        self.set_lines(wrapped(lines, max(10, self.inside.width)))


class ExchangeDetail(Container):
    """`show` with None shows nothing. `url` is our address, for lines that run."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("exchange")
    part: Part = "answer"

    def __init__(
        self, look: Look, reads: ExchangeReads, *, id: str, classes: str, url: Callable[[], str] = str  # noqa: A002
    ) -> None:  # fmt: skip
        super().__init__(id=id, classes=classes)
        self._look, self._reads, self._url = look, reads, url
        self._shown: tuple[ExchangeRow | None, float] = (None, 0.0)

    def compose(self) -> ComposeResult:
        yield Head(self._look, classes="head")
        yield Choices(PARTS, "part", self._look, id="parts")
        yield TranscriptView(self._look, self._reads)
        yield PathView(self._look, id="path")
        yield WireView(self._look, self._reads, self._url)
        yield Foot(self._look, classes="foot")

    def on_mount(self) -> None:
        self._turn_on()

    @property
    def view(self) -> TranscriptView | PathView | WireView:
        if self.part == "path":
            return self.query_one(PathView)
        return self.query_one(WireView) if self.part == "wire" else self.query_one(TranscriptView)

    @property
    def focus_target(self) -> Widget:
        """Takes the focus in the part that is seen."""
        return self.view.lines if isinstance(self.view, WireView) else self.view

    def show(self, row: ExchangeRow | None, at: float, *, pinned: bool = False, newer: int = 0) -> None:
        at_once(self.showing(row, at, pinned=pinned, newer=newer))

    def showing(self, row: ExchangeRow | None, at: float, *, pinned: bool = False, newer: int = 0) -> Steps[None]:
        self._shown = row, at
        self.query_one(Head).show(row, at, pinned=pinned, newer=newer)
        self.query_one(Foot).show(row, at)
        if isinstance(self.view, TranscriptView):
            yield from self.view.showing(row, at)
        else:
            self.view.show(row, at)
        self.note()

    @on(TranscriptView.Stood)
    @on(WireView.Stood)
    @on(LinesView.Entitled)
    def note(self) -> None:
        """How the text stands, at the end of the line of the parts."""
        self.query_one("#parts", Choices).note(self.view.stands())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.query_one(Head).pinned if action == "neighbour" else True

    def action_neighbour(self, by: int) -> None:
        self.post_message(Head.Neighbour(by))

    def action_part(self, by: int) -> None:
        self.choose(PARTS[(PARTS.index(self.part) + by) % len(PARTS)])

    def choose(self, part: Part) -> None:
        held = self.has_focus_within
        self.part = part
        self.query_one("#parts", Choices).current = part
        self._turn_on()
        if part in ("answer", "prompt"):
            self.query_one(TranscriptView).choose(part)
        self.view.show(*self._shown)
        if held:
            self.focus_target.focus()
        self.note()
        self.refresh_bindings()

    def _turn_on(self) -> None:
        for view in (self.query_one(TranscriptView), self.query_one(PathView), self.query_one(WireView)):
            view.display = view is self.view

    def copy_text(self) -> tuple[str, str]:
        """(what it is, the text) of the part that is seen; empty where there is nothing."""
        if isinstance(self.view, WireView):
            return self.view.text
        if isinstance(self.view, TranscriptView):
            return (f"copy.{self.part}", self.view.text)
        row = self._shown[0]
        lines = path_lines(row, self._look) if row is not None else []
        return "copy.path", "\n".join("".join(text for text, _ in line) for line in lines)

    @on(Choices.Tapped, "#parts")
    def tapped(self, event: Choices.Tapped) -> None:
        event.stop()
        self.choose(cast(Part, event.name))
