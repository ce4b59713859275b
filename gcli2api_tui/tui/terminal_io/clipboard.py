"""The ways to a clipboard, tried in order: tmux's own, Termux's own, then the terminal itself (OSC 52).

In: a text and the environment. Out: how it went, so that people can be told; None where only showing it plain helps.
The text goes to the programs by their standard input, never by a command line that others can read.
"""

import base64
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Way = Literal["tmux", "termux", "osc52"]

TIMEOUT_S = 1.0
"""Termux's program hangs for ever where its app is not installed."""

NO_OSC52 = ("dumb", "linux", "vt")
"""Beginnings of TERM whose terminals have no clipboard."""

Run = Callable[[Sequence[str], str], bool]


def run(command: Sequence[str], text: str) -> bool:
    """True when the program took `text`."""
    try:
        done = subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def copy(text: str, environ: Mapping[str, str], write: Callable[[str], object], run: Run = run) -> Way | None:
    """Blocks for at most three timeouts. `write` sends a control sequence to the terminal."""
    if way := by_program(text, environ, run):
        return way
    if not takes_osc52(environ):
        return None
    write(osc52(text))
    return "osc52"


def by_program(text: str, environ: Mapping[str, str], run: Run = run) -> Way | None:
    """Only the ways that tell whether the text arrived. Blocks for at most three timeouts."""
    # `-w` hands it on to the terminal around tmux, and is younger than the rest of the command.
    if environ.get("TMUX") and any(run(("tmux", "load-buffer", *on, "-"), text) for on in (("-w",), ())):
        return "tmux"
    return "termux" if _in_termux(environ) and run(("termux-clipboard-set",), text) else None


def takes_osc52(environ: Mapping[str, str]) -> bool:
    """Whether the terminal may have a clipboard; nothing tells whether it took what was sent."""
    term = environ.get("TERM", "")
    return bool(term) and not term.startswith(NO_OSC52) and environ.get("TERM_PROGRAM") != "Apple_Terminal"


def osc52(text: str) -> str:
    return f"\x1b]52;c;{base64.b64encode(text.encode('utf-8', 'replace')).decode()}\a"


def _in_termux(environ: Mapping[str, str]) -> bool:
    """On the phone itself: over SSH its clipboard is not the one of whoever looks."""
    return "TERMUX_VERSION" in environ and "SSH_CONNECTION" not in environ
