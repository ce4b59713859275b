"""One of many: typing filters, Enter or a tap takes it. Where any value may be typed, what fits nothing is taken too.

In: a title and choices. Out: the value, or None for none. More than fits scrolls.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.play import Choice
from gcli2api_tui.tui.screens.modal import Modal


class Pick(Modal[str | None]):
    """`free` is the text to begin with where any may be typed."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("help")

    def __init__(
        self,
        look: Look,
        title: str,
        choices: Sequence[Choice],
        *,
        now: str = "",
        free: str | None = None,
        note: str = "",
    ) -> None:
        super().__init__(look)
        self._title, self._choices, self._now, self._free, self._note = title, tuple(choices), now, free, note

    def compose(self) -> ComposeResult:
        words = self.look.words
        listed = OptionList(*self._options(""), compact=True)
        listed.can_focus = False  # letters go to the field
        with Container(classes="box tall pick"):
            yield Static(Text(self._title, style="bold"), classes="pick-title")
            if self._note:
                yield Static(Text(self._note), classes="note")
            yield listed
            hint = words("pick.hint") if self._free is None else words("pick.free")
            yield Input(self._free or "", placeholder=hint, compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        found = [index for index, choice in enumerate(self._choices) if choice.value == self._now]
        self._list.highlighted = found[0] if found else 0

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _options(self, search: str) -> list[Option]:
        fits = [one for one in self._choices if search in f"{one.text} {one.value}".casefold()]
        if not fits and self._free is None:
            return [Option(Text(self.look.words("help.none")), disabled=True)]
        return [Option(Text(one.text, no_wrap=True, overflow="ellipsis"), id=_key(one)) for one in fits]

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.is_mounted and event.value != self._free:
            self._list.set_options(self._options(event.value.strip().casefold()))
            self._list.action_first()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What is typed whole is meant, before what merely begins like it."""
        text = event.value.strip()
        if self._free is not None and text and text != self._free and not self._chosen_is(text):
            self.dismiss(text)
        elif self._list.option_count:
            self._list.action_select()
        else:
            self.dismiss(text)

    def _chosen_is(self, text: str) -> bool:
        """Whether the list offers something for what was typed."""
        return self._list.option_count > 0 and any(text.casefold() in one.text.casefold() for one in self._choices)

    def action_move(self, by: int) -> None:
        self._list.action_cursor_up() if by < 0 else self._list.action_cursor_down()

    def action_page(self, by: int) -> None:
        self._list.action_page_up() if by < 0 else self._list.action_page_down()

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss((event.option.id or "")[1:])

    def action_close(self) -> None:
        self.dismiss(None)


def _key(choice: Choice) -> str:
    """An id may not be empty, a value may."""
    return f"={choice.value}"
