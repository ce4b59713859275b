"""All keys that act now, made from the bindings themselves; typing filters at once, Enter or a tap runs one.

The screen's own verbs come first, then what acts everywhere, movement last; keys that do the same share a line.
"""

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from gcli2api_tui.tui.keys import Entry, bindings, grouped, sign
from gcli2api_tui.tui.paint.cells import fit
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.modal import Modal

KEYS_WIDTH = 16


class Help(Modal[str]):
    """The result is a key to press, or empty."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("help")

    def __init__(self, look: Look, entries: list[tuple[str, str, str]]) -> None:
        """`entries` are (key, binding id, action) as they act now, the nearest first."""
        super().__init__(look)
        self._entries = grouped(entries)

    def compose(self) -> ComposeResult:
        words = self.look.words
        listed = OptionList(*self._options(""), compact=True)
        listed.can_focus = False  # letters go to the field, and it is the field that has the focus
        with Container(classes="box tall"):
            yield Static(Text(words("help.title"), style="bold"))
            yield listed
            yield Input(placeholder=words("help.hint"), compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._list.highlighted = 0

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _options(self, search: str) -> list[Option]:
        found = [
            Option(Text.assemble((fit(self._signs(entry), KEYS_WIDTH), "bold"), self._told(entry)), id=entry.keys[0])
            for entry in self._entries
            if search in f"{self._signs(entry)} {self._told(entry)}".casefold()
        ]
        return found or [Option(Text(self.look.words("help.none")), disabled=True)]

    def _signs(self, entry: Entry) -> str:
        return " ".join(map(sign, entry.keys))

    def _told(self, entry: Entry) -> str:
        return self.look.words(f"key.{entry.name}")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._list.set_options(self._options(event.value.strip().casefold()))
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
