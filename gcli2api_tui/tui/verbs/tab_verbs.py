"""Which tab is open, and how another one is: by its letter, by a tap, or because a pane wants it."""

from textual import on
from textual.widgets import ContentSwitcher

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.choices import Choices
from gcli2api_tui.tui.key_bar import KeyBar
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.message_row import MessageRow
from gcli2api_tui.tui.messages import OpenTab
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.verbs.telling import Telling


class TabVerbs(Telling):
    snapshot: Snapshot

    def show_now(self) -> None:
        """A tab that opens shows this moment: the last snapshot may be a minute old."""
        raise NotImplementedError

    @property
    def pane(self) -> Pane:
        current = self.screen_stack[0].query_one("#panes", ContentSwitcher).current
        return self.screen_stack[0].query_one(f"#{current}", Pane)

    def action_tab(self, name: str) -> None:
        self.screen_stack[0].minimize()
        self.screen_stack[0].query_one("#panes", ContentSwitcher).current = name
        self.screen_stack[0].query_one("#tabs", Choices).current = name
        self.pane.first().focus()
        self.call_after_refresh(self.show_now)

    def action_turn(self, by: int) -> None:
        self.action_tab(TABS[(TABS.index(self.pane.id or "") + by) % len(TABS)])

    @on(Choices.Tapped, "#tabs")
    def tab_tapped(self, event: Choices.Tapped) -> None:
        self.action_tab(event.name)

    @on(OpenTab)
    def tab_wanted(self, event: OpenTab) -> None:
        self.action_tab(event.name)

    @on(KeyBar.Tapped, "#keys")
    def key_tapped(self, event: KeyBar.Tapped) -> None:
        if event.name:
            self.simulate_key(event.name)

    @on(MessageRow.Gone, "#message")
    def message_gone(self) -> None:
        for pane in self.screen_stack[0].query(Pane):
            pane.message_gone()
