"""What a person does to the screen itself: copy from it, see it plain, one pane alone on it and back, all its keys and
all that can be done by name; and how it looks: theme, language, privacy mode.

Another language or another privacy is another panel: all tabs are made anew, so that no title, field or cached line of
before is left. The tab that is open, its filter, its cursors and what was opened in it stay.
"""

import sys
from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.widget import Widget

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import Command
from gcli2api_tui.tui.base_screens import Modal, changes
from gcli2api_tui.tui.key_bindings import grouped
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.paint.look import ASCII, Look, glyphs_for, language_for
from gcli2api_tui.tui.panes.pane import Kept, Pane
from gcli2api_tui.tui.privacy import Private
from gcli2api_tui.tui.refresh_loop import hertz_for
from gcli2api_tui.tui.styles.themes import NAMES, theme_for, themes
from gcli2api_tui.tui.terminal_io.notices import redrawing
from gcli2api_tui.tui.verbs.tab_verbs import TabVerbs
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.words import LANGUAGES, Words

if TYPE_CHECKING:
    from textual.actions import ActionParseResult


class ScreenVerbs(TabVerbs):
    ALLOW_IN_MAXIMIZED_VIEW = "#message, #keys"
    reader: Reader
    hides: Private
    """The reader itself, as what can hide."""
    environ: Mapping[str, str]
    _look: Look
    refresh_hz: float
    _wanted: tuple[tuple[str, str], ...] | None = None
    remade = False
    """The tabs are being made anew, and there is nothing to show a snapshot on."""

    def action_copy(self) -> None:
        self.pane.copy()

    def action_plain(self) -> None:
        from gcli2api_tui.tui.screens.shown_text import PlainText

        self.push_screen(PlainText(self.look, self.pane.plain_text()))

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Of a key that changes something a panel that only looks says that it does."""
        if self.only_looks and changes(default_namespace, action):
            self.say(self.look.words("looks.only"), "bad")
            return True
        return await super().run_action(action, default_namespace, namespaces)

    # By name

    def action_help(self) -> None:
        from gcli2api_tui.tui.screens.help_and_palette import Help

        self.push_screen(Help(self.look, self._acting()), lambda name: self.simulate_key(name) if name else None)

    def action_palette(self) -> None:
        from gcli2api_tui.tui.screens.help_and_palette import Palette

        named = [*self._of_keys(), *self._of_tabs(), *self.commands()]
        commands = [one for one in named if not (self.only_looks and one.changes)]

        async def chosen(number: str | None) -> None:
            if number:
                await self._do(commands[int(number)])

        self.push_screen(Palette(self.look, commands), chosen)

    def _acting(self) -> list[tuple[str, str, str]]:
        acting = [entry.binding for entry in self.screen.active_bindings.values() if entry.enabled]
        return [(binding.key, binding.id or "", binding.action) for binding in acting]

    def _of_keys(self) -> Iterator[Command]:
        for entry in grouped(self._acting()):
            key = entry.keys[0]
            yield Command(self.look.words(f"key.{entry.name}"), "", lambda key=key: self.simulate_key(key), key)  # type: ignore[misc]

    def _of_tabs(self) -> Iterator[Command]:
        for name in TABS:
            pane = self.pane_of(name)
            pane.take(self.snapshot)
            yield from pane.commands()

    def commands(self) -> Iterator[Command]:
        """Of the panel itself, beside what keys do."""
        words = self.look.words
        for name in ("auto", *NAMES):
            yield Command(words(f"theme.{name}"), "theme", partial(self.action_theme, name))
        for name in LANGUAGES:
            yield Command(words(f"language.{name}"), "language", partial(self._speak, name))

    def _speak(self, name: str) -> None:
        """When the palette is gone."""
        self.call_later(self.action_language, name)

    async def _do(self, command: Command) -> None:
        if command.tab:
            await self.action_tab(command.tab)
        command.run()

    # One pane alone

    def action_zoom(self) -> None:
        """The pane with the focus takes the whole screen, but for the keys that act; once more, and all is back."""
        if self.screen.maximized is not None:
            self.screen.minimize()
        elif self.focused is not None:
            self.screen.maximized = _pane_of(self.focused)
        self.screen.refresh_bindings()

    def unzoom(self) -> None:
        """The focus is elsewhere: what has it must be seen."""
        zoomed = self.screen.maximized
        if zoomed is not None and self.focused is not None and zoomed not in self.focused.ancestors_with_self:
            self.screen.minimize()

    # How it looks: theme, language, privacy mode

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

    def kept(self) -> dict[str, Kept]:
        """What a person has set in each tab that was opened."""
        return {pane.id or "": pane.kept() for pane in self.screen_stack[0].query(Pane)}

    def point(self, pointed: Mapping[str | None, Hashable]) -> None:
        for table in self.pane.query(LiveTable):
            table.point(pointed.get(table.id))


def _pane_of(focused: Widget) -> Widget:
    """What has a title of its own: a list alone, or the whole detail around a text."""
    framed = (node for node in focused.ancestors_with_self if isinstance(node, Widget) and node.has_class("framed"))
    return next(framed, focused)
