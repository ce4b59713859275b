"""A list to choose from by typing, and what it is for: the help (all keys that act now) and the palette (all, by name).

In: the rows, each with an id. Out: the id of the chosen one, or an empty text. Typing filters at once: every word is
found, in any order, and what fits better stands earlier. The field has the focus all the time, at the bottom, where a
phone's keyboard is; arrows and pages move in the list.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input, Static

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.app_messages import Command
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_bindings import bindings, grouped, sign
from gcli2api_tui.tui.paint.cells import Line, fit, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.pick_list import PickList, PickRow

SHOWN = 200
"""Rows at most: who has not found it among so many types another letter."""
FEW = 3
"""A word this long may also be found with gaps (`crdt` is credentials); two letters would fit nearly everything."""
Thing = TypeVar("Thing")


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


class Help(Finder):
    """All keys that act now, made from the bindings themselves; the result is a key to press, or empty.

    The screen's own verbs come first, then what acts everywhere, movement last; keys that do the same share a line.
    """

    TITLE_KEY: ClassVar[str] = "help.title"
    KEYS_WIDTH: ClassVar[int] = 16

    def __init__(self, look: Look, entries: list[tuple[str, str, str]]) -> None:
        """`entries` are (key, binding id, action) as they act now, the nearest first."""
        rows = [
            FinderRow(entry.keys[0], " ".join(map(sign, entry.keys)), look.words(f"key.{entry.name}"))
            for entry in grouped(entries)
        ]
        super().__init__(look, rows)


class Palette(Finder):
    """Everything that can be done, by name: what keys do, and what the tabs offer. Out: the number of the chosen one.

    It is ours and not Textual's: that one searches in tasks with delays, takes two lines a hit and three for its field,
    and speaks English; on a phone with the keyboard open four hits of it would be left.
    """

    TITLE_KEY: ClassVar[str] = "palette.title"
    KEYS_WIDTH: ClassVar[int] = 10

    def __init__(self, look: Look, commands: Sequence[Command]) -> None:
        rows = [
            FinderRow(str(n), sign(one.key), one.text, look.words(f"kind.{one.kind}") if one.kind else "")
            for n, one in enumerate(commands)
        ]
        super().__init__(look, rows)


def found(search: str, things: Iterable[Thing], said: Callable[[Thing], str]) -> list[Thing]:
    """Those that fit, the best first; equally good ones stay in their order."""
    ranked = [(rank, thing) for thing in things if (rank := fits(search, said(thing))) is not None]
    return [thing for _, thing in sorted(ranked, key=lambda pair: pair[0])]


def fits(search: str, text: str) -> int | None:
    """How far `text` is from what was searched; None where some word is not in it."""
    ranks = [_word(word, text.casefold()) for word in search.casefold().split()]
    known = [rank for rank in ranks if rank is not None]
    return sum(known) if len(known) == len(ranks) else None


def _word(word: str, text: str) -> int | None:
    at = text.find(word)
    if at == 0:
        return 0
    if at > 0:
        return 2 if text[at - 1].isalnum() and f" {word}" not in text else 1
    return 6 if len(word) >= FEW and _with_gaps(word, text) else None


def _with_gaps(word: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)
