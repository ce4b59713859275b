"""How the screen ends, and what befalls the terminal under it: it falls behind, is lost, or was written over."""

from collections.abc import Iterator
from functools import partial

from gcli2api_tui.control.verb_results import StopMode
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import Command
from gcli2api_tui.tui.paint.short_text import seconds
from gcli2api_tui.tui.paint.status_row import live_count
from gcli2api_tui.tui.terminal_io.notices import Forgets, TerminalBehind, TerminalLost
from gcli2api_tui.tui.verbs.screen_verbs import ScreenVerbs

LITE_HZ = 1.0
"""Frames a second on a slow line (setting `refresh` = lite)."""
TWICE_S = 2.0


class TerminalVerbs(ScreenVerbs):
    snapshot: Snapshot
    refresh_hz: float
    attached = False
    """The server is another process: nothing that ends the panel ends it, but for a person who says so."""
    _times_behind = 0
    _interrupted_at = float("-inf")

    def action_leave(self) -> None:
        from gcli2api_tui.tui.screens.menus import QuitMenu

        if not isinstance(self.screen, QuitMenu):
            menu = QuitMenu(self.look, live_count(self.snapshot), attached=self.attached, stops=not self.only_looks)
            self.push_screen(menu, lambda outcome: self.exit(outcome) if outcome else None)

    def action_interrupt(self) -> None:
        """Ctrl+C: the second within two seconds stops the server; of another process it only leaves the panel."""
        now = self.clock.monotonic()
        if now - self._interrupted_at < TWICE_S:
            self.exit("keep-serving" if self.attached else "stop")
        self._interrupted_at = now
        self.say(self.look.words("quit.again_leaves" if self.attached else "quit.again"), "warn")

    def commands(self) -> Iterator[Command]:
        yield from super().commands()
        for mode in ("restart", "restart-when-idle"):
            yield Command(self.look.words(f"command.{mode}"), "", partial(self._restart, mode), changes=True)

    def _restart(self, mode: StopMode) -> None:
        """At once it cuts answers that run: only after a yes."""
        if mode == "restart-when-idle" or not live_count(self.snapshot):
            self.ask(self.control.stop(mode))
            return
        from gcli2api_tui.tui.screens.menus import Confirm

        question = Confirm(self.look, self.look.words("confirm.restart", n=live_count(self.snapshot)))
        self.push_screen(question, lambda yes: self.ask(self.control.stop(mode)) if yes else None)

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
