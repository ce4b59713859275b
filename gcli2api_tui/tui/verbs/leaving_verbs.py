"""How the panel ends, and what a terminal that does not keep up does to it."""

from textual.driver import Driver

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control
from gcli2api_tui.tui.paint.board import live_count
from gcli2api_tui.tui.paint.numbers import seconds
from gcli2api_tui.tui.screens.confirm import QuitMenu
from gcli2api_tui.tui.terminal_messages import TerminalBehind, TerminalLost
from gcli2api_tui.tui.verbs.tab_verbs import TabVerbs

LITE_HZ = 1.0
"""Frames a second on a slow line (setting `refresh` = lite)."""


class LeavingVerbs(TabVerbs):
    refresh_hz: float
    """Frames a second at most."""

    def __init__(self, control: Control, clock: Clock, *, driver_class: type[Driver] | None) -> None:
        super().__init__(control, clock, driver_class=driver_class)
        self._interrupted_at = float("-inf")
        self._times_behind = 0

    def action_leave(self) -> None:
        if not isinstance(self.screen, QuitMenu):
            menu = QuitMenu(self.look, live_count(self.snapshot))
            self.push_screen(menu, lambda outcome: self.exit(outcome) if outcome else None)

    def action_interrupt(self) -> None:
        """Ctrl+C: the second within two seconds stops the server."""
        now = self.clock.monotonic()
        if now - self._interrupted_at < 2.0:
            self.exit("stop")
        self._interrupted_at = now
        self.say(self.look.words("quit.again"), "warn")

    def on_terminal_behind(self, event: TerminalBehind) -> None:
        """A line that falls behind again is a slow one, and is painted once a second from then on."""
        self._times_behind += 1
        slower = self._times_behind > 1 and self.refresh_hz > LITE_HZ
        if slower:
            self.refresh_hz = LITE_HZ
        key = "screen.behind_slower" if slower else "screen.behind"
        self.say(self.look.words(key, span=seconds(event.seconds)), "warn")

    def on_terminal_lost(self, event: TerminalLost) -> None:
        self.exit("lost")
