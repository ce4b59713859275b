"""Rows that every screen of the panel has around its tab: figures of the snapshot, the message row, the key bar.

In: a snapshot, a sentence, the keys that act. Out: `Gone` when a message's time is over, `Tapped` with a key.
"""

from collections.abc import Callable
from typing import ClassVar

from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.key_bindings import sign
from gcli2api_tui.tui.key_table import BAR
from gcli2api_tui.tui.paint import status_row
from gcli2api_tui.tui.paint.cells import Line, Tone, plain, spread, width_of, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.line_widgets import LineWidget, TappableLine

Painter = Callable[[Snapshot, int, int, Look], list[Line]]


class Figures(LineWidget):
    """A pure painter of the snapshot as a widget."""

    def __init__(self, painter: Painter, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._painter = painter
        self._snapshot: Snapshot | None = None

    def update_from(self, snapshot: Snapshot) -> None:
        self._snapshot, self.look = snapshot, self.look.at(snapshot.at)
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        return self._painter(self._snapshot, width, height, self.look) if self._snapshot is not None else []


def status_line(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Line]:
    return [status_row.status(snapshot, width, look)]


def summary_line(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Line]:
    return [status_row.summary(snapshot, width, look)]


class MessageRow(LineWidget):
    """What was done, refused or went wrong; as many lines as it needs, up to three, gone after some seconds."""

    SHOWN_S: ClassVar[float] = 8.0
    MOST: ClassVar[int] = 3

    class Gone(Message):
        """Its time is over: nothing stands there now."""

        def __init__(self, row: "MessageRow") -> None:
            super().__init__()
            self.row = row

        @property
        def control(self) -> "MessageRow":
            return self.row

    def __init__(self, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self.text = ""
        self.mood: Tone = "plain"
        self._going: Timer | None = None

    def say(self, text: str, tone: Tone) -> None:
        self.text, self.mood = text, tone
        self.set_class(bool(text), "-shown")
        self.refresh(layout=True)
        self.repaint()
        if self._going is not None:
            self._going.stop()
        self._going = self.set_timer(self.SHOWN_S, self.expire) if text else None

    def expire(self) -> None:
        self.say("", "plain")
        self.post_message(self.Gone(self))

    def lines(self, width: int, height: int) -> list[Line]:
        pieces = wrap(plain(self.text), width)
        if len(pieces) > self.MOST:
            pieces = [*pieces[: self.MOST - 1], "".join(pieces[self.MOST - 1 :])]
        return [spread(((piece, self.mood),), (), width) for piece in pieces]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self.lines(width, self.MOST)))


class KeyBar(TappableLine):
    """The keys that act now, most useful first, as many as fit, and always `? more` at the end.

    In: the bindings of the screen. Out: `Tapped` with the key.
    """

    typing: reactive[bool] = reactive(False)
    idle: frozenset[str] = frozenset()
    """Ids that would only say why they do nothing."""

    def watch_typing(self) -> None:
        self.repaint()

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        more = self._more()
        if self.typing:
            return [("", ((self.look.words("bar.input"), "dim"),))]
        shown: list[tuple[str, Line]] = []
        room = width - width_of(more[1])
        for name, piece in self._hints():
            if width_of(piece) <= room:
                shown.append((name, piece))
                room -= width_of(piece)
        return [*shown, more]

    def _more(self) -> tuple[str, Line]:
        """The help, by the key that opens it; where it is no key, nothing leads there."""
        active = self.screen.active_bindings.values()
        keys = [entry.binding.key for entry in active if entry.binding.id == "app.help" and entry.enabled]
        if not keys:
            return "", ()
        return keys[0], ((sign(keys[0]), "key"), (f" {self.look.words('help.more')}", "dim"))

    def _hints(self) -> list[tuple[str, Line]]:
        active = [entry for entry in self.screen.active_bindings.values() if entry.enabled and entry.binding.show]
        first: dict[str, str] = {}
        for entry in active:
            first.setdefault(entry.binding.id or "", entry.binding.key)
        ids = sorted((name for name in first if name in BAR and name not in self.idle), key=BAR.index)
        return [(first[name], self._hint(first[name], name)) for name in ids]

    def _hint(self, name: str, binding: str) -> Line:
        gap = " " if self.size.width < 60 else "  "
        return ((sign(name), "key"), (f" {self.look.words(f'key.{binding}')}{gap}", "dim"))
