"""A list to choose from by typing: under the help and the palette. Typing filters at once, Enter or a tap chooses.

In: the rows, each with an id. Out: the id of the chosen one, or an empty text. The field has the focus all the time, at
the bottom, where a phone's keyboard is; arrows and pages move in the list.
"""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input, Static

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.paint.cells import Line, fit, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.pick_list import PickList, PickRow
from gcli2api_tui.tui.screens.modal import Modal
from gcli2api_tui.tui.search_match import found

SHOWN = 200
"""Rows at most: who has not found it among so many types another letter."""


@dataclass(frozen=True, slots=True)
class FinderRow:
    id: str
    keys: str
    text: str
    note: str = ""


class Finder(Modal[str]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("help")
    TITLE_KEY: ClassVar[str]
    KEYS_WIDTH: ClassVar[int]

    def __init__(self, look: Look, rows: list[FinderRow]) -> None:
        super().__init__(look)
        self._rows = rows

    def compose(self) -> ComposeResult:
        words = self.look.words
        listed = PickList(self.look, self._found(""))
        listed.can_focus = False  # letters go to the field, and it is the field that has the focus
        with Container(classes="box tall finder"):
            yield Static(Text(words(self.TITLE_KEY), style="bold"))
            yield listed
            yield Input(placeholder=words("help.hint"), compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @property
    def _list(self) -> PickList:
        return self.query_one(PickList)

    def _found(self, search: str) -> list[PickRow]:
        rows = found(search, self._rows, lambda row: f"{row.text} {row.note} {row.keys}")[:SHOWN]
        return [self._row(row) for row in rows] or [PickRow(None, ((self.look.words("help.none"), "dim"),))]

    def _row(self, row: FinderRow) -> PickRow:
        note: Line = ((f"  {row.note}", "dim"),) if row.note else ()
        return PickRow(row.id, ((plain(row.text), "plain"), *note), (fit(row.keys, self.KEYS_WIDTH), "key"))

    def on_input_changed(self, event: Input.Changed) -> None:
        self._list.set_rows(self._found(event.value))

    def on_input_submitted(self) -> None:
        self._list.action_open()

    def action_move(self, by: int) -> None:
        self._list.action_move(by)

    def action_page(self, by: int) -> None:
        self._list.action_page(by)

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self.dismiss(event.id)

    def action_close(self) -> None:
        self.dismiss("")
