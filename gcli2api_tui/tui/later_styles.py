"""A panel that parses the style sheets of what is not in its first frame behind it, or as soon as something needs them.

In: a tab that opens, a window that is pushed. Invariant: no widget of theirs is mounted before its rules are there.
Parsing them all was a tenth of what a first frame took.
"""

from typing import TYPE_CHECKING, Any

from gcli2api_tui.tui.base_app import LATER, BaseApp


class LaterStyles(BaseApp[str]):
    CSS = ""

    def read_styles(self) -> None:
        """Once; what stands on the screen already has no rule in them."""
        missing = [name for name in LATER if not self.stylesheet.has_source(name)]
        for name in missing:
            self.stylesheet.add_source(LATER[name], read_from=(name, ""))
        if missing:
            self.stylesheet.parse()

    if not TYPE_CHECKING:

        def push_screen(self, *asked: Any, **more: Any) -> Any:
            self.read_styles()
            return super().push_screen(*asked, **more)
