"""How far away the terminal is, and how wide it draws an emoji: asked of itself, by the place of its cursor.

In: the descriptors of keyboard and screen. Out: what it said, or None where it says nothing in time. Its modes are as
before afterwards, the line is empty again, and what comes too late is thrown away and does not land in the shell.
"""

import os
import re
import select

from gcli2api_tui.clock import Clock
from gcli2api_tui.process.terminal_modes import unechoed
from gcli2api_tui.quick_dataclass import dataclass

PATIENCE_S = 1.5
"""A line round the world takes a third of it."""

_WHERE = b"\x1b[6n"
_HERE = re.compile(rb"\x1b\[\d+;(\d+)R")
_EMPTY_LINE = b"\r\x1b[K"
EMOJI = "🙂"


@dataclass(frozen=True, slots=True)
class TerminalAnswers:
    round_trip_s: float
    emoji_columns: int


def ask_terminal(clock: Clock, keyboard: int = 0, screen: int = 1) -> TerminalAnswers | None:
    with unechoed(keyboard) as quiet:
        if not quiet:
            return None
        begun = clock.monotonic()
        before = _column(clock, keyboard, screen, "")
        took = clock.monotonic() - begun
        after = _column(clock, keyboard, screen, EMOJI) if before else 0
        os.write(screen, _EMPTY_LINE)
    return TerminalAnswers(took, after - before) if before and after else None


def _column(clock: Clock, keyboard: int, screen: int, text: str) -> int:
    """Where the cursor stands behind the text; 0 if it does not say."""
    os.write(screen, b"\r" + text.encode() + _WHERE)
    heard, until = b"", clock.monotonic() + PATIENCE_S
    while (left := until - clock.monotonic()) > 0 and select.select([keyboard], [], [], left)[0]:
        more = os.read(keyboard, 1024)
        if not more:
            break
        heard += more
        if found := _HERE.search(heard):
            return int(found[1])
    return 0
