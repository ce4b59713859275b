"""What every app with our panes needs: the style sheets and the breakpoints that they ask for.

The panel is one; a test or a demo page of a single pane is another.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, ReturnType, ScreenStackError
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import MountError

from gcli2api_tui.tui.one_layout import classes_of
from gcli2api_tui.tui.read_only import FrontScreen
from gcli2api_tui.tui.styles import play, screens, tabs

STYLES = Path(__file__).parent / "styles"
LATER = {"tabs": tabs.CSS, "play": play.CSS, "screens": screens.CSS}
"""What no first frame needs, in the order in which they hold."""


class BaseApp(App[ReturnType], inherit_bindings=False):
    CSS_PATH = STYLES / "panel.tcss"
    CSS = "".join(LATER.values())
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"), (60, "-mid"), (110, "-wide"), (150, "-ultra"),
    ]  # fmt: skip
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-low"), (22, "-normal"), (40, "-tall")]  # noqa: RUF012

    only_looks = False
    """Nothing may be changed from here."""

    def get_default_screen(self) -> Screen[Any]:
        return self._fitted(FrontScreen(id="_default"))

    def _fitted(self, screen: Screen[Any]) -> Screen[Any]:
        """With the classes that it would get after its first layout, for another one."""
        screen.add_class(*classes_of(self.size, self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS))
        return screen

    if not TYPE_CHECKING:

        def push_screen(self, screen: Screen[Any] | str, *asked: Any, **more: Any) -> Any:
            return super().push_screen(screen if isinstance(screen, str) else self._fitted(screen), *asked, **more)

    def on_mount(self) -> None:
        self.animation_level = "none"

    def _handle_exception(self, error: Exception) -> None:
        """Of what opens while the app closes Textual mounts nothing: that it misses its parts then is no crash."""
        if self._exit and isinstance(error, NoMatches | ScreenStackError | MountError):
            return
        super()._handle_exception(error)
