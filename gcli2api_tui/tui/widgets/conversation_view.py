"""A conversation as it grows: prompts, and answers with their thoughts folded. Of any length: no tick does much work.

In: `show(side, asked, text, at)`; what is new of the answer that runs is read from its offset on. Out: nothing. It
follows the end while an answer comes, until a person scrolls away.
"""

from dataclasses import field
from typing import ClassVar

from textual.binding import BindingType

from gcli2api_tui.control.question import AskedRow
from gcli2api_tui.ledger.exchange_rows import Passage
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, Tone, Wrapped, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.play_state import Asked, AskedText, Side, Spoken
from gcli2api_tui.tui.privacy import dotted
from gcli2api_tui.tui.widgets.lines_view import LinesView

AT_ONCE = 30_000
"""Characters that are laid out in one go; what is left is laid out in the next moment."""
SHOWN_PROMPT = 4_000

_TONES: dict[str, Tone] = {"thought": "dim", "call": "accent", "answer": "plain"}


@dataclass(slots=True)
class _Laid:
    """One prompt with its answer, as far as it is laid out."""

    spoken: Spoken
    offset: int = 0
    read: list[Passage] = field(default_factory=list)
    waiting: list[Passage] = field(default_factory=list)
    blocks: list[tuple[str, Wrapped]] = field(default_factory=list)
    thoughts: int = 0
    lines: list[Line] | None = None
    """When nothing changes any more."""


class AnswerView(LinesView):
    BINDINGS: ClassVar[list[BindingType]] = bindings("answer")

    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(look, id=id, classes=classes)
        self.unfolded = False
        self.following = True
        self.empty: tuple[str, ...] = ()
        """What stands there before anything was asked."""
        self._laid: list[_Laid] = []
        self._side: Side | None = None
        self._seen: object = None

    def show(self, side: Side, asked: Asked, text: AskedText, at: float) -> None:
        self.look, self._side = self.look.at(at), side
        if [one.spoken for one in self._laid] != side.spoken[: len(self._laid)] or len(self._laid) > len(side.spoken):
            self._laid = []
        if len(self._laid) < len(side.spoken):
            self.following = True
            self._laid += [_Laid(one) for one in side.spoken[len(self._laid) :]]
        news = [self._read(one, asked, text) for one in self._laid if one.lines is None]
        seen = (self.unfolded, self.inside.width, len(self._laid), self._side.question.turns, self.empty)
        if any(news) or seen != self._seen:
            self._seen = seen
            self._lay()

    def _read(self, laid: _Laid, asked: Asked, text: AskedText) -> bool:
        """Whether anything reads differently now."""
        spoken, row = laid.spoken, laid.spoken.row
        if spoken.ask is None:
            return True
        spoken.row = asked(spoken.ask) or row
        page = text(spoken.ask, laid.offset)
        laid.offset = page.next_offset
        laid.read += page.passages
        laid.waiting += page.passages
        spoken.answer += [passage.text for passage in page.passages if passage.kind == "answer"]
        return bool(page.passages) or spoken.row != row

    @property
    def _width(self) -> int:
        return max(10, self.inside.width - 1)

    # Lines

    def _lay(self) -> None:
        lines: list[Line] = [] if self._side is None else self._earlier(self._side)
        for laid in self._laid:
            if laid.lines is None:
                self._feed(laid)
                made = self._lines_of(laid)
                if laid.spoken.ended and not laid.waiting:
                    laid.lines = made
                lines += made
            else:
                lines += laid.lines
        self.set_lines(lines or [((part, "dim"),) for text in self.empty for part in wrap(text, self._width)])
        if any(laid.waiting for laid in self._laid):
            self.set_timer(0.01, self._lay)

    def _feed(self, laid: _Laid) -> None:
        """A part of what waits: an answer may be a megabyte, and come at once."""
        left = AT_ONCE
        while laid.waiting and left > 0:
            passage = laid.waiting.pop(0)
            text, rest = passage.text[:left], passage.text[left:]
            if rest:
                laid.waiting.insert(0, Passage(passage.kind, rest))
            left -= len(text)
            if passage.kind == "thought":
                laid.thoughts += len(text)
            if not laid.blocks or laid.blocks[-1][0] != passage.kind:
                laid.blocks.append((passage.kind, Wrapped(self._width)))
            laid.blocks[-1][1].feed(text)

    def _earlier(self, side: Side) -> list[Line]:
        lines: list[Line] = []
        for turn in side.question.turns:
            lines += self._prompt(turn.text) if turn.role == "user" else self._said(turn.text)
        return lines

    def _prompt(self, text: str) -> list[Line]:
        shown = text if len(text) <= SHOWN_PROMPT else text[:SHOWN_PROMPT] + "…"
        shown = dotted(shown) if self.look.private else shown
        laid = Wrapped(self._width - 2)
        laid.feed(shown)
        return [
            ((f"{self.look.glyphs.after} " if not at else "  ", "accent"), (line, "bold"))
            for at, line in enumerate(laid.lines)
        ]

    def _said(self, text: str) -> list[Line]:
        laid = Wrapped(self._width)
        laid.feed(dotted(text) if self.look.private else text)
        return [*(((line, "plain"),) for line in laid.lines), ()]

    def _lines_of(self, laid: _Laid) -> list[Line]:
        lines = self._prompt(laid.spoken.prompt)
        for kind, wrapped in laid.blocks:
            if kind == "thought":
                lines += self._thought(laid, wrapped)
            else:
                lines += [((line, _TONES[kind]),) for line in wrapped.lines]
        if not laid.spoken.ended:
            cursor: Line = ((self.look.glyphs.cursor, "accent"),)
            lines = [*lines[:-1], (*lines[-1], *cursor)] if laid.blocks else [*lines, cursor]
        return [*lines, *self._error(laid.spoken), ()]

    def _thought(self, laid: _Laid, wrapped: Wrapped) -> list[Line]:
        glyphs, word = self.look.glyphs, self.look.words
        if not self.unfolded:
            return [((f"{glyphs.folded} {word('think.folded', n=laid.thoughts)}", "dim"),)]
        head: Line = ((f"{glyphs.unfolded} {word('think.open')}", "dim"),)
        return [head, *(((line, "dim"),) for line in wrapped.lines)]

    def _error(self, spoken: Spoken) -> list[Line]:
        """As the client got it: the status, and the words."""
        row: AskedRow | None = spoken.row
        text, tone = spoken.refusal, "bad"
        if row is not None and row.error:
            tone = "warn" if row.state == "stopped" else "bad"
            text = f"{row.status}  {self.look.said(row.error)}" if row.status else self.look.said(row.error)
        if not text:
            return []
        return [((line, "warn" if tone == "warn" else "bad"),) for line in wrap(text, self._width)]

    def wrap_again(self) -> None:
        """Another width: everything is laid out anew, a part at a time."""
        for laid in self._laid:
            laid.waiting, laid.blocks, laid.thoughts, laid.lines = [*laid.read], [], 0, None
        self._lay()

    @property
    def _thinks(self) -> bool:
        return any(kind == "thought" for laid in self._laid for kind, _ in laid.blocks)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._thinks if action == "fold" else True

    # Moving

    def stands(self) -> str:
        if self.following and self.overflows:
            return self.look.words("title.follow")
        return super().stands()

    def scrolled_to(self, y: int) -> None:
        self.following = y >= self.max_scroll_y
        super().scrolled_to(y)

    def action_fold(self) -> None:
        self.unfolded = not self.unfolded
        for laid in self._laid:
            laid.lines = None
        self._lay()
