"""Everything that can be done, by name: what keys do here and everywhere, and what the tabs offer by name.

In: commands, in the order in which they stand before anything is typed. Out: the number of the chosen one, as text.
It is ours and not Textual's: that one searches in tasks with delays, takes two lines a hit and three for its field, and
speaks English; on a phone with the keyboard open four hits of it would be left.
"""

from collections.abc import Sequence
from typing import ClassVar

from gcli2api_tui.tui.commands import Command
from gcli2api_tui.tui.keys import sign
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.finder import Finder, FinderRow


class Palette(Finder):
    TITLE_KEY: ClassVar[str] = "palette.title"
    KEYS_WIDTH: ClassVar[int] = 10

    def __init__(self, look: Look, commands: Sequence[Command]) -> None:
        rows = [
            FinderRow(str(n), sign(one.key), one.text, look.words(f"kind.{one.kind}") if one.kind else "")
            for n, one in enumerate(commands)
        ]
        super().__init__(look, rows)
