"""How the screen ends, and what befalls the terminal under it: it falls behind, is lost, or was written over."""

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.paint.board import live_count
from gcli2api_tui.tui.paint.numbers import seconds
from gcli2api_tui.tui.screens.confirm import QuitMenu
from gcli2api_tui.tui.terminal_messages import Forgets, TerminalBehind, TerminalLost
from gcli2api_tui.tui.verbs.telling import Telling

LITE_HZ = 1.0
"""Frames a second on a slow line (setting `refresh` = lite)."""
TWICE_S = 2.0


class TerminalVerbs(Telling):
    snapshot: Snapshot
    refresh_hz: float
    _times_behind = 0
    _interrupted_at = float("-inf")

    def action_leave(self) -> None:
        if not isinstance(self.screen, QuitMenu):
            menu = QuitMenu(self.look, live_count(self.snapshot))
            self.push_screen(menu, lambda outcome: self.exit(outcome) if outcome else None)

    def action_interrupt(self) -> None:
        """Ctrl+C: the second within two seconds stops the server."""
        now = self.clock.monotonic()
        if now - self._interrupted_at < TWICE_S:
            self.exit("stop")
        self._interrupted_at = now
        self.say(self.look.words("quit.again"), "warn")

    def action_repaint(self) -> None:
        """Another program has written over the screen."""
        driver: object = self._driver
        if isinstance(driver, Forgets):
            driver.forget()
        self.screen.refresh(layout=True)

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
