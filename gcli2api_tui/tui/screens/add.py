"""Add a credential: choose the way (key, sign in, file, JSON, demo), then enter it; or paste it right into the list.

Out: the way that was chosen, as the result of `AddCredential`, and `PasteIn.Entered`. In: `refused`, a sentence under
the field, where what was entered stays; or `close`. What a pasted text seems to be, by its looks alone, only chooses
which form opens; whether it is any good is the control's to say.
"""

import os
import re
from typing import ClassVar, Literal

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from gcli2api_tui.paths import expanded, home
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.app_messages import Copy
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.first_run import found_files
from gcli2api_tui.tui.widgets.pick_list import PickList, PickRow

Way = Literal["key", "login", "path", "json"]
WAYS = ("key", "login", "path", "json", "demo")
DEMO = "gcli2api-tui demo --port 7862"
"""Beside this server, whose port is taken."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a credential is to be added. `text` is what was pasted, or why a sign-in begins."""

    way: Way
    text: str = ""


class AddCredential(Modal[Chosen | None]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("add")

    class SignInPasted(Message):
        """An answer of Google's: it may end a sign-in that waits somewhere, the web page's perhaps."""

        def __init__(self, screen: "AddCredential", text: str) -> None:
            super().__init__()
            self.screen, self.text = screen, text

    def compose(self) -> ComposeResult:
        words = self.look.words
        with VerticalScroll(classes="wizard", can_focus=False):
            yield Static(Text(words("add.title"), style="bold"))
            yield Static("", id="answer", markup=False)  # above the list, which fills a phone's screen
            yield PickList(self.look, [self._row(number, way) for number, way in enumerate(WAYS, 1)])
            yield Static(Text(f"{words('add.stay')}\n{words('add.hint')}"), classes="note")

    def _row(self, number: int, way: str) -> PickRow:
        words = self.look.words
        note = words(f"add.{way}.note", **({"line": DEMO} if way == "demo" else {}))
        return PickRow(way, ((words(f"add.{way}"), "plain"),), (f"{number}  ", "key"), note)

    def on_mount(self) -> None:
        self.query_one(PickList).focus()

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self.action_way(event.id)

    def action_way(self, way: str) -> None:
        match way:
            case "key" | "login" | "path" | "json":
                self.dismiss(Chosen(way))
            case "demo":
                self.post_message(Copy("copy.demo", DEMO, self._say))

    def on_paste(self, event: events.Paste) -> None:
        """Wherever on the list: it opens the form for what the text seems to be, with the text in it."""
        event.stop()
        match kind_of(event.text):
            case "answer":
                self.post_message(self.SignInPasted(self, event.text))
            case "":
                self._say(self.look.words("add.unknown"))
            case kind:
                self.dismiss(Chosen(kind, event.text))

    def _say(self, text: str) -> None:
        if self.is_attached:
            self.query_one("#answer", Static).update(Text(plain(text)))

    def close(self, instead: Chosen | None = None) -> None:
        if self.is_attached:
            self.dismiss(instead)

    def action_close(self) -> None:
        self.dismiss(None)


class PasteIn(Modal[None]):
    """One input: a key, a path, or JSON. It stays open, with the text, until `close` says that it was accepted."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("paste")

    class Entered(Message):
        """A text to add, or a path to it; the form hears `refused` or `close`."""

        def __init__(self, form: "PasteIn", way: Way, text: str) -> None:
            super().__init__()
            self.form, self.way, self.text = form, way, text

    def __init__(self, look: Look, way: Way, pasted: str = "") -> None:
        super().__init__(look)
        self._way, self._pasted = way, path_in(pasted) if way == "path" else pasted
        self._found = [str(path) for path in found_files(home(os.environ))] if way == "path" else []

    def compose(self) -> ComposeResult:
        words, way = self.look.words, self._way
        first = self._found[0] if self._found else ""
        with VerticalScroll(classes="wizard", can_focus=False):
            yield Static(Text(words(f"{way}.title"), style="bold"))
            yield Static(Text(words(f"{way}.note")), classes="note")
            for path in self._found:
                yield Static(Text(words("add.path.found", path=plain(path))), classes="note")
            yield PasteField(first, placeholder=words(f"{way}.placeholder"), password=way != "path", compact=True)
            yield Static("", id="answer", markup=False)

    def on_mount(self) -> None:
        field = self.query_one(PasteField)
        if self._pasted:
            field.take(self._pasted)
        field.focus()

    def on_paste(self, event: events.Paste) -> None:
        """Also while the field has not the focus, as after a tap beside it."""
        event.stop()
        self.query_one(PasteField).take(event.text)

    def on_key(self, event: events.Key) -> None:
        """Up and down go through the files that were found."""
        field = self.query_one(PasteField)
        if self._found and event.key in ("up", "down"):
            now = self._found.index(field.value) if field.value in self._found else -1
            field.value = self._found[(now + (1 if event.key == "down" else -1)) % len(self._found)]
            field.cursor_position = len(field.value)

    def on_input_submitted(self) -> None:
        if text := self.query_one(PasteField).entered.strip():
            whole = str(expanded(text)) if self._way == "path" else text
            self.post_message(self.Entered(self, self._way, whole))

    def refused(self, sentence: str) -> None:
        if self.is_attached:
            self.query_one("#answer", Static).update(Text(self.look.said(sentence)))

    def close(self) -> None:
        if self.is_attached:
            self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)


class PasteField(Input):
    """An Input that keeps all lines of what was pasted, which Textual's own cuts after the first.

    `entered` is what a person pasted or typed; `take` puts a text in as if it had been pasted
    alone.
    """

    whole = ""

    def take(self, text: str) -> None:
        self.value = ""
        self._put(text)
        self.focus()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._put(event.text)

    def _put(self, text: str) -> None:
        self.whole = text
        self.insert_text_at_cursor(_flat(text))

    @property
    def entered(self) -> str:
        """The pasted text with its line breaks, if nothing else was typed."""
        return self.whole if self.whole and _flat(self.whole) == self.value else self.value


def _flat(text: str) -> str:
    return plain(" ".join(text.splitlines()).strip())


Kind = Literal["key", "json", "answer", "path", ""]
_ANSWER = re.compile(r"[?&]?(?:code|error|state)=|^4/[\w%-]{10,}$")
_KEY = re.compile(r"AIza[\w-]{20,}|\bAQ\.[\w-]{20,}|\bvertex:\S")
_PATH = re.compile(r"(?:/|~|\.{1,2}/|[A-Za-z]:\\|file://)\S.*|\S+\.(?:json|zip|env|txt)", re.IGNORECASE)
_WORD = re.compile(r"[\w.-]{20,}")
"""A word of that length may be a key of a kind that is newer than this program."""


def kind_of(text: str) -> Kind:
    """Empty where it looks like none of them."""
    text = text.strip()
    joined = "".join(text.split())  # terminals break long lines
    if text[:1] in ("{", "["):
        return "json"
    if _ANSWER.search(joined) and not _KEY.search(text):
        return "answer"
    if _KEY.search(text):
        return "key"
    if "\n" not in text and _PATH.fullmatch(text.strip("'\"")):
        return "path"
    return "key" if _WORD.fullmatch(text) else ""


def path_in(text: str) -> str:
    """A path as terminals paste a dropped file: quoted, with escaped spaces, or as a file:// address."""
    text = text.strip().strip("'\"").removeprefix("file://")
    return text if "\\" in text and re.match(r"[A-Za-z]:\\", text) else re.sub(r"\\(.)", r"\1", text)
