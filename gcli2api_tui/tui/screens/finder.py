"""A list to choose from by typing: under the help and the palette. Typing filters at once, Enter or a tap chooses.

In: the rows, each with an id. Out: the id of the chosen one, or an empty text. The field has the focus all the time, at
the bottom, where a phone's keyboard is; arrows and pages move in the list.
"""

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.finding import found
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.paint.cells import fit, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.modal import Modal

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
        listed = OptionList(*self._options(""), compact=True)
        listed.can_focus = False  # letters go to the field, and it is the field that has the focus
        with Container(classes="box tall finder"):
            yield Static(Text(words(self.TITLE_KEY), style="bold"))
            yield listed
            yield Input(placeholder=words("help.hint"), compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._list.highlighted = 0

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _options(self, search: str) -> list[Option]:
        rows = found(search, self._rows, lambda row: f"{row.text} {row.note} {row.keys}")[:SHOWN]
        options = [Option(self._line(row), id=row.id) for row in rows]
        return options or [Option(Text(self.look.words("help.none")), disabled=True)]

    def _line(self, row: FinderRow) -> Text:
        note = f"  {row.note}" if row.note else ""
        return Text.assemble((fit(row.keys, self.KEYS_WIDTH), "bold"), plain(row.text), (note, "italic"))

    def on_input_changed(self, event: Input.Changed) -> None:
        self._list.set_options(self._options(event.value))
        self._list.action_first()

    def on_input_submitted(self) -> None:
        self._list.action_select()

    def action_move(self, by: int) -> None:
        self._list.action_cursor_up() if by < 0 else self._list.action_cursor_down()

    def action_page(self, by: int) -> None:
        self._list.action_page_up() if by < 0 else self._list.action_page_down()

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id or "")

    def action_close(self) -> None:
        self.dismiss("")
