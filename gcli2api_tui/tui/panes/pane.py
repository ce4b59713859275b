"""What all tabs share: a snapshot in while they are visible, the widget that takes the focus, one step back.

In: `update_from`, and what a tab reads on demand, as functions. Out: messages (tui/messages.py, or the tab's own). No
tab knows an app: any can be mounted alone.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Input

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.commands import Command
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.messages import Copy, Say
from gcli2api_tui.tui.paint.cells import Tone
from gcli2api_tui.tui.paint.look import Look

NOTHING = Snapshot(revision=0, at=0.0)


class Pane(Container):
    """One tab."""

    idle_keys: frozenset[str] = frozenset()
    """Ids of keys that would only say why they do nothing: they are not in the key bar."""

    def __init__(self, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.look = look
        self.snapshot = NOTHING

    def update_from(self, snapshot: Snapshot) -> None:
        self.take(snapshot)
        self.again()

    def take(self, snapshot: Snapshot) -> None:
        """Know it, and paint nothing: a tab that is not open is asked for its commands only."""
        self.snapshot, self.look = snapshot, self.look.at(snapshot.at)

    def commands(self) -> Iterable[Command]:
        """What can be done here by name, beside what keys do."""
        return ()

    def again(self) -> None:
        """Show the last snapshot, now perhaps by another filter or selection."""
        raise NotImplementedError

    def first(self) -> Widget:
        """What has the focus when the tab opens; never an Input."""
        raise NotImplementedError

    def say(self, key: str, tone: Tone = "dim", **values: object) -> None:
        self.post_message(Say(self.look.words(key, **values), tone))

    def empty(self, key: str, **values: object) -> str:
        """Why there are no rows; while the server is not there yet, that."""
        return self.look.words(f"status.{self.snapshot.starting}" if self.snapshot.starting else key, **values)

    def kept(self) -> dict[str, Any]:
        """What a person set here, for the tab that takes this one's place in another language."""
        return {}

    def take_up(self, kept: dict[str, Any]) -> None:
        """As `kept` of the tab that stood here before."""

    def message_gone(self) -> None:
        """The message row says nothing any more: what it offered can no longer be had."""

    def copy(self) -> None:
        """What `y` does here."""
        self.post_message(Copy(*self.copy_text()))

    def copy_text(self) -> tuple[str, str]:
        """(what it is, the text) for `y`."""
        return "copy.url", f"{self.snapshot.server.url}/v1"

    def plain_text(self) -> str:
        """The text for `v`."""
        return self.copy_text()[1]


class FilteredPane(Pane):
    """A tab with a filter line that opens with `/` and goes with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("filtered")
    HINT: ClassVar[str] = "filter.hint"
    filter_text = ""

    def filter_line(self) -> ComposeResult:
        field = Input(placeholder=self.look.words(self.HINT), classes="filter", compact=True)
        field.can_focus = False
        yield field

    @property
    def _field(self) -> Input:
        return self.query_one(".filter", Input)

    def action_filter(self) -> None:
        self._field.add_class("-shown")
        self._field.can_focus = True
        self._field.focus()

    def empty(self, key: str, **values: object) -> str:
        """Why there are no rows; while the server is not there yet, that."""
        return self.look.words(f"status.{self.snapshot.starting}" if self.snapshot.starting else key, **values)

    def kept(self) -> dict[str, Any]:
        return {"filter": self.filter_text}

    def take_up(self, kept: dict[str, Any]) -> None:
        if text := kept.get("filter"):
            self._field.add_class("-shown")
            self._field.value = self.filter_text = text

    def on_input_changed(self, event: Input.Changed) -> None:
        self.filter_text = event.value
        self.again()

    def on_input_submitted(self) -> None:
        self._field.set_class(bool(self.filter_text), "-shown")
        self.first().focus()

    def back(self) -> bool:
        """One step: close the filter. False when there was nothing to close."""
        if not self._field.has_class("-shown"):
            return False
        self._field.value = self.filter_text = ""
        self._field.remove_class("-shown")
        self.first().focus()
        self._field.can_focus = False
        self.again()
        return True

    def action_back(self) -> None:
        self.back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.can_go_back if action == "back" else True

    @property
    def can_go_back(self) -> bool:
        return self._field.has_class("-shown")


class OpenedPane(FilteredPane):
    """A tab of a list whose row can be opened (`-open`): beside the list, or on a phone in its place."""

    def closed(self) -> None:
        """The opened row was left; the list has the focus again."""

    @property
    def can_go_back(self) -> bool:
        return self.has_class("-open") or super().can_go_back

    def back(self) -> bool:
        if not self.has_class("-open"):
            return super().back()
        self.remove_class("-open")
        self.first().focus()
        self.refresh_bindings()
        self.closed()
        return True

    def action_filter(self) -> None:
        """Where what is opened covers the list and its filter: back to it, so that they are seen."""
        if not self.query_one(".list").display:
            self.back()
        super().action_filter()
