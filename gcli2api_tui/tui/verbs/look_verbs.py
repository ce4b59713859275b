"""How the panel looks, changed while it runs: theme, language, privacy mode; and a picture of the screen.

Another language or another privacy is another panel: all tabs are made anew, so that no title, field or cached line of
before is left. The tab that is open, its filter, its cursors and what was opened in it stay.
"""

import sys
from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from typing import Any

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.commands import Command
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.paint.look import ASCII, Look, glyphs_for, language_for
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.privacy import Private
from gcli2api_tui.tui.refresh_loop import hertz_for
from gcli2api_tui.tui.screens.modal import Modal
from gcli2api_tui.tui.terminal_messages import redrawing
from gcli2api_tui.tui.themes import NAMES, theme_for, themes
from gcli2api_tui.tui.verbs.screen_verbs import ScreenVerbs
from gcli2api_tui.tui.words import LANGUAGES, Words


class LookVerbs(ScreenVerbs):
    reader: Reader
    hides: Private
    """The reader itself, as what can hide."""
    environ: Mapping[str, str]
    _look: Look
    refresh_hz: float
    _wanted: tuple[tuple[str, str], ...] | None = None
    remade = False
    """The tabs are being made anew, and there is nothing to show a snapshot on."""

    def begin_themes(self, chosen: str) -> None:
        for theme in themes():
            self.register_theme(theme)
        self.theme = theme_for(chosen, self.environ)

    def follow_settings(self, snapshot: Snapshot) -> None:
        """What the settings want of the screen, from now on; while a modal is in front, when that has gone."""
        wanted, before = snapshot.server.screen, self._wanted
        if wanted != before and not isinstance(self.screen, Modal):
            self._wanted = wanted
            if before is not None:
                self.beside(self._follow(dict(wanted), dict(before)))

    async def _follow(self, wants: dict[str, str], before: dict[str, str]) -> None:
        """Only what has changed: a flag may have asked for another than the setting."""
        changed = {name for name in wants if wants[name] != before.get(name, "auto")}
        if "refresh" in changed:
            self.refresh_hz = hertz_for(wants["refresh"], self.environ)
        if "theme" in changed:
            self.action_theme(wants["theme"])
        if changed & {"language", "glyphs"}:
            encoding = (sys.__stdout__.encoding if sys.__stdout__ else "") or ""
            words = Words(language_for(wants["language"], self.environ))
            glyphs = glyphs_for(wants["glyphs"], self.environ, encoding)
            await self._anew(Look(words, glyphs, private=self._look.private))

    def action_theme(self, name: str) -> None:
        """`auto`, `dark`, `light` or `terminal`, at once."""
        self.theme = theme_for(name, self.environ)
        self.screen.refresh(layout=True)
        for widget in self.screen.walk_children():
            widget.refresh()

    async def action_language(self, name: str) -> None:
        await self._anew(Look(Words(name), self._look.glyphs, private=self._look.private))

    async def action_private(self) -> None:
        """Names, keys, prompts and answers hidden, or shown again."""
        if self.hides.on:
            self.hides.on = False
        else:
            await self.hides.turn_on()
        await self._anew(Look(self._look.words, self._look.glyphs, private=self.hides.on))
        self.say(self.look.words("private.on" if self.hides.on else "private.off"), "warn" if self.hides.on else "ok")

    async def _anew(self, look: Look) -> None:
        """All that stands on the screen, made by that look."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self._look = look
        self.draw_signs()
        self.snapshot = self.reader.snapshot()
        tab, pointed = self.pane.id or "", self.pointed()
        async with self.tabs.one_by_one:
            self.tabs.anew(tab, self.kept())
            self.remade = True
            try:
                await self.recompose()
            finally:
                self.remade = False
        await self.open_tab(tab)
        self.call_after_refresh(self.point, pointed)

    def draw_signs(self) -> None:
        """What the toolkit draws keeps to the glyphs as well."""
        if (driver := redrawing(self._driver)) is not None:
            driver.ascii_only = self._look.glyphs is ASCII

    def pointed(self) -> dict[str | None, Hashable]:
        """Where the cursors of the open tab's lists are."""
        return {table.id: table.pointed for table in self.pane.query(LiveTable)}

    def kept(self) -> dict[str, dict[str, Any]]:
        """What a person has set in each tab that was opened."""
        return {pane.id or "": pane.kept() for pane in self.screen_stack[0].query(Pane)}

    def point(self, pointed: Mapping[str | None, Hashable]) -> None:
        for table in self.pane.query(LiveTable):
            table.point(pointed.get(table.id))

    def commands(self) -> Iterator[Command]:
        words = self.look.words
        for name in ("auto", *NAMES):
            yield Command(words(f"theme.{name}"), "theme", partial(self.action_theme, name))
        for name in LANGUAGES:
            yield Command(words(f"language.{name}"), "language", partial(self._speak, name))

    def _speak(self, name: str) -> None:
        """When the palette is gone."""
        self.call_later(self.action_language, name)
