"""The Credentials tab: the pool with its quota, one credential in depth, and what a person may do with it.

In: a snapshot, and `done` when a verb was. Out: `Wanted`; a removal only after the person has said yes.
"""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.records import CredentialRow, CredentialState
from gcli2api_tui.tui.commands import Command
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.line_widgets import Figures, summary_line
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.paint.credential import detail
from gcli2api_tui.tui.paint.wrap import in_width
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.screens.confirm import Confirm
from gcli2api_tui.tui.tables import CredentialTable

Verb = Literal["enable", "disable", "check", "clear_cooldown", "remove", "restore"]
"""As the control calls them."""


class CredentialDetail(LinesView):
    """Everything about one credential; it scrolls."""

    row: CredentialRow | None = None

    def show(self, row: CredentialRow | None, at: float) -> None:
        changed = (row and row.id) != (self.row and self.row.id)
        self.row, self.look = row, self.look.at(at)
        self.wrap_again()
        if changed:
            self.scrolled_to(0)

    def wrap_again(self) -> None:
        lines = detail(self.row, self.look) if self.row is not None else []
        self.set_lines([part for line in lines for part in in_width(line, self.inside.width)])


class Credentials(Pane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("credentials")

    removed: CredentialRow | None = None
    """What `z` would bring back, while the message about it stands."""

    class Wanted(Message):
        """A person wants this done to a credential. `pane.done` hears of it."""

        def __init__(self, pane: "Credentials", verb: Verb, row: CredentialRow) -> None:
            super().__init__()
            self.pane, self.verb, self.row = pane, verb, row

    def compose(self) -> ComposeResult:
        with Container(classes="list"):
            yield Figures(summary_line, self.look, id="summary")
            yield CredentialTable(self.look, id="credentials-table", classes="framed")
        yield CredentialDetail(self.look, id="credentials-detail", classes="framed")

    @property
    def _table(self) -> CredentialTable:
        return self.query_one(CredentialTable)

    def first(self) -> Widget:
        return self._table

    def again(self) -> None:
        self.query_one(Figures).update_from(self.snapshot)
        self._table.caption = self.look.words("title.credentials")
        self._table.empty_text = self.look.words("empty.credentials")
        any_before = bool(self._table.rows)
        self._table.show(self.snapshot.credentials, self.snapshot.at)
        if bool(self._table.rows) != any_before:
            self.refresh_bindings()
        self._show_detail()

    def _show_detail(self) -> None:
        view = self.query_one(CredentialDetail)
        if view.display:
            view.caption = plain(self._table.selected.label) if self._table.selected else ""
            view.show(self._table.selected, self.snapshot.at)

    def commands(self) -> Iterator[Command]:
        for row in self.snapshot.credentials:
            yield Command(row.label, "credential", partial(self.open, row.id), tab="credentials")

    def open(self, credential: CredentialId) -> None:
        """All about that one, if it is still there."""
        for index, row in enumerate(self._table.rows):
            if row.id == credential:
                self._table.select(index)
                self._table.action_open()

    def kept(self) -> dict[str, str]:
        row = self._table.selected
        return {"opened": row.id} if row is not None and self.has_class("-open") else {}

    def take_up(self, kept: dict[str, str]) -> None:
        if kept.get("opened"):
            self.again()
            self.open(CredentialId(kept["opened"]))

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        if event.chosen:
            self.add_class("-open")
            self.query_one(CredentialDetail).focus()
            self.refresh_bindings()
            self.call_after_refresh(self._show_detail)
        self._show_detail()

    def back(self) -> bool:
        was = self.has_class("-open")
        self.remove_class("-open")
        if was:
            self._table.focus()
        self.refresh_bindings()
        return was

    def action_back(self) -> None:
        self.back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return self.removed is not None
        if action in ("on_off", "remove", "check", "clear_cooldown"):
            return bool(self._table.rows)
        return self.has_class("-open") if action == "back" else True

    def _chosen(self) -> CredentialRow | None:
        if self._table.selected is None:
            self.say("nothing.selected")
        return self._table.selected

    def _want(self, verb: Verb, row: CredentialRow) -> None:
        self.post_message(self.Wanted(self, verb, row))

    def action_on_off(self) -> None:
        if row := self._chosen():
            self._want("enable" if row.state is CredentialState.DISABLED else "disable", row)

    def action_check(self) -> None:
        if row := self._chosen():
            self.say("working")
            self._want("check", row)

    def action_clear_cooldown(self) -> None:
        if row := self._chosen():
            if row.cooldowns:
                self._want("clear_cooldown", row)
            else:
                self.say("nothing.cooling", label=row.label)

    def action_remove(self) -> None:
        if row := self._chosen():
            question = Confirm(self.look, self.look.words("confirm.remove", label=plain(row.label)))
            self.app.push_screen(question, lambda yes: self._want("remove", row) if yes else None)

    def action_undo(self) -> None:
        if self.removed is not None:
            self._want("restore", self.removed)

    def message_gone(self) -> None:
        if self.removed is not None:
            self.removed = None
            self.refresh_bindings()

    def done(self, verb: Verb, row: CredentialRow) -> None:
        """What was wanted is so now; a removal can be undone from here on."""
        if verb == "remove":
            self.removed = row
            self.say("removed", "warn", label=row.label)
        elif verb == "restore":
            self.removed = None
        self.refresh_bindings()
