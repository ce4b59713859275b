"""The panel: one task pulls a snapshot and hands it to the visible tab; keys lead to tabs, modals and verbs.

It holds no truth and calls nothing but `Reader` and `Control`. `run_async` returns why it ended:
`keep-serving`, `stop` or `lost`; after a crash of a widget it returns None and `return_code` is 1.
"""

from pathlib import Path
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.driver import Driver
from textual.widgets import ContentSwitcher, Input

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.keys import GLOBAL, TABS
from gcli2api_tui.tui.line_widgets import Choices, Figures, KeyBar, MessageRow, status_line
from gcli2api_tui.tui.paint.board import live_count
from gcli2api_tui.tui.paint.look import FANCY, Glyphs, Look
from gcli2api_tui.tui.panes.credentials import Credentials
from gcli2api_tui.tui.panes.dashboard import Dashboard
from gcli2api_tui.tui.panes.logs import Logs
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.panes.use import Use
from gcli2api_tui.tui.pull import pull
from gcli2api_tui.tui.screens.add import AddCredential
from gcli2api_tui.tui.screens.confirm import QuitMenu
from gcli2api_tui.tui.screens.help import Help
from gcli2api_tui.tui.screens.plain_text import PlainText
from gcli2api_tui.tui.terminal_lost import TerminalLost
from gcli2api_tui.tui.verbs import Verbs
from gcli2api_tui.tui.words import Words

STYLES = Path(__file__).parent / "styles"


class Panel(Verbs, inherit_bindings=False):
    CSS_PATH = [STYLES / "panel.tcss", STYLES / "screens.tcss"]  # noqa: RUF012
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"), (60, "-mid"), (110, "-wide"), (150, "-ultra"),
    ]  # fmt: skip
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-low"), (22, "-normal"), (40, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[Binding]] = [*GLOBAL]  # type: ignore[assignment]

    def __init__(
        self, reader: Reader, control: Control, clock: Clock, *, refresh_hz: float = 10.0, language: str = "en",
        glyphs: Glyphs = FANCY, driver_class: type[Driver] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(driver_class=driver_class)
        self.reader, self.control, self.clock = reader, control, clock
        self.words, self._glyphs, self.refresh_hz = Words(language), glyphs, refresh_hz
        self.snapshot: Snapshot = reader.snapshot()
        self._interrupted_at = float("-inf")

    @property
    def look(self) -> Look:
        return Look(self.words, self._glyphs, self.snapshot.at)

    def compose(self) -> ComposeResult:
        yield Figures(status_line, id="status")
        yield Choices(TABS, "tab", short="short", id="tabs")
        with ContentSwitcher(initial="dashboard", id="panes"):
            yield Dashboard(id="dashboard")
            yield Requests(id="requests")
            yield Credentials(id="credentials")
            yield Use(id="use")
            yield Logs(id="logs")
        yield MessageRow(id="message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._keys_changed())

    def on_ready(self) -> None:
        """Only now is everything mounted and laid out."""
        self.pane.first().focus()
        self.show()
        self.run_worker(pull(self), name="pull")

    @property
    def pane(self) -> Pane:
        current = self.screen_stack[0].query_one("#panes", ContentSwitcher).current
        return cast(Pane, self.screen_stack[0].query_one(f"#{current}"))

    def show(self) -> None:
        """The snapshot to what is visible: the modal in front, or the status row and the open tab."""
        if len(self.screen_stack) > 1:
            update = getattr(self.screen, "update_from", None)
            if update is not None and self.screen.is_mounted:
                update(self.snapshot)
            return
        self.screen_stack[0].query_one("#status", Figures).update_from(self.snapshot)
        self.pane.update_from(self.snapshot)

    # Tabs

    def action_tab(self, name: str) -> None:
        self.screen_stack[0].query_one("#panes", ContentSwitcher).current = name
        self.screen_stack[0].query_one("#tabs", Choices).current = name
        self.pane.first().focus()
        self.call_after_refresh(self.show)

    def action_turn(self, by: int) -> None:
        self.action_tab(TABS[(TABS.index(self.pane.id or "") + by) % len(TABS)])

    @on(Choices.Tapped, "#tabs")
    def tab_tapped(self, event: Choices.Tapped) -> None:
        self.action_tab(event.name)

    @on(KeyBar.Tapped, "#keys")
    def key_tapped(self, event: KeyBar.Tapped) -> None:
        if event.name:
            self.simulate_key("question_mark" if event.name == "?" else event.name)

    def open_exchange(self, exchange: ExchangeId) -> None:
        self.action_tab("requests")
        cast(Requests, self.pane).again()
        cast(Requests, self.pane).open(exchange)

    def _keys_changed(self) -> None:
        for bar in self.screen_stack[0].query(KeyBar) if self.screen_stack else ():
            bar.typing = isinstance(self.focused, Input)
            bar.repaint()

    def action_copy(self) -> None:
        self.copy(*self.pane.copy_text())

    def action_plain(self) -> None:
        self.push_screen(PlainText(self.pane.plain_text()))

    def action_add(self) -> None:
        self.push_screen(AddCredential())

    def action_help(self) -> None:
        acting = [entry.binding for entry in self.screen.active_bindings.values() if entry.enabled]
        entries = [(binding.key, binding.id or "", binding.action) for binding in acting]
        self.push_screen(Help(entries), lambda name: self.simulate_key(name) if name else None)

    # The end

    def action_leave(self) -> None:
        if not isinstance(self.screen, QuitMenu):
            menu = QuitMenu(live_count(self.snapshot))
            self.push_screen(menu, lambda outcome: self.exit(outcome) if outcome else None)

    def action_interrupt(self) -> None:
        """Ctrl+C: the second within two seconds stops the server."""
        now = self.clock.monotonic()
        if now - self._interrupted_at < 2.0:
            self.exit("stop")
        self._interrupted_at = now
        self.say(self.words("quit.again"), "warn")

    def on_terminal_lost(self, event: TerminalLost) -> None:
        self.exit("lost")
