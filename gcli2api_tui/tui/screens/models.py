"""All models, and what was learnt of the one under the cursor; `x` forgets that.

In: what reads the rows; `told` when something was forgotten. Out: `Forget`.
"""

from collections.abc import Callable, Hashable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from gcli2api_tui.ledger.admin_rows import ModelRow
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import model
from gcli2api_tui.tui.paint.cells import Line, Tone, in_width, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.panel_rows import KeyBar, MessageRow

Reads = Callable[[], tuple[ModelRow, ...]]


class ModelTable(LiveTable[ModelRow]):
    """Those first of which something was learnt, then those that end, the next one first."""

    def key_of(self, row: ModelRow) -> Hashable:
        return row.id

    def paint(self, row: ModelRow, width: int) -> tuple[Line, ...]:
        return (model.one_line(row, width, self.look),)


class ModelDetail(LinesView):
    """Everything about one model; it scrolls."""

    row: ModelRow | None = None

    def show(self, row: ModelRow | None, at: float) -> None:
        changed = (row and row.id) != (self.row and self.row.id)
        self.row, self.look = row, self.look.at(at)
        self.caption = plain(row.id) if row else ""
        self.wrap_again()
        if changed:
            self.scrolled_to(0)

    def wrap_again(self) -> None:
        lines = model.detail(self.row, self.look) if self.row else []
        self.set_lines([part for line in lines for part in in_width(line, self.inside.width)])


class Models(Modal[None]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("models")

    class Forget(Message):
        """What was learnt of this model is to be forgotten. `screen.told` hears what came of it."""

        def __init__(self, screen: "Models", name: str) -> None:
            super().__init__()
            self.screen, self.name = screen, name

    def __init__(self, look: Look, read: Reads, first: str = "") -> None:
        """`first`: the model that the cursor is on at the beginning."""
        super().__init__(look)
        self._read, self._first = read, first

    def compose(self) -> ComposeResult:
        with Container(classes="models"):
            yield ModelTable(self.look, id="models-table", classes="framed")
            yield ModelDetail(self.look, id="models-detail", classes="framed")
            yield MessageRow(self.look, id="models-message")
            yield KeyBar(self.look, id="models-keys")

    def on_mount(self) -> None:
        self.bindings_updated_signal.subscribe(self, lambda _: self.query_one(KeyBar).repaint())
        self._table.caption = self.look.words("title.models")
        self._table.focus()
        self.call_after_refresh(self._show_first)

    def _show_first(self) -> None:
        self._show()
        ids = [row.id for row in self._table.rows]
        if self._first in ids:
            self._table.select(ids.index(self._first))

    @property
    def _table(self) -> ModelTable:
        return self.query_one(ModelTable)

    @property
    def _detail(self) -> ModelDetail:
        return self.query_one(ModelDetail)

    def update_from(self, snapshot: Snapshot) -> None:
        self.look = self.look.at(snapshot.at)
        self._show()

    def _show(self) -> None:
        self._table.show(sorted(self._read(), key=model.rank), self.look.now)
        self._detail.show(self._table.selected, self.look.now)
        self.refresh_bindings()

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        self._detail.show(self._table.selected, self.look.now)
        if event.chosen:
            self._detail.focus()
        self.refresh_bindings()

    @on(KeyBar.Tapped)
    def tapped(self, event: KeyBar.Tapped) -> None:
        event.stop()
        self.app.simulate_key(event.name)

    def told(self, sentence: str, tone: Tone) -> None:
        self.query_one(MessageRow).say(self.look.words.said(sentence), tone)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        selected = self._table.selected if self.is_mounted else None
        return bool(selected and selected.learnt) if action == "forget" else True

    def action_forget(self) -> None:
        if row := self._table.selected:
            self.post_message(self.Forget(self, row.id))

    def action_turn(self) -> None:
        (self._detail if self._table.has_focus else self._table).focus()

    def action_close(self) -> None:
        self.dismiss(None)
