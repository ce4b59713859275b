"""Tabs of a list: with a filter line that opens with `/`, and with a row that can be opened.

As every tab (panes/pane.py). Apart from it, because the first frame has no field to type in.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.panes.pane import Kept, Pane


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

    def kept(self) -> Kept:
        return {"filter": self.filter_text}

    def take_up(self, kept: Kept) -> None:
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
