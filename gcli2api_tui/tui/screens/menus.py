"""Small menus over whatever is shown: numbered entries, how to leave, yes or no, and the demo's trouble.

In: what there is to choose. Out: the choice, as the result; of the trouble menu as `Chosen`.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from gcli2api_tui.control.trouble_port import TROUBLES, TroubleName
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.pick_list import PickList, PickRow

Entry = tuple[str, str]


class NumberedMenu(Modal[str]):
    """A number, a tap, or arrows and enter choose one of nine at most; the result is its name, or "" for none."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("menu")

    def __init__(self, look: Look, title: str, entries: Sequence[Entry]) -> None:
        super().__init__(look)
        self._title = title
        self._entries = tuple(entries)[:9]
        self._at = 0

    def compose(self) -> ComposeResult:
        with Container(classes="box"):
            yield Static(Text(plain(self._title), style="bold", no_wrap=True, overflow="ellipsis"))
            for number in range(len(self._entries)):
                yield Static(classes="choice", id=f"entry-{number}")
            yield Static(Text(self.look.words("menu.hint"), no_wrap=True, overflow="ellipsis"), classes="note")

    def on_mount(self) -> None:
        self._paint()

    def _paint(self) -> None:
        for number, (_, text) in enumerate(self._entries):
            sign = ">" if number == self._at else " "
            line = Text(f"{sign}{number + 1}  {plain(text)}", no_wrap=True, overflow="ellipsis")
            line.stylize("bold" if number == self._at else "")
            self.query_one(f"#entry-{number}", Static).update(line)

    def on_click(self, event: events.Click) -> None:
        name = event.widget.id if event.widget is not None else None
        if name and name.startswith("entry-"):
            self.action_pick(int(name.removeprefix("entry-")) + 1)

    def action_pick(self, number: int) -> None:
        if 0 < number <= len(self._entries):
            self.dismiss(self._entries[number - 1][0])

    def action_move(self, by: int) -> None:
        self._at = (self._at + by) % len(self._entries)
        self._paint()

    def action_enter(self) -> None:
        self.action_pick(self._at + 1)

    def action_close(self) -> None:
        self.dismiss("")


class QuitMenu(Modal[str]):
    """1 keep serving, 2 stop, 3 back. Enter is the harmless one. The result is why the panel ends, or empty.

    `attached`: the server is another process, which serves on anyway; without `stops` it cannot be stopped from here.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("quit")

    def __init__(self, look: Look, live: int, *, attached: bool = False, stops: bool = True) -> None:
        super().__init__(look)
        self._live, self._attached, self._stops = live, attached, stops

    def compose(self) -> ComposeResult:
        words = self.look.words
        with Container(classes="box"):
            yield Static(Text(words("quit.title_attached" if self._attached else "quit.title"), style="bold"))
            for number, name in enumerate(("keep", "stop", "back"), 1):
                if name != "stop" or self._stops:
                    yield Static(Text(f" {number}  {self._said(name)}"), classes="choice", id=f"quit-{name}")
            if self._attached:
                yield Static(Text(words("quit.serves_on"), style="dim"))
            if self._live and self._stops:
                yield Static(Text(words("quit.live", n=self._live), style="dim"))

    def _said(self, name: str) -> str:
        return self.look.words("quit.leave" if name == "keep" and self._attached else f"quit.{name}")

    def on_click(self, event: events.Click) -> None:
        chosen = {"quit-keep": "keep-serving", "quit-stop": "stop", "quit-back": ""}
        if event.widget is not None and event.widget.id in chosen:
            self.dismiss(chosen[event.widget.id])

    def action_answer(self, outcome: str) -> None:
        self.dismiss(outcome)


class Confirm(Modal[bool]):
    """One line in place of the key bar, so that the row in question stays in sight. Enter and Esc mean no."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("confirm")

    def __init__(self, look: Look, question: str) -> None:
        super().__init__(look)
        self._question = question

    def compose(self) -> ComposeResult:
        line = f" {self._question}   {self.look.words('confirm.keys')}"
        with Container(classes="bar"):
            yield Static(Text(line, no_wrap=True, overflow="ellipsis"))

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


SIGNS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "t", "0")


class TroubleMenu(Modal[None]):
    """What may go wrong in the demo. What goes on already is marked; choosing that again ends it.

    Once something is chosen the menu is gone: what comes of it is to be watched.
    """

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
