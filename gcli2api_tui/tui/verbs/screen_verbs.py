"""What a person does to the screen itself: copy from it, see it plain, one pane alone on it and back; all its keys, and
all that can be done, by name."""

from collections.abc import Iterator, Mapping
from typing import Any

from textual.dom import DOMNode
from textual.widget import Widget

from gcli2api_tui.tui.commands import Command
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.keys import grouped
from gcli2api_tui.tui.read_only import changes
from gcli2api_tui.tui.verbs.tab_verbs import TabVerbs


class ScreenVerbs(TabVerbs):
    ALLOW_IN_MAXIMIZED_VIEW = "#message, #keys"

    def action_copy(self) -> None:
        self.pane.copy()

    def action_plain(self) -> None:
        from gcli2api_tui.tui.screens.plain_text import PlainText

        self.push_screen(PlainText(self.look, self.pane.plain_text()))

    async def run_action(
        self, action: Any, default_namespace: DOMNode | None = None, namespaces: Mapping[str, DOMNode] | None = None
    ) -> bool:
        """Of a key that changes something a panel that only looks says that it does."""
        if self.only_looks and changes(default_namespace, action):
            self.say(self.look.words("looks.only"), "bad")
            return True
        return await super().run_action(action, default_namespace, namespaces)

    # By name

    def action_help(self) -> None:
        from gcli2api_tui.tui.screens.help import Help

        self.push_screen(Help(self.look, self._acting()), lambda name: self.simulate_key(name) if name else None)

    def action_palette(self) -> None:
        from gcli2api_tui.tui.screens.palette import Palette

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
        yield from ()

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


def _pane_of(focused: Widget) -> Widget:
    """What has a title of its own: a list alone, or the whole detail around a text."""
    framed = (node for node in focused.ancestors_with_self if isinstance(node, Widget) and node.has_class("framed"))
    return next(framed, focused)
