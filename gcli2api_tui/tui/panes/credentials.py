"""The Credentials tab: the pool with its quota, one credential in depth, and what a person may do with it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.widget import Widget

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.records import CredentialRow, CredentialState, Snapshot
from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.line_widgets import Figures, summary_line
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.paint.cells import Line, fit_line, plain
from gcli2api_tui.tui.paint.credential import detail
from gcli2api_tui.tui.paint.wrap import wrap
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.screens.confirm import Confirm
from gcli2api_tui.tui.tables import CredentialTable


class CredentialDetail(LinesView):
    """Everything about one credential; it scrolls."""

    row: CredentialRow | None = None

    def show(self, row: CredentialRow | None) -> None:
        changed = (row and row.id) != (self.row and self.row.id)
        self.row = row
        self.wrap_again()
        if changed:
            self.scrolled_to(0)

    def wrap_again(self) -> None:
        lines = detail(self.row, self.look) if self.row is not None else []
        self.set_lines([part for line in lines for part in _wrapped(line, self.inside.width)])


def _wrapped(line: Line, width: int) -> list[Line]:
    """A line of one run is wrapped; one of several runs is cut."""
    if len(line) == 1:
        return [fit_line(((text, line[0][1]),), width) for text in wrap(line[0][0], width)]
    return [fit_line(line, width)]


class Credentials(Pane):
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("t", "on_off", "credentials.toggle"),
        key("x", "remove", "credentials.remove"),
        key("z", "undo", "credentials.undo"),
        key("h", "clear_cooldown", "credentials.clear"),
        key("i", "check", "credentials.check"),
        key("escape", "back", "pane.back"),
    ]

    removed: CredentialId | None = None

    def compose(self) -> ComposeResult:
        with Container(classes="list"):
            yield Figures(summary_line, id="summary")
            yield CredentialTable(id="credentials-table", classes="framed")
        yield CredentialDetail(id="credentials-detail", classes="framed")

    @property
    def _table(self) -> CredentialTable:
        return self.query_one(CredentialTable)

    def first(self) -> Widget:
        return self._table

    def update_from(self, snapshot: Snapshot) -> None:
        self.query_one(Figures).update_from(snapshot)
        self._table.caption = self.panel.words("title.credentials")
        self._table.empty_text = self.panel.words("empty.credentials")
        any_before = bool(self._table.rows)
        self._table.show(snapshot.credentials)
        if bool(self._table.rows) != any_before:
            self.refresh_bindings()
        self._show_detail()

    def _show_detail(self) -> None:
        view = self.query_one(CredentialDetail)
        if view.display:
            view.caption = plain(self._table.selected.label) if self._table.selected else ""
            view.show(self._table.selected)

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
        row = self._table.selected
        if row is None:
            self.panel.say(self.panel.words("nothing.selected"), "dim")
        return row

    def action_on_off(self) -> None:
        if row := self._chosen():
            control = self.panel.control
            off = row.state is CredentialState.DISABLED
            self.panel.ask(control.enable(row.id) if off else control.disable(row.id))

    def action_check(self) -> None:
        if row := self._chosen():
            self.panel.say(self.panel.words("working"), "dim")
            self.panel.ask(self.panel.control.check(row.id))

    def action_clear_cooldown(self) -> None:
        if (row := self._chosen()) is None:
            return
        if not row.cooldowns:
            self.panel.say(self.panel.words("nothing.cooling", label=row.label), "dim")
            return
        self.panel.ask(self.panel.control.clear_cooldown(row.id))

    def action_remove(self) -> None:
        if row := self._chosen():
            question = self.panel.words("confirm.remove", label=plain(row.label))
            self.panel.push_screen(Confirm(question), lambda yes: self._remove(row) if yes else None)

    def _remove(self, row: CredentialRow) -> None:
        self.panel.ask(self.panel.control.remove(row.id), lambda: self._was_removed(row))

    def _was_removed(self, row: CredentialRow) -> None:
        self.removed = row.id
        self.panel.say(self.panel.words("removed", label=row.label), "warn")
        self.refresh_bindings()

    def action_undo(self) -> None:
        if self.removed is not None:
            self.panel.ask(self.panel.control.restore(self.removed), self._was_restored)

    def _was_restored(self) -> None:
        self.removed = None
        self.refresh_bindings()
