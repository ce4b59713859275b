"""How a terminal is told: its title, its bell, and a notification of the desk (OSC 9); and a phone, by Termux.

In: texts, the environment, and the ways that a person wants. Out: control sequences for the driver, or a program with
its input. Pure. Nothing that came from outside is in a sequence as it came: what ends one is taken out.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from gcli2api_tui.tui.paint.cells import plain

AlertWay = Literal["bell", "title", "osc9", "termux"]
WAYS: tuple[AlertWay, ...] = ("bell", "title", "osc9", "termux")
BELL = "\a"
PUSH_TITLE, POP_TITLE = "\x1b[22;2t", "\x1b]2;\a\x1b[23;2t"
"""Without a stack of titles the terminal is left with an empty one, which most shells set anew."""
NONE = ("dumb", "linux", "vt", "")
"""Beginnings of TERM whose terminals have neither a title nor a desk."""
LONGEST = 200


def has_title(environ: Mapping[str, str]) -> bool:
    term = environ.get("TERM", "")
    return bool(term) and not term.startswith(NONE[:-1])


def title(text: str) -> str:
    """OSC 2; within tmux it is the pane's."""
    return f"\x1b]2;{_safe(text)}\a"


def notification(text: str, environ: Mapping[str, str]) -> str:
    """OSC 9; tmux hands it on to the terminal around it where `allow-passthrough` is on."""
    sequence = f"\x1b]9;{_safe(text)}\a"
    if environ.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return sequence


def on_phone(environ: Mapping[str, str]) -> Sequence[str]:
    """The program that shows it on this very phone; it reads the text. Empty elsewhere."""
    if "TERMUX_VERSION" not in environ or "SSH_CONNECTION" in environ:
        return ()
    return ("termux-notification", "--id", "gcli2api-tui", "--title", "gcli2api-tui")


def _safe(text: str) -> str:
    """One line of printable text, in which no number begins it: `4;…` would be a progress bar for some."""
    return plain(text)[:LONGEST].lstrip("0123456789; ")
