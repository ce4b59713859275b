"""The Credentials tab: the pool, trouble first, one credential in depth, and what a person may do with one or many.

In: a snapshot, and `done` when a verb was. Out: `Wanted`, for the row under the cursor or all that are marked; a
removal only after the person has said yes.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.tui.app_messages import AddBy, Command
from gcli2api_tui.tui.base_screens import only_looks
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import credential_row
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.paint.credential_detail import LAST, detail
from gcli2api_tui.tui.panes.list_pane import OpenedPane
from gcli2api_tui.tui.panes.pane import Kept
from gcli2api_tui.tui.screens.menus import Confirm
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.panel_rows import Figures, summary_line
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable

Verb = Literal["enable", "disable", "ask_google", "clear_cooldown", "remove", "restore"]
FACTS = 18
"""Lines of a detail beside its requests, which get the rest of a tall screen."""

NAMED = 3
"""Labels in a question about several."""


class CredentialDetail(LinesView):
    """Everything about one credential; it scrolls."""

    row: CredentialRow | None = None
    exchanges: Sequence[ExchangeRow] = ()

    def show(self, row: CredentialRow | None, exchanges: Sequence[ExchangeRow], at: float) -> None:
        changed = (row and row.id) != (self.row and self.row.id)
        self.row, self.exchanges, self.look = row, exchanges, self.look.at(at)
        self.wrap_again()
        if changed:
            self.scrolled_to(0)

    def wrap_again(self) -> None:
        row, (width, height) = self.row, self.inside
        last = max(LAST, height - FACTS)
        shown = row is not None and width > 0
        self.set_lines(detail(row, self.exchanges, width, self.look, last=last) if row is not None and shown else [])


class Credentials(OpenedPane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("credentials")
    HINT = "filter.credentials"

    removed: tuple[CredentialRow, ...] = ()
    """What `z` would bring back, while the message about it stands."""

    class Wanted(Message):
        """A person wants this done to these. `pane.done` hears of it."""

        def __init__(self, pane: "Credentials", verb: Verb, rows: tuple[CredentialRow, ...]) -> None:
            super().__init__()
            self.pane, self.verb, self.rows = pane, verb, rows

    class TrashWanted(Message):
        """A person wants to see what was removed."""

    def compose(self) -> ComposeResult:
        with Container(classes="list"):
            yield Figures(summary_line, self.look, id="summary")
            yield from self.filter_line()
            yield CredentialTable(self.look, id="credentials-table", classes="framed")
        yield CredentialDetail(self.look, id="credentials-detail", classes="framed")

    @property
    def _table(self) -> CredentialTable:
        return self.query_one(CredentialTable)

    def first(self) -> Widget:
        return self._table

    def again(self) -> None:
        self.query_one(Figures).update_from(self.snapshot)
        everyone = self.snapshot.credentials
        rows = [row for row in everyone if credential_row.matches(row, self.filter_text, self.look)]
        self._caption(len(rows), len(everyone))
        any_before = bool(self._table.rows)
        self._table.show(rows, self.snapshot.at)
        if bool(self._table.rows) != any_before:
            self.refresh_bindings()
        self._show_detail()

    def _caption(self, shown: int, total: int) -> None:
        word, table = self.look.words, self._table
        found = f" {word('filter.shown', shown=shown, total=total)}" if self.filter_text else ""
        table.caption = word("title.credentials") + found
        table.empty_text = word("empty.match", total=total) if total else self.empty("empty.credentials")

    @property
    def _detail(self) -> CredentialDetail:
        return self.query_one(CredentialDetail)

    def _show_detail(self) -> None:
        if self._detail.display:
            row = self._table.selected
            self._detail.caption = plain(row.label) if row else ""
            self._detail.show(row, self.snapshot.exchanges, self.snapshot.at)

    def commands(self) -> Iterator[Command]:
        for row in self.snapshot.credentials:
            yield Command(row.label, "credential", partial(self.open, row.id), tab="credentials")

    def open(self, credential: CredentialId) -> None:
        """All about that one, if it is still there."""
        for index, row in enumerate(self._table.rows):
            if row.id == credential:
                self._table.select(index)
                self._open()

    def kept(self) -> Kept:
        row = self._table.selected
        return {"opened": row.id} if row is not None and self.has_class("-open") else {}

    def take_up(self, kept: Kept) -> None:
        if kept.get("opened"):
            self.again()
            self.open(CredentialId(kept["opened"]))

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        """`enter` does what the row says where the detail is in sight already; else it opens the detail."""
        event.stop()
        if event.chosen and not (self._detail.display and self._help()):
            self._open()
        self._show_detail()

    def _open(self) -> None:
        self.add_class("-open")
        self._detail.focus()
        self.refresh_bindings()
        self.call_after_refresh(self._show_detail)

    def action_help_row(self) -> None:
        """`enter` in the detail."""
        self._help()

    def _help(self) -> bool:
        """Sign in again, or another key: whether the row under the cursor wants that."""
        row = self._table.selected
        helps = credential_row.help_for(row) if row is not None else ""
        if helps in ("sign_in", "new_key"):
            self.post_message(AddBy("login" if helps == "sign_in" else "key"))
        return helps in ("sign_in", "new_key")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return bool(self.removed)
        if action in ("on_off", "remove", "ask_google", "clear_cooldown"):
            return bool(self._table.rows)
        if action == "help_row":
            return self.has_class("-open") and not only_looks(self.app)
        return super().check_action(action, parameters)

    # What a person wants

    def _chosen(self) -> tuple[CredentialRow, ...]:
        """The marked rows, else the one under the cursor."""
        if not self._table.targets:
            self.say("nothing.selected")
        return self._table.targets

    def _want(self, verb: Verb, rows: tuple[CredentialRow, ...]) -> None:
        self.post_message(self.Wanted(self, verb, rows))

    def action_on_off(self) -> None:
        """Several: those that are off go on; if none is off, all go off."""
        rows = self._chosen()
        off = tuple(row for row in rows if row.state is CredentialState.DISABLED)
        if rows:
            self._want("enable" if off else "disable", off or rows)

    def action_ask_google(self) -> None:
        if rows := self._chosen():
            self.say("working")
            self._want("ask_google", rows)

    def action_clear_cooldown(self) -> None:
        """Those of the chosen that rest, or that Google refused."""
        rows = self._chosen()
        wrong = tuple(row for row in rows if credential_row.trouble(row))
        if wrong:
            self._want("clear_cooldown", wrong)
        elif rows:
            self.say("nothing.cooling", label=rows[0].label)

    def action_remove(self) -> None:
        if rows := self._chosen():
            named = self.look.words("list.comma").join(plain(row.label) for row in rows[:NAMED])
            key = "confirm.remove" if len(rows) == 1 else "confirm.remove_many"
            more = " …" if len(rows) > NAMED else ""
            question = Confirm(self.look, self.look.words(key, label=named, n=len(rows), labels=named + more))
            self.app.push_screen(question, lambda yes: self._want("remove", rows) if yes else None)

    def action_undo(self) -> None:
        if self.removed:
            self._want("restore", self.removed)

    def action_trash(self) -> None:
        self.post_message(self.TrashWanted())

    def message_gone(self) -> None:
        if self.removed:
            self.removed = ()
            self.refresh_bindings()

    def restored(self, credential: CredentialId) -> None:
        """It came back by another way: there is nothing to undo."""
        self.removed = tuple(row for row in self.removed if row.id != credential)
        self.refresh_bindings()

    def done(self, verb: Verb, rows: tuple[CredentialRow, ...]) -> None:
        """What was wanted is so now; a removal can be undone from here on."""
        self._table.action_unmark()
        if verb == "remove":
            self.removed = rows
            labels = self.look.words("list.comma").join(row.label for row in rows[:NAMED])
            self.say("removed", "warn", label=labels + (" …" if len(rows) > NAMED else ""))
        elif verb == "restore":
            self.removed = ()
        self.refresh_bindings()
