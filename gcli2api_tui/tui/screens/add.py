"""Add a credential: choose the way (key, sign in, file, JSON, demo), then enter it; or paste it right into the list.

A refusal is shown as a sentence under the field, and what was entered stays.
"""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from gcli2api_tui.control.ports import Answer, Refused
from gcli2api_tui.tasks import spawn
from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.pasted import kind_of, path_in
from gcli2api_tui.tui.screens.login import SignIn
from gcli2api_tui.tui.screens.paste_field import PasteField

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel

WAYS = ("key", "login", "path", "json", "demo")

DEMO = "gcli2api-tui demo --port 7862"
"""Beside this server, whose port is taken."""


def found_files(home: Path) -> list[Path]:
    """Where credential files usually lie: Gemini CLI's own folder, and a phone's downloads."""
    usual = [home / ".gemini" / "oauth_creds.json"]
    downloads = home / "storage" / "downloads"
    more = sorted(downloads.glob("*.json"))[:5] if downloads.is_dir() else []
    return [path for path in (*usual, *more) if path.is_file()]


class AddCredential(ModalScreen[None]):
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        *(key(str(number), f"way('{way}')", f"add.{way}") for number, way in enumerate(WAYS, 1)),
        key("escape", "close", "add.close"),
    ]

    @property
    def panel(self) -> "Panel":
        return cast("Panel", self.app)

    def compose(self) -> ComposeResult:
        words = self.panel.words
        with VerticalScroll(classes="wizard", can_focus=False):
            yield Static(Text(words("add.title"), style="bold"))
            yield Static("", id="answer", markup=False)  # above the list, which fills a phone's screen
            yield OptionList(*(self._option(number, way) for number, way in enumerate(WAYS, 1)), compact=True)
            yield Static(Text(f"{words('add.stay')}\n{words('add.hint')}"), classes="note")

    def _option(self, number: int, way: str) -> Option:
        words = self.panel.words
        title, note = words(f"add.{way}"), words(f"add.{way}.note", **({"line": DEMO} if way == "demo" else {}))
        return Option(Text.assemble(f"{number}  {title}\n", (f"   {note}", "dim")), id=way)

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        self.action_way(event.option.id or "")

    def action_way(self, way: str) -> None:
        if way == "login":
            self.app.switch_screen(SignIn())
        elif way in ("key", "path", "json"):
            self.app.switch_screen(PasteIn(way))
        elif way == "demo":
            self.panel.copy("copy.demo", DEMO, self._say)

    def on_paste(self, event: events.Paste) -> None:
        """Wherever on the list: it opens the form for what the text seems to be, with the text in it."""
        event.stop()
        kind = kind_of(event.text)
        if kind == "answer":
            self._working = spawn("panel-add", self._answered(event.text))
        elif kind:
            self.app.switch_screen(PasteIn(kind, event.text))
        else:
            self._say(self.panel.words("add.unknown"))

    async def _answered(self, text: str) -> None:
        """The end of a sign-in that waits somewhere here, the web page's perhaps; else a new one begins."""
        answer = await self.panel.control.finish_login("", text)
        if isinstance(answer, Refused):
            self.app.switch_screen(SignIn(answer.sentence))
            return
        self.dismiss(None)
        self.panel.say(answer.message or self.panel.words("login.done"), "ok")

    def _say(self, text: str) -> None:
        if self.is_attached:
            self.query_one("#answer", Static).update(Text(plain(text)))

    def action_close(self) -> None:
        self.dismiss(None)


class PasteIn(ModalScreen[None]):
    """One input: a key, a path, or JSON. It stays open, with the text, until the server accepts it."""

    BINDINGS: ClassVar[list[Binding]] = [key("escape", "close", "paste.close")]  # type: ignore[assignment]

    def __init__(self, way: str, pasted: str = "") -> None:
        super().__init__()
        self._way, self._pasted = way, path_in(pasted) if way == "path" else pasted
        self._found = [str(path) for path in found_files(Path.home())] if way == "path" else []

    @property
    def panel(self) -> "Panel":
        return cast("Panel", self.app)

    def compose(self) -> ComposeResult:
        words, way = self.panel.words, self._way
        first = self._found[0] if self._found else ""
        with VerticalScroll(classes="wizard", can_focus=False):
            yield Static(Text(words(f"{way}.title"), style="bold"))
            yield Static(Text(words(f"{way}.note")), classes="note")
            for path in self._found:
                yield Static(Text(words("add.path.found", path=plain(path))), classes="note")
            yield PasteField(first, placeholder=words(f"{way}.placeholder"), password=way != "path")
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
        text = self.query_one(PasteField).entered.strip()
        if text:
            self._working = spawn("panel-add", self._add(text))

    async def _add(self, text: str) -> None:
        answer = await self._send(text)
        if isinstance(answer, Refused):
            if self.is_attached:
                self.query_one("#answer", Static).update(Text(plain(answer.sentence)))
            return
        if self.is_attached:
            self.dismiss(None)
        self.panel.say(answer.message or self.panel.words("done"), "warn" if answer.warned else "ok")

    async def _send(self, text: str) -> Answer:
        if self._way == "path":
            return await self.panel.control.add_path(str(Path(text).expanduser()))  # noqa: ASYNC240
        return await self.panel.control.add_credentials(text.encode(), self.panel.words(f"{self._way}.title"))

    def action_close(self) -> None:
        self.dismiss(None)
