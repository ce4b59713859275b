"""The panel: one task pulls a snapshot and hands it to the visible tab; keys lead to tabs, modals and verbs.

It holds no truth and calls nothing but `Reader` and `Control`. `run_async` returns why it ended:
`keep-serving`, `stop` or `lost`; after a crash of a widget it returns None and `return_code` is 1.
"""

import contextlib
from collections.abc import Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.driver import Driver
from textual.widgets import ContentSwitcher

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.trouble_port import Trouble
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import OpenCredential, OpenExchange
from gcli2api_tui.tui.base_screens import FrontScreen, Modal
from gcli2api_tui.tui.key_bindings import AS_THEY_ARE, Remapped, bindings
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.paint.look import FANCY, Glyphs, Look
from gcli2api_tui.tui.privacy import Private
from gcli2api_tui.tui.refresh_loop import SHOWN_WITHIN_S, Pace, in_turns, pull
from gcli2api_tui.tui.verbs.alert_verbs import AlertVerbs
from gcli2api_tui.tui.verbs.credential_verbs import CredentialVerbs
from gcli2api_tui.tui.verbs.instance_verbs import InstanceVerbs
from gcli2api_tui.tui.verbs.quit_verbs import TerminalVerbs
from gcli2api_tui.tui.verbs.request_verbs import RequestVerbs
from gcli2api_tui.tui.verbs.screenshot_verbs import PictureVerbs
from gcli2api_tui.tui.verbs.setup_verbs import SetupVerbs
from gcli2api_tui.tui.verbs.start_verbs import BeginDemo, StartVerbs
from gcli2api_tui.tui.widgets.line_widgets import Choices
from gcli2api_tui.tui.widgets.panel_rows import Figures, KeyBar, MessageRow, status_line
from gcli2api_tui.tui.words import Words

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.credentials import Credentials
    from gcli2api_tui.tui.panes.requests import Requests

ROWS = frozenset({"status", "tabs", "panes", "message", "keys"})
"""What the panel is made of; taken down, they go one by one."""


class Panel(
    AlertVerbs,
    CredentialVerbs,
    InstanceVerbs,
    PictureVerbs,
    RequestVerbs,
    SetupVerbs,
    StartVerbs,
    TerminalVerbs,
    inherit_bindings=False,
):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app"), *bindings("demo")]

    def __init__(
        self, reader: Reader, control: Control, clock: Clock, *, refresh_hz: float = 10.0, language: str = "en",
        glyphs: Glyphs = FANCY, driver_class: type[Driver] | None = None, begin_demo: BeginDemo | None = None,
        keys: Remapped = AS_THEY_ARE, trouble: Trouble | None = None,
        theme: str = "dark", environ: Mapping[str, str] = MappingProxyType({}),
        attached: bool = False, only_looks: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(control, clock, driver_class=driver_class, begin_demo=begin_demo)
        self.trouble = trouble
        self.attached, self.only_looks = attached, only_looks
        self._seen, self._keys = reader, keys
        self.hides, self.refresh_hz, self.environ = Private(reader), refresh_hz, environ
        self.reader: Reader = self.hides
        self.hides.widened = self.everywhere.widened
        self.snapshot: Snapshot = self.reader.snapshot()
        self._look = Look(Words(language), glyphs)
        self._faults = keys.faults
        self.set_keymap(keys.for_textual)
        self.begin_themes(theme)

    @property
    def look(self) -> Look:
        return self._look.at(self.snapshot.at)

    def compose(self) -> ComposeResult:
        look = self.look
        yield Figures(status_line, look, id="status")
        yield Choices(TABS, "tab", look, short="short", spare=("play", "options"), id="tabs")
        with ContentSwitcher(initial=self.tabs.first, id="panes"):
            yield self.pane_of(self.tabs.first)
        yield MessageRow(look, id="message")
        yield KeyBar(look, id="keys")

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._keys_changed())
        self.draw_signs()

    def on_ready(self) -> None:
        """Only now is everything mounted and laid out."""
        self.pane.first().focus()
        self.begin_with(self.reader.snapshot())
        if self._faults:
            self.say(" ".join(map(self.look.said, self._faults)), "warn")
        self.run_worker(
            pull(self.reader, self.show_in_turns, Pace(lambda: 1 / self.refresh_hz), self._counts), name="pull"
        )
        self.call_after_refresh(self._first_frame)

    def _first_frame(self) -> None:
        self._framed.set()
        self.call_later(self.read_styles)

    def _counts(self) -> bool:
        """A modal may count in seconds; of a tab the snapshot says so."""
        return isinstance(self.screen, Modal)

    def show_this(self, snapshot: Snapshot) -> bool:
        """False while the panel is taken down."""
        if there := self._is_there():
            for _ in self._taken(snapshot):
                pass
        return there

    async def show_in_turns(self, snapshot: Snapshot) -> bool:
        """The same in steps, between which streams run; what is painted waits until all have their part of it."""
        if there := self._is_there():
            front = self.screen_stack[0]
            async with front.painted_later() if isinstance(front, FrontScreen) else contextlib.nullcontext():
                await in_turns(self._taken(snapshot), SHOWN_WITHIN_S)
        return there and self._is_there()

    def _is_there(self) -> bool:
        return self.remade or (
            bool(self.screen_stack) and {child.id for child in self.screen_stack[0].children} >= ROWS
        )

    def _taken(self, snapshot: Snapshot) -> Iterator[None]:
        if self.remade:
            return
        self.snapshot = snapshot
        if not snapshot.starting:
            self.follow_settings(snapshot)
        yield from self._showing()
        if not (snapshot.starting or self.remade):
            self.tell_in_time(self.snapshot)

    def show_now(self) -> None:
        """A tab that opens shows this moment: the last snapshot may be a minute old."""
        self.show_this(self.reader.snapshot())

    def show(self) -> None:
        """The snapshot to what is visible: the modal in front, or the status row and the open tab."""
        for _ in self._showing():
            pass

    def _showing(self) -> Iterator[None]:
        front, snapshot = self.screen, self.snapshot
        if isinstance(front, Modal):
            if front.is_mounted:
                front.update_from(snapshot)
            return
        pane = self.pane
        front.query_one("#status", Figures).update_from(snapshot)
        for _ in chain((None,), pane.showing(snapshot)):
            yield
            if self.snapshot is not snapshot or self.remade or not self._is_there():
                return  # shown by whoever brought something newer, or there is nothing left to show it on
            if self.pane is not pane:
                return  # it is shown whole when it opens again; under a window that opened meanwhile it is now

    @on(OpenCredential)
    async def open_credential(self, event: OpenCredential) -> None:
        credentials = cast("Credentials", await self.open_tab("credentials"))
        credentials.open(event.credential)

    @on(OpenExchange)
    async def open_exchange(self, event: OpenExchange) -> None:
        requests = cast("Requests", await self.open_tab("requests"))
        requests.open(event.exchange)

    async def twin(self, control: Control) -> "Panel":
        keys = Remapped(self._keys.keys)
        other = Panel(self._seen, control, self.clock, glyphs=self._look.glyphs, keys=keys, environ=self.environ)
        other.theme = self.theme
        await other.hides.turn_on()
        other._look = Look(self._look.words, self._look.glyphs, private=True)
        other.snapshot = other.reader.snapshot()
        return other

    def _keys_changed(self) -> None:
        if self.remade:
            return  # the focus that the new tab gets tells again
        self.unzoom()
        for bar in self.screen_stack[0].query(KeyBar) if self.screen_stack else ():
            bar.typing = self.focused is not None and self.focused.check_consume_key("a", "a")
            bar.idle = self.pane.idle_keys
            bar.repaint()
