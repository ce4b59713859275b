"""Widgets that are painted by the line, of which only lines that changed are painted again.

Lines of pieces that can be tapped among them: choices of which one is on (the tabs, the parts of a detail). In: what
they show, by a method. Out: `Tapped`.
"""

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from gcli2api_tui.tui.paint.cells import Line, Steps, Tone, at_once, fit_line, spread, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.styles.line_styles import Styled
from gcli2api_tui.tui.widgets.scroll_view import bands


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
