"""What a person does to the screen itself: one pane alone on it, and back."""

from textual.widget import Widget

from gcli2api_tui.tui.verbs.telling import Telling


class ScreenVerbs(Telling):
    ALLOW_IN_MAXIMIZED_VIEW = "#message, #keys"

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
