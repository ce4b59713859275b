"""What a person does to the screen itself: copy from it, see it plain, one pane alone on it and back, all its keys."""

from textual.widget import Widget

from gcli2api_tui.tui.screens.help import Help
from gcli2api_tui.tui.screens.plain_text import PlainText
from gcli2api_tui.tui.verbs.tab_verbs import TabVerbs


class ScreenVerbs(TabVerbs):
    ALLOW_IN_MAXIMIZED_VIEW = "#message, #keys"

    def action_copy(self) -> None:
        self.copy(*self.pane.copy_text())

    def action_plain(self) -> None:
        self.push_screen(PlainText(self.look, self.pane.plain_text()))

    def action_help(self) -> None:
        acting = [entry.binding for entry in self.screen.active_bindings.values() if entry.enabled]
        entries = [(binding.key, binding.id or "", binding.action) for binding in acting]
        self.push_screen(Help(self.look, entries), lambda name: self.simulate_key(name) if name else None)

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
