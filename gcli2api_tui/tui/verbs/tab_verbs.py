"""Which tab is open, and how another one is: by its letter, by a tap, or because a pane wants it.

In: its name. Out: the pane, mounted and with the last snapshot in the first frame that shows it. A tab that nobody has
opened yet is not mounted, and its module not imported: a panel starts with the one that it shows. A tab gets what it
reads on demand as functions.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property
from types import ModuleType

from textual import on
from textual.widgets import ContentSwitcher

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.app_messages import OpenTab
from gcli2api_tui.tui.base_app import Verbs
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.pane import Kept, Pane
from gcli2api_tui.tui.privacy import Private
from gcli2api_tui.tui.widgets.line_widgets import Choices
from gcli2api_tui.tui.widgets.panel_rows import KeyBar, MessageRow

Maker = Callable[[Look, Private], Pane]


@dataclass(slots=True)
class Tabs:
    first: str = TABS[0]
    """The one that is shown at once."""
    made: dict[str, Pane] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    """What a person had set in a tab of before, until the one that takes its place takes it up."""
    one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def anew(self, first: str, kept: Mapping[str, Kept]) -> None:
        """All panes are made again; of those that were never seen what was kept before still holds."""
        self.first = first
        self.made.clear()
        self.kept.update(kept)


class TabVerbs(Verbs):
    snapshot: Snapshot
    hides: Private

    @cached_property
    def tabs(self) -> Tabs:
        return Tabs()

    def show_now(self) -> None:
        """A tab that opens shows this moment: the last snapshot may be a minute old."""
        raise NotImplementedError

    @property
    def pane(self) -> Pane:
        current = self.screen_stack[0].query_one("#panes", ContentSwitcher).current
        return self.screen_stack[0].query_one(f"#{current}", Pane)

    def pane_of(self, name: str) -> Pane:
        """Perhaps not mounted yet."""
        if name not in self.tabs.made:
            if name != TABS[0]:
                self.read_styles()
            self.tabs.made[name] = maker_of(name)(self.look, self.hides)
        return self.tabs.made[name]

    async def action_tab(self, name: str) -> None:
        await self.open_tab(name)

    async def open_tab(self, name: str) -> Pane:
        front = self.screen_stack[0]
        front.minimize()
        async with self.tabs.one_by_one:
            if name not in self.tabs.made:
                await asyncio.to_thread(maker_of, name)
            pane, switcher = self.pane_of(name), front.query_one("#panes", ContentSwitcher)
            with self.batch_update():
                if not pane.is_attached:
                    await switcher.add_content(pane)
                switcher.current = name
                front.query_one("#tabs", Choices).current = name
                front.set_focus(pane.first())  # now: a key that came right behind is for what it opens
                pane.update_from(self.snapshot)
        self.call_after_refresh(self._laid_out, pane)
        return pane

    def _laid_out(self, pane: Pane) -> None:
        """Now it knows how much room it has. One that was made anew meanwhile takes nothing up: it is there no more."""
        if self.tabs.made.get(pane.id or "") is not pane:
            return
        if kept := self.tabs.kept.pop(pane.id or "", None):
            pane.take(self.snapshot)
            pane.take_up(kept)
        self.show_now()

    async def action_turn(self, by: int) -> None:
        await self.open_tab(TABS[(TABS.index(self.pane.id or "") + by) % len(TABS)])

    @on(Choices.Tapped, "#tabs")
    async def tab_tapped(self, event: Choices.Tapped) -> None:
        await self.open_tab(event.name)

    @on(OpenTab)
    async def tab_wanted(self, event: OpenTab) -> None:
        await self.open_tab(event.name)

    @on(KeyBar.Tapped, "#keys")
    def key_tapped(self, event: KeyBar.Tapped) -> None:
        if event.name:
            self.simulate_key(event.name)

    @on(MessageRow.Gone, "#message")
    def message_gone(self) -> None:
        for pane in self.screen_stack[0].query(Pane):
            pane.message_gone()


def maker_of(name: str) -> Maker:
    """Imports what the tab is made of: in a thread, where that may take long."""
    match name:
        case "dashboard":
            from gcli2api_tui.tui.panes.dashboard import Dashboard

            return lambda look, reader: Dashboard(look, reader.transcript, reader.keys, reader.opening, id=name)
        case "requests":
            from gcli2api_tui.tui.app_messages import reads_of
            from gcli2api_tui.tui.panes.requests import Requests

            return lambda look, reader: Requests(look, reads_of(reader), id=name)
        case "credentials":
            from gcli2api_tui.tui.panes.credentials import Credentials

            return lambda look, reader: Credentials(look, id=name)
        case "play":
            from gcli2api_tui.tui.panes.play import Play
            from gcli2api_tui.tui.play_state import AskReads

            return lambda look, reader: Play(
                look, reader.models, AskReads(reader.asked, reader.asked_text, reader.answer_of), id=name
            )
        case "use":
            from gcli2api_tui.tui.panes.use_tab import Use

            return lambda look, reader: Use(look, reader.keys, reader.models, reader.usage, reader.client_keys, id=name)
        case "logs":
            from gcli2api_tui.tui.panes.logs import Logs

            return lambda look, reader: Logs(look, id=name)
        case "options":
            from gcli2api_tui.tui.panes.options import Options

            return lambda look, reader: Options(look, reader.settings, id=name)
    raise LookupError(name)


def import_soon() -> tuple[ModuleType, ...]:
    """In a thread, when the first frame and the server are there: what a person opens next, so that no key waits.

    Logs, options and Play, 1.3 MB of a panel at rest, are imported when they are opened.
    """
    from gcli2api_tui.tui.panes import credentials, requests, use_tab
    from gcli2api_tui.tui.screens import add, help_and_palette, menus, shown_text

    return requests, credentials, use_tab, help_and_palette, add, menus, shown_text
