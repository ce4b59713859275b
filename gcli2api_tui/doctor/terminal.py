"""The terminal that the panel is drawn on: its size, colours and signs, tmux, how a key gets into a clipboard, how far
away it is, and how wide it draws an emoji.

In: the environment, the standard streams, and what the terminal says of itself, asked by the place of its cursor. Out:
findings; nothing of what it does not say in time. Its modes are as before.
"""

import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from gcli2api_tui.clock import Clock
from gcli2api_tui.doctor.report import Finding, ok, warn
from gcli2api_tui.messages.message import say
from gcli2api_tui.process.terminal_modes import unechoed
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.terminal_io.clipboard import takes_osc52

ASK_S = 1.0
NARROW, LOW = 40, 15
FAR_S = 0.25
"""Keys feel late from here on."""

Ask = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class TerminalAnswers:
    round_trip_s: float
    emoji_columns: int


def asked(command: Sequence[str]) -> str:
    """What a program says, on one line; "" where it is not there, or slow."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=ASK_S, check=False, text=True, errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def terminal(
    environ: Mapping[str, str],
    ask: Ask = asked,
    answers: Callable[[], TerminalAnswers | None] = lambda: ask_terminal(Clock()),
) -> Iterator[Finding]:
    if sys.stdout is None or not sys.stdout.isatty():
        yield ok("terminal", say("doctor.no_terminal"))
        return
    yield _size(shutil.get_terminal_size(), environ)
    if environ.get("TERM", "dumb") != "dumb":
        yield from _answers(answers())
    yield _colours(environ)
    yield _signs(sys.stdout.encoding or "")
    if environ.get("TMUX"):
        yield from _tmux(ask)
    yield _clipboard(environ)


def _size(size: os.terminal_size, environ: Mapping[str, str]) -> Finding:
    program = environ.get("TERM_PROGRAM") or environ.get("TERM") or "?"
    said = say("doctor.size", program=program, columns=size.columns, lines=size.lines)
    if environ.get("TERM", "dumb") == "dumb":
        return warn("terminal", said, say("doctor.dumb"))
    small = size.columns < NARROW or size.lines < LOW
    return warn("terminal", said, say("doctor.larger")) if small else ok("terminal", said)


def _answers(found: TerminalAnswers | None) -> Iterator[Finding]:
    """Measured: whatever its name promises."""
    if found is None:
        yield ok("terminal", say("doctor.terminal_silent"))
        return
    said = say("doctor.terminal_answers", ms=max(1, round(found.round_trip_s * 1000)))
    yield warn("terminal", said, say("doctor.terminal_far")) if found.round_trip_s > FAR_S else ok("terminal", said)
    if found.emoji_columns == 2:
        yield ok("terminal", say("doctor.emoji"))
    else:
        yield warn("terminal", say("doctor.emoji_columns", n=found.emoji_columns), say("doctor.emoji_shifts"))


def _colours(environ: Mapping[str, str]) -> Finding:
    if environ.get("NO_COLOR"):
        return ok("terminal", say("doctor.no_color"))
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return ok("terminal", say("doctor.true_color"))
    return ok("terminal", say("doctor.few_colors", n=256 if "256" in environ.get("TERM", "") else 16))


def _signs(encoding: str) -> Finding:
    """Without UTF-8 the panel draws with ASCII."""
    if encoding.lower().replace("-", "") == "utf8":
        return ok("terminal", say("doctor.unicode"))
    return warn("terminal", say("doctor.no_unicode", encoding=encoding or "?"), say("doctor.locale"))


def _tmux(ask: Ask) -> Iterator[Finding]:
    version = ask(("tmux", "-V")) or "tmux"
    if ask(("tmux", "show-options", "-gsv", "set-clipboard")) == "off":
        yield warn("terminal", say("doctor.tmux_clipboard", version=version), say("doctor.tmux_set"))
    else:
        yield ok("terminal", say("doctor.tmux", version=version))


def _clipboard(environ: Mapping[str, str]) -> Finding:
    ways = [
        *(["tmux"] if environ.get("TMUX") else []),
        *(["termux-clipboard-set"] if shutil.which("termux-clipboard-set") and "SSH_CONNECTION" not in environ else []),
        *(["OSC 52"] if takes_osc52(environ) else []),
    ]
    if not ways:
        return warn("terminal", say("doctor.no_clipboard"), say("cli.without_copy"))
    return ok("terminal", say("doctor.clipboard", ways=", ".join(ways)))


PATIENCE_S = 1.5
"""A line round the world takes a third of it."""

_WHERE = b"\x1b[6n"
_HERE = re.compile(rb"\x1b\[\d+;(\d+)R")
_EMPTY_LINE = b"\r\x1b[K"
EMOJI = "🙂"


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
