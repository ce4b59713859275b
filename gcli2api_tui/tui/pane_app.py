"""What every app with our panes needs: the style sheets and the breakpoints that they ask for.

The panel is one; a test or a demo page of a single pane is another. The panel parses the sheets of what is not in its
first frame behind it (a tenth of what the frame took), or as soon as a tab opens or a window is pushed: no widget of
theirs is mounted before its rules are there.
"""

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual.app import App, ReturnType, ScreenStackError
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import MountError

from gcli2api_tui.tui.base_screens import FrontScreen, classes_of
from gcli2api_tui.tui.styles import LATER

STYLES = Path(__file__).parent / "styles"
Node = TypeVar("Node", bound=DOMNode)


class PaneApp(App[ReturnType], inherit_bindings=False):
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

    def get_default_screen(self) -> Screen[None]:
        return self._fitted(FrontScreen(id="_default"))

    def _fitted(self, screen: Node) -> Node:
        """With the classes that it would get after its first layout, for another one."""
        screen.add_class(*classes_of(self.size, self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS))
        return screen

    if not TYPE_CHECKING:

        def push_screen(self, screen: Screen[object] | str, *asked: object, **more: object) -> object:
            return super().push_screen(screen if isinstance(screen, str) else self._fitted(screen), *asked, **more)

    def on_mount(self) -> None:
        self.animation_level = "none"

    def _handle_exception(self, error: Exception) -> None:
        """Of what opens while the app closes Textual mounts nothing: that it misses its parts then is no crash."""
        if self._exit and isinstance(error, NoMatches | ScreenStackError | MountError):
            return
        super()._handle_exception(error)


class LaterStyles(PaneApp[str]):
    """The panel's: its first frame waits for no style sheet but its own."""

    CSS = ""

    def read_styles(self) -> None:
        """Once; what stands on the screen already has no rule in them."""
        missing = [name for name in LATER if not self.stylesheet.has_source(name)]
        for name in missing:
            self.stylesheet.add_source(LATER[name], read_from=(name, ""))
        if missing:
            self.stylesheet.parse()

    if not TYPE_CHECKING:

        def push_screen(self, *asked: object, **more: object) -> object:
            self.read_styles()
            return super().push_screen(*asked, **more)
