"""Widgets that are painted by the line, of which only lines that changed are painted again; and the panel's own rows.

Figures of the snapshot (the status row), the message row, and lines of pieces that can be tapped: choices of which one
is on (the tabs, the parts of a detail), and the key bar. In: what they show, by a method. Out: `Tapped`, `Gone`.
"""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.key_bindings import sign
from gcli2api_tui.tui.key_table import BAR
from gcli2api_tui.tui.paint import status_row
from gcli2api_tui.tui.paint.cells import Line, Steps, Tone, at_once, fit_line, plain, spread, width_of, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.styles.line_styles import Styled
from gcli2api_tui.tui.widgets.scroll_view import bands

Painter = Callable[[Snapshot, int, int, Look], list[Line]]


class LineWidget(Styled, Widget):
    """Lines made by `lines()`, compared with what stands there; those that differ are repainted.

    Where they take a while they are made by `in_steps` instead, and `repainting` takes it step by step.
    """

    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.look = look
        self._lines: list[Line] = []

    def lines(self, width: int, height: int) -> list[Line]:
        raise NotImplementedError

    def in_steps(self, width: int, height: int) -> Steps[list[Line]]:
        yield from ()
        return self.lines(width, height)

    def repaint(self) -> None:
        at_once(self.repainting())

    def repainting(self) -> Steps[None]:
        """What was painted meanwhile, after a key or in another size, is newer than what these steps began with."""
        before, size = self._lines, self.size
        fresh = (yield from self.in_steps(*size)) if all(size) else []
        if self._lines is before and self.size == size:
            self._stand(fresh)
        else:
            self.repaint()

    def _stand(self, fresh: list[Line]) -> None:
        before, self._lines = self._lines, fresh
        changed = [y for y in range(max(len(before), len(fresh))) if before[y : y + 1] != fresh[y : y + 1]]
        if changed:
            self.refresh(*bands(changed, self.size.width))

    def resized(self) -> None:
        self.repaint()

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip_of(line, self.size.width)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width


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


class TappableLine(LineWidget):
    """One line of pieces that can be tapped: (name, line) pairs side by side."""

    class Tapped(Message):
        """The piece of that name."""

        def __init__(self, strip: "TappableLine", name: str) -> None:
            super().__init__()
            self.strip = strip
            self.name = name

        @property
        def control(self) -> "TappableLine":
            return self.strip

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        raise NotImplementedError

    def lines(self, width: int, height: int) -> list[Line]:
        return [fit_line(tuple(run for _, piece in self.pieces(width) for run in piece), width)]

    def on_click(self, event: events.Click) -> None:
        left = 0
        for name, piece in self.pieces(self.size.width):
            left += width_of(piece)
            if event.x < left:
                self.post_message(self.Tapped(self, name))
                return


class Choices(TappableLine):
    """`[Answer] Prompt Hops`: one of several is on. Used for the tabs and for the parts of a detail.

    At the right end, where there is room, stands a note: how the chosen part stands. Of more than fit, those in `spare`
    are left out, unless they are on.
    """

    current: reactive[str] = reactive("")

    def __init__(
        self,
        names: tuple[str, ...],
        prefix: str,
        look: Look,
        *,
        short: str = "",
        spare: tuple[str, ...] = (),
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(look, id=id)
        self.names, self._spare = names, spare
        self._prefix = prefix
        self._short = short or prefix
        self._note = ""
        self.set_reactive(Choices.current, names[0])

    def watch_current(self) -> None:
        self.repaint()

    def note(self, text: str) -> None:
        self._note = text
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        choices: Line = tuple(run for _, piece in self.pieces(width) for run in piece)
        note: Line = ((self._note, "dim"),)
        return [spread(choices, note if width_of(choices) + width_of(note) <= width else (), width)]

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        prefix = self._short if width < 60 else self._prefix
        every = [(name, self._piece(name, self.look.words(f"{prefix}.{name}"))) for name in self.names]
        if sum(width_of(piece) for _, piece in every) <= width:
            return every
        return [(name, piece) for name, piece in every if name not in self._spare or name == self.current]

    def _piece(self, name: str, text: str) -> Line:
        tone: Tone = "chip" if name == self.current else "dim"
        return ((f" {text} ", tone), (" ", "plain"))


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
