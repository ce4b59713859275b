"""What may go wrong in the demo, by number. Out: `Chosen`, and the menu is gone: what comes of it is to be watched.

In: what goes on already, which is marked; choosing that again ends it.
"""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from gcli2api_tui.control.port_parts import TROUBLES, TroubleName
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.pick_list import PickList, PickRow
from gcli2api_tui.tui.screens.modal import Modal

SIGNS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "t", "0")


class TroubleMenu(Modal[None]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("trouble")

    class Chosen(Message):
        def __init__(self, name: TroubleName) -> None:
            super().__init__()
            self.name = name

    def __init__(self, look: Look, going_on: frozenset[TroubleName]) -> None:
        super().__init__(look)
        self._going_on = going_on

    def compose(self) -> ComposeResult:
        words = self.look.words
        rows = [self._row(sign, name) for sign, name in zip(SIGNS, TROUBLES, strict=True)]
        with VerticalScroll(classes="wizard", can_focus=False):
            yield Static(Text(words("trouble.title"), style="bold"))
            yield PickList(self.look, rows)
            yield Static(Text(words("trouble.hint")), classes="note")

    def _row(self, sign: str, name: str) -> PickRow:
        words = self.look.words
        on: Line = ((f"   {words('trouble.on')}", "bold"),) if name in self._going_on else ()
        return PickRow(name, ((words(f"trouble.{name}"), "plain"), *on), (f"{sign}  ", "key"))

    def on_mount(self) -> None:
        self.query_one(PickList).focus()

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self.action_make([str(name) for name in TROUBLES].index(event.id))

    def action_make(self, number: int) -> None:
        self.post_message(self.Chosen(TROUBLES[number]))
        self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)
