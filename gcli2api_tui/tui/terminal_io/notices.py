"""What goes to a terminal beside frames, and what it is told apart from the driver, which Windows cannot import.

Titles, the bell, a notification of the desk (OSC 9), and a phone's, by Termux. In: texts, the environment. Out: control
sequences, or a program with its input; a driver with `NoticeWriter` sends them between two frames. Nothing that came
from outside is in a sequence as it came: what ends one is taken out.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, cast, runtime_checkable

from textual.message import Message

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


class Sink(Protocol):
    @property
    def behind(self) -> bool: ...

    def put(self, text: str, *, keep: bool = False) -> None: ...


class NoticeWriter:
    """Mixed into a driver. While the terminal does not read they are dropped, because they would only pile up.

    The title that stood before comes back at the end.
    """

    outlet: Sink | None
    _titled = False

    def tell(self, sequence: str) -> None:
        if self.outlet is not None and not self.outlet.behind:
            self.outlet.put(sequence)

    def tell_title(self, sequence: str) -> None:
        if not self._titled:
            self._titled = True
            self.tell(PUSH_TITLE)
        self.tell(sequence)

    def take_title_back(self) -> None:
        if self._titled and self.outlet is not None:
            self._titled = False
            self.outlet.put(POP_TITLE)


class Notifies(Protocol):
    """A driver that sends more than frames: a bell, a notification, a title."""

    def tell(self, sequence: str) -> None: ...

    def tell_title(self, sequence: str) -> None: ...


def notifier(driver: object) -> Notifies | None:
    """The driver, if it is one of those. Asked of this one: `isinstance` would remember the answer for its class."""
    return cast(Notifies, driver) if hasattr(driver, "tell") and hasattr(driver, "tell_title") else None


@runtime_checkable
class Forgets(Protocol):
    """A driver that sends only what changed, and can be told that it does not know what the terminal shows."""

    def forget(self) -> None: ...


class Redraws(Protocol):
    """A driver that can put ASCII in place of the signs that the toolkit draws."""

    ascii_only: bool


def redrawing(driver: object) -> Redraws | None:
    return cast(Redraws, driver) if hasattr(driver, "ascii_only") else None


class TerminalLost(Message):
    """Nobody sees the screen any more."""


class TerminalBehind(Message):
    """The terminal reads again after it did not for `seconds`; frames were dropped, and all is painted anew."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
