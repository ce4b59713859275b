"""The Options tab: every setting with its value, where it comes from and when a change acts; changed in its place.

In: what reads the rows, a snapshot that tells when they moved; `changed`, `undone` or `refused` after a wish. Out:
`Wanted`, `UndoWanted`. What is typed is checked where it acts, by the control; its sentence stands below the field.
"""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from gcli2api_tui.config.settings import FIELDS
from gcli2api_tui.ledger.admin_rows import SettingRow
from gcli2api_tui.tui.app_messages import Command
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import options
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.options import Heading
from gcli2api_tui.tui.panes.list_pane import FilteredPane
from gcli2api_tui.tui.panes.pane import Kept
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.setting_views import AboutSetting, ChoiceTable, SettingTable

ReadSettings = Callable[[], Awaitable[tuple[SettingRow, ...]]]


class Options(FilteredPane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("options")
    HINT: ClassVar[str] = "options.find"

    class Wanted(Message):
        """This setting is to be so; None for its default. `pane.changed` or `pane.refused` hears what came of it."""

        def __init__(self, pane: "Options", name: str, value: str | None) -> None:
            super().__init__()
            self.pane, self.name, self.value = pane, name, value

    class UndoWanted(Message):
        """The last change is to be taken back."""

        def __init__(self, pane: "Options") -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, look: Look, read: ReadSettings, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._read = read
        self._rows: tuple[SettingRow, ...] = ()
        self._version = -1
        self._undoable = False
        self._wanted = ""
        """The setting to point at as soon as the rows are read."""

    def compose(self) -> ComposeResult:
        with Container(classes="list"):
            yield from self.filter_line()
            yield SettingTable(self.look, id="options-table", classes="framed")
        with Container(id="options-side"):
            yield Input(compact=True, id="options-field")
            yield ChoiceTable(self.look, id="options-choices")
            yield AboutSetting(self.look, id="options-about", classes="framed")

    def on_mount(self) -> None:
        self._input.can_focus = False

    @property
    def _table(self) -> SettingTable:
        return self.query_one(SettingTable)

    @property
    def _choices(self) -> ChoiceTable:
        return self.query_one(ChoiceTable)

    @property
    def _about(self) -> AboutSetting:
        return self.query_one(AboutSetting)

    @property
    def _input(self) -> Input:
        return self.query_one("#options-field", Input)

    def first(self) -> Widget:
        return self._table

    # Rows

    def on_show(self) -> None:
        """config.toml may have been edited by hand meanwhile."""
        self.read_again()

    def again(self) -> None:
        for view in (self._table, self._choices, self._about):
            view.look = self.look
        if self._version != self.snapshot.server.settings_version:
            self._version = self.snapshot.server.settings_version
            self.read_again()
        self._show()

    def read_again(self) -> None:
        self._reading: Worker[None] = self.run_worker(self._look_up, group="settings", exclusive=True)

    async def _look_up(self) -> None:
        self._rows = await self._read()
        self._show()

    def _show(self) -> None:
        rows = options.found(self._rows, self.filter_text, self.look)
        self._table.caption = self.look.words("title.options")
        self._table.empty_text = self.look.words("options.nothing" if self._rows else "working")
        self._table.show(options.entries(rows), self.snapshot.at)
        if isinstance(self._table.selected, Heading):
            self._table.action_move(1)
        self._point()
        self._show_about()

    def commands(self) -> Iterator[Command]:
        for name in FIELDS:
            yield Command(name, "setting", partial(self.point_at, name), tab="options")

    def point_at(self, name: str) -> None:
        """Whatever was searched for or edited before."""
        while self.back():
            pass
        self._wanted = name
        self._point()

    def _point(self) -> None:
        names = [getattr(row, "name", "") for row in self._table.rows]
        if self._wanted and self._wanted in names:
            self._table.select(names.index(self._wanted))
            self._wanted = ""

    def _show_about(self) -> None:
        row = self._table.setting
        self._about.caption = row.name if row else ""
        self._about.row = row
        self._about.wrap_again()
        self.refresh_bindings()

    @on(LiveTable.Moved, "#options-table")
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        self._show_about()
        if event.chosen:
            self.action_edit()

    def kept(self) -> Kept:
        return {**super().kept(), "setting": self._table.setting.name if self._table.setting else ""}

    def take_up(self, kept: Kept) -> None:
        super().take_up(kept)
        self._wanted = kept.get("setting", "")

    # Editing

    @property
    def editing(self) -> bool:
        return self.has_class("-field") or self.has_class("-choices")

    def action_edit(self) -> None:
        row = self._table.setting
        if row is None:
            return
        if row.held:
            self.say("setting.held_say", "warn", name=row.name, source=options.source_of(row, self.look))
        elif row.kind == "choice":
            self._choose(row)
        else:
            self._type(row)

    def _choose(self, row: SettingRow) -> None:
        self.add_class("-choices")
        self._choices.current = row.value
        self._choices.show(row.choices, self.snapshot.at)
        self._choices.select(row.choices.index(row.value) if row.value in row.choices else 0)
        self._choices.focus()
        self.refresh_bindings()

    def _type(self, row: SettingRow) -> None:
        self.add_class("-field")
        field = self._input
        field.password = row.kind == "secret"
        field.value = "" if row.kind == "secret" else row.value
        field.placeholder = self.look.words("options.new_secret") if row.kind == "secret" else row.default
        field.can_focus = True
        field.focus()
        field.cursor_position = len(field.value)
        self.refresh_bindings()

    @on(LiveTable.Moved, "#options-choices")
    def chosen(self, event: LiveTable.Moved) -> None:
        event.stop()
        if event.chosen and self._choices.selected is not None:
            self._want(self._choices.selected)

    @on(Input.Submitted, "#options-field")
    def typed(self, event: Input.Submitted) -> None:
        event.stop().prevent_default()  # the filter's field is the other one
        self._want(event.value)

    @on(Input.Changed, "#options-field")
    def typing(self, event: Input.Changed) -> None:
        event.stop().prevent_default()
        self._wrong("")

    def _want(self, value: str | None) -> None:
        if row := self._table.setting:
            self.post_message(self.Wanted(self, row.name, value))

    def undone(self) -> None:
        self._undoable = False
        self.read_again()

    def changed(self) -> None:
        """What was wanted is so; it can be undone for as long as one reads what was done."""
        self._undoable = True
        self._close()
        self.read_again()

    def message_gone(self) -> None:
        self._undoable = False
        self.refresh_bindings()

    def refused(self, sentence: str) -> None:
        """A field stays open, with what is wrong below it."""
        if self.has_class("-field"):
            self._wrong(self.look.said(sentence))
        else:
            self._close()

    def _wrong(self, text: str) -> None:
        if self._about.wrong != text:
            self._about.wrong = text
            self._about.wrap_again()

    def _close(self) -> None:
        self._wrong("")
        self.remove_class("-field", "-choices")
        self._input.can_focus = False
        self._table.focus()
        self.refresh_bindings()

    def action_default(self) -> None:
        row = self._table.setting
        if row is None:
            return
        if row.held:
            self.action_edit()
        elif row.source == "default" and row.after_restart is None:
            self.say("setting.is_default", name=row.name)
        else:
            self._want(None)

    def action_undo(self) -> None:
        self.post_message(self.UndoWanted(self))

    def back(self) -> bool:
        if self.editing:
            self._close()
            return True
        return super().back()

    @property
    def can_go_back(self) -> bool:
        return self.editing or super().can_go_back

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return self._undoable and not self.editing
        if action in ("edit", "default", "filter"):
            return not self.editing
        return super().check_action(action, parameters)

    # Text

    def copy_text(self) -> tuple[str, str]:
        row = self._table.setting
        return ("copy.setting", options.variable_line(row)) if row else super().copy_text()

    def plain_text(self) -> str:
        """The same as environment lines."""
        return options.as_variables(self._rows)
