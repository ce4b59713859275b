"""The keys of others who use this server, the third part of Use: what each may do, and what it has used.

In: a snapshot, at which the rows are read again. Out: `Add`, `Set`, `Revoke`. It knows no app: any can mount it alone.
"""

from collections.abc import Callable, Hashable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from gcli2api_tui.events.ids import ClientKeyId
from gcli2api_tui.ledger.admin_rows import ClientKeyRow
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, in_width, plain
from gcli2api_tui.tui.paint.client_keys import key_detail, key_line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.play import Choice
from gcli2api_tui.tui.paint.short_text import date_clock
from gcli2api_tui.tui.screens.menus import Confirm
from gcli2api_tui.tui.screens.pick import Pick
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.live_table import LiveTable

ReadClientKeys = Callable[[], tuple[ClientKeyRow, ...]]
FIELDS = ("rpm", "rpd", "tpd", "concurrent", "models", "credentials", "expires", "thinking", "service_tier")
NONE = "none"


class ClientKeyTable(LiveTable[ClientKeyRow]):
    """One row a key."""

    def key_of(self, row: ClientKeyRow) -> Hashable:
        return row.name

    def paint(self, row: ClientKeyRow, width: int) -> tuple[Line, ...]:
        return (key_line(row, width, self.look),)


class ClientKeyDetail(LinesView):
    """Everything about one key; it scrolls."""

    row: ClientKeyRow | None = None

    def wrap_again(self) -> None:
        lines = key_detail(self.row, self.look) if self.row else []
        self.set_lines([part for line in lines for part in in_width(line, self.inside.width)])


class ClientKeysView(Container):
    BINDINGS: ClassVar[list[BindingType]] = bindings("client_keys")

    class Add(Message):
        """A new key for whoever is named."""

        def __init__(self, name: str, url: str) -> None:
            super().__init__()
            self.name, self.url = name, url

    class Set(Message):
        """One thing about a key is to be another."""

        def __init__(self, name: ClientKeyId, field: str, words: str) -> None:
            super().__init__()
            self.name, self.field, self.words = name, field, words

    class Revoke(Message):
        """The person has said yes."""

        def __init__(self, name: ClientKeyId) -> None:
            super().__init__()
            self.name = name

    def __init__(self, look: Look, read: ReadClientKeys, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.look = look
        self._read = read
        self._url = ""

    def compose(self) -> ComposeResult:
        yield ClientKeyTable(self.look, id="client-keys", classes="framed")
        yield ClientKeyDetail(self.look, id="client-key", classes="framed")

    @property
    def _table(self) -> ClientKeyTable:
        return self.query_one(ClientKeyTable)

    @property
    def _detail(self) -> ClientKeyDetail:
        return self.query_one(ClientKeyDetail)

    def first(self) -> Widget:
        return self._table

    def show(self, snapshot: Snapshot) -> None:
        self.look, self._url = self.look.at(snapshot.at), snapshot.server.url_for_others
        table = self._table
        table.caption, table.empty_text = self.look.words("title.clientkeys"), self.look.words("empty.clientkeys")
        table.show(self._read(), snapshot.at)
        self._tell()

    def _tell(self) -> None:
        detail, row = self._detail, self._table.selected
        changed = (row and row.name) != (detail.row and detail.row.name)
        detail.row, detail.look = row, self.look
        detail.caption = plain(row.label) if row else ""
        detail.wrap_again()
        if changed:
            detail.scrolled_to(0)
        self.refresh_bindings()

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        self._tell()
        if event.chosen:
            self.action_edit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        there = self.is_mounted and self._table.selected is not None
        return there if action in ("edit", "on_off", "revoke") else True

    def action_new(self) -> None:
        title, note = self.look.words("clientkey.new"), self.look.words("clientkey.new_note")
        self.app.push_screen(Pick(self.look, title, (), free="", note=note), self._add)

    def _add(self, name: str | None) -> None:
        if name and name.strip():
            self.post_message(self.Add(name.strip(), self._url))

    def action_on_off(self) -> None:
        if row := self._table.selected:
            self.post_message(self.Set(row.name, "enabled", "on" if row.state == "off" else "off"))

    def action_revoke(self) -> None:
        row = self._table.selected
        if row is None:
            return
        question = self.look.words("clientkey.revoke_question", name=plain(row.label))
        self.app.push_screen(Confirm(self.look, question), lambda yes: self._revoke(row) if yes else None)

    def _revoke(self, row: ClientKeyRow) -> None:
        self.post_message(self.Revoke(row.name))

    def action_edit(self) -> None:
        """First what, then how much."""
        row, words = self._table.selected, self.look.words
        if row is None:
            return
        choices = [
            Choice(field, f"{words(f'clientkey.field.{field}')}: {plain(value_of(row, field))}") for field in FIELDS
        ]
        title = words("clientkey.edit", name=plain(row.label))
        self.app.push_screen(Pick(self.look, title, choices), lambda field: self._type(row, field) if field else None)

    def _type(self, row: ClientKeyRow, field: str) -> None:
        words, now = self.look.words, value_of(row, field)
        title, note = words(f"clientkey.field.{field}"), words(f"clientkey.note.{field}")
        screen = Pick(self.look, title, (Choice(NONE, words("clientkey.no_limit")),), now=NONE, free="", note=note)
        self.app.push_screen(screen, lambda typed: self._set(row, field, typed, now))

    def _set(self, row: ClientKeyRow, field: str, typed: str | None, now: str) -> None:
        if typed and typed != now:
            self.post_message(self.Set(row.name, field, typed))

    def plain_text(self) -> str:
        """The key that is chosen, for `v`."""
        lines = key_detail(self._detail.row, self.look) if self._detail.row else []
        return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def value_of(row: ClientKeyRow, field: str) -> str:
    """As it would be typed."""
    if field == "models":
        return ",".join(row.models) or NONE
    if field == "credentials":
        return ",".join(row.credential_labels) or NONE
    if field == "expires":
        return date_clock(row.expires_at) if row.expires_at is not None else NONE
    return str(getattr(row, field) or NONE)
