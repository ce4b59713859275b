"""All keys that act now, made from the bindings themselves; choosing one does what it does.

The screen's own verbs come first, then what acts everywhere, movement last; keys that do the same share a line. Keys
that a person remapped stand here as they are now.
"""

from typing import ClassVar

from gcli2api_tui.tui.keys import grouped, sign
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.finder import Finder, FinderRow


class Help(Finder):
    """The result is a key to press, or empty."""

    TITLE_KEY: ClassVar[str] = "help.title"
    KEYS_WIDTH: ClassVar[int] = 16

    def __init__(self, look: Look, entries: list[tuple[str, str, str]]) -> None:
        """`entries` are (key, binding id, action) as they act now, the nearest first."""
        rows = [
            FinderRow(entry.keys[0], " ".join(map(sign, entry.keys)), look.words(f"key.{entry.name}"))
            for entry in grouped(entries)
        ]
        super().__init__(look, rows)
