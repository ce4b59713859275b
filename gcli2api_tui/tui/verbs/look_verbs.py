"""Settings of the screen that change while it is shown: language, signs, how often it paints. They act at once.

In: each snapshot, which tells what the settings want. Out: the same screen in another look, on the same tab. A modal in
front is left alone: it is done when that has gone.
"""

import os
import sys

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.line_widgets import KeyBar, LineWidget
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.paint.look import Look, glyphs_for, language_for
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.panes.usage import UsageView
from gcli2api_tui.tui.pull import hertz_for
from gcli2api_tui.tui.screens.modal import Modal
from gcli2api_tui.tui.scrolled import Scrolled
from gcli2api_tui.tui.styled import Styled
from gcli2api_tui.tui.verbs.tab_verbs import TabVerbs
from gcli2api_tui.tui.words import Words


class LookVerbs(TabVerbs):
    refresh_hz: float
    _look: Look
    _wanted: tuple[tuple[str, str], ...] | None = None

    def follow_settings(self, snapshot: Snapshot) -> None:
        wanted, before = snapshot.server.screen, self._wanted
        if wanted == before or isinstance(self.screen, Modal):
            return
        self._wanted = wanted
        if before is not None:
            self._change(dict(wanted), dict(before))

    def _change(self, wants: dict[str, str], before: dict[str, str]) -> None:
        """Only what has changed: a flag may have asked for another than the setting."""
        changed = {name for name in wants if wants[name] != before.get(name, "auto")}
        if "refresh" in changed:
            self.refresh_hz = hertz_for(wants["refresh"], os.environ)
        if changed & {"language", "glyphs"}:
            encoding = (sys.__stdout__.encoding if sys.__stdout__ else "") or ""
            words = Words(language_for(wants["language"], os.environ))
            self._look = Look(words, glyphs_for(wants["glyphs"], os.environ, encoding))
            self._put_on()

    def _put_on(self) -> None:
        """Every widget gets the new look in its place: nothing is closed, scrolled or forgotten."""
        for widget in self.screen_stack[0].query("*"):
            if isinstance(widget, Styled | Pane | UsageView):
                widget.look = self.look
            if isinstance(widget, LinesView):
                widget.wrap_again()
            elif isinstance(widget, LineWidget):
                widget.repaint()
            elif isinstance(widget, Scrolled):
                widget.send_changed()
        self.screen_stack[0].query_one(KeyBar).repaint()
