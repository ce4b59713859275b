"""One of many to be picked, and the settings of one side of Play as such lists: all of them, or one at once.

Typing filters, Enter or a tap takes one; where any value may be typed, what fits nothing is taken too. In: a title and
choices. Out: the value, or None for none. More than fits scrolls.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input, Static

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import play
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.play import Choice
from gcli2api_tui.tui.play_state import Side
from gcli2api_tui.tui.widgets.pick_list import PickList, PickRow


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
        values = [choice.value for choice in self._choices]
        listed = PickList(self.look, self._offered(""), at=values.index(self._now) if self._now in values else 0)
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

    @property
    def _list(self) -> PickList:
        return self.query_one(PickList)

    def _offered(self, search: str) -> list[PickRow]:
        fits = [one for one in self._choices if search in f"{one.text} {one.value}".casefold()]
        if not fits and self._free is None:
            return [PickRow(None, ((self.look.words("help.none"), "dim"),))]
        return [PickRow(one.value, ((one.text, "plain"),)) for one in fits]

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.is_mounted and event.value != self._free:
            self._list.set_rows(self._offered(event.value.strip().casefold()))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What is typed whole is meant, before what merely begins like it."""
        text = event.value.strip()
        if self._free is not None and text and text != self._free and not self._chosen_is(text):
            self.dismiss(text)
        elif self._list.rows:
            self._list.action_open()
        else:
            self.dismiss(text)

    def _chosen_is(self, text: str) -> bool:
        """Whether the list offers something for what was typed."""
        return bool(self._list.rows) and any(text.casefold() in one.text.casefold() for one in self._choices)

    def action_move(self, by: int) -> None:
        self._list.action_move(by)

    def action_page(self, by: int) -> None:
        self._list.action_page(by)

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self.dismiss(event.id)

    def action_close(self) -> None:
        self.dismiss(None)


Push = Callable[[Pick, Callable[[str | None], None]], object]


@dataclass(frozen=True, slots=True)
class SettingsMenu:
    """For as long as it is open. Out: the side changed, and `changed` called; `refused` with a value that is none.

    After one of the list the list comes back, so that several are set in a row.
    """

    side: Side
    known: play.Known
    look: Look
    push: Push
    changed: Callable[[], None]
    refused: Callable[[str, str], None]
    letter: str = ""
    """Of the side, where there are two."""

    def all(self) -> None:
        words = self.look.words
        title = words("play.settings_of", side=self.letter) if self.letter else words("play.settings_all")
        rows = play.setting_rows(self.side.question, self.known, self.look)
        self.push(Pick(self.look, title, rows), lambda name: self.one(name, back=True) if name else None)

    def one(self, name: str, *, back: bool = False) -> None:
        value = getattr(self.side.question, name)
        now = "on" if value is True else str(value if value not in (None, False) else "")
        free = ("" if name == "model" else now) if name in play.FREE else None
        offered = play.choices(name, self.known, self.look)
        screen = Pick(self.look, self.look.words(f"play.set.{name}"), offered, now=now, free=free)
        self.push(screen, partial(self._chosen, name, back))

    def _chosen(self, name: str, back: bool, text: str | None) -> None:
        if text is not None:
            try:
                self.side.change(**{name: play.read_value(name, text)})
            except ValueError:
                self.refused(name, text[:40])
            self.changed()
        if back:
            self.all()
