"""What was removed and can be brought back: a list over the tabs; `enter` restores the row under the cursor.

In: the rows, read from the disk by whoever opens it. Out: `Restore`; the screen hears `told`.
"""

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from gcli2api_tui.control.verb_results import Trashed
from gcli2api_tui.tui.base_screens import Modal, only_looks
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, plain, spread
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import date_clock
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.panel_rows import KeyBar, MessageRow


class TrashTable(LiveTable[Trashed]):
    """What was removed last stands first."""

    def key_of(self, row: Trashed) -> Hashable:
        return row.id

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """To open one is to bring it back."""
        return super().check_action(action, parameters) and not (action == "open" and only_looks(self.app))

    def paint(self, row: Trashed, width: int) -> tuple[Line, ...]:
        kind = self.look.words(f"kind.{row.kind}")
        start: Line = ((fit(plain(row.label), max(8, width // 2)) + " ", "plain"),)
        start = (*start, (kind, "dim")) if width >= 60 else start
        return (spread(start, ((f" {date_clock(row.removed_at)}", "dim"),), width),)


class Trash(Modal[None]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("trash")

    class Restore(Message):
        """Bring these back. `screen.told` hears what came of it, and `show` what is left."""

        def __init__(self, screen: "Trash", row: Trashed) -> None:
            super().__init__()
            self.screen, self.row = screen, row

    def __init__(self, look: Look, rows: Sequence[Trashed]) -> None:
        super().__init__(look)
        self._rows = tuple(rows)

    def compose(self) -> ComposeResult:
        with Container(classes="models"):
            yield TrashTable(self.look, id="trash-table", classes="framed")
            yield MessageRow(self.look, id="models-message")
            yield KeyBar(self.look, id="models-keys")

    def on_mount(self) -> None:
        self.bindings_updated_signal.subscribe(self, lambda _: self.query_one(KeyBar).repaint())
        table = self.query_one(TrashTable)
        table.caption = self.look.words("title.trash")
        table.empty_text = self.look.words("empty.trash")
        table.focus()
        self.call_after_refresh(self.show, self._rows)

    def show(self, rows: Sequence[Trashed]) -> None:
        if self.is_attached:
            self._rows = tuple(rows)
            self.query_one(TrashTable).show(self._rows, self.look.now)
            self.refresh_bindings()

    def told(self, sentence: str, tone: Tone) -> None:
        if self.is_attached:
            self.query_one(MessageRow).say(self.look.words.said(sentence), tone)

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        row = self.query_one(TrashTable).selected
        if event.chosen and only_looks(self.app):
            self.told(self.look.words("looks.only"), "bad")
        elif event.chosen and row is not None:
            self.post_message(self.Restore(self, row))

    @on(KeyBar.Tapped)
    def tapped(self, event: KeyBar.Tapped) -> None:
        event.stop()
        self.app.simulate_key(event.name)

    def action_close(self) -> None:
        self.dismiss(None)
