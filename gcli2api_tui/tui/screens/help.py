"""All keys that act now, made from the bindings themselves; typing searches, Enter or a tap runs one."""

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from gcli2api_tui.tui.keys import key, sign
from gcli2api_tui.tui.paint.cells import fit
from gcli2api_tui.tui.words import Words


class Help(ModalScreen[str]):
    """`entries` are (key, binding id); the result is a key to press, or empty."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("escape", "close", "help.close"),
        key("slash", "search", "help.search"),
    ]

    def __init__(self, entries: list[tuple[str, str]]) -> None:
        super().__init__()
        self._entries = entries

    def compose(self) -> ComposeResult:
        words: Words = self.app.words  # type: ignore[attr-defined]
        with Container(classes="box tall"):
            yield Static(Text(words("help.title"), style="bold"))
            yield OptionList(*self._options(""), compact=True)
            yield Input(placeholder="/  " + words("help.hint"), compact=True)

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def _options(self, search: str) -> list[Option]:
        words: Words = self.app.words  # type: ignore[attr-defined]
        seen: dict[str, list[str]] = {}
        for name, binding in self._entries:
            seen.setdefault(binding, []).append(name)
        lines = [(names, words(f"key.{binding}")) for binding, names in seen.items() if binding]
        return [
            Option(Text.assemble((fit(" ".join(map(sign, names)), 12), "bold"), text), id=names[0])
            for names, text in lines
            if search in f"{' '.join(names)} {text}".casefold()
        ]

    def action_search(self) -> None:
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one(OptionList).set_options(self._options(event.value.casefold()))

    def on_input_submitted(self) -> None:
        self.query_one(OptionList).focus()
        self.query_one(OptionList).highlighted = 0

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id or "")

    def action_close(self) -> None:
        self.dismiss("")
