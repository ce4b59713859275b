"""The text of one exchange as it grows: its answer with folded thinking, or its prompt.

In: which exchange, and what reads its text. Out: lines that scroll (lines_view.py), the text for copying.
"""

from dataclasses import field
from typing import ClassVar, Literal

from textual.binding import BindingType
from textual.message import Message

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Passage
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.app_messages import ExchangeReads, where_its_texts_are
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, Steps, Tone, Wrapped, at_once, plain, wrap
from gcli2api_tui.tui.paint.exchange import error_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.lines_view import LinesView

Part = Literal["answer", "prompt"]


_TONES: dict[str, Tone] = {"thought": "dim", "call": "accent", "prompt": "plain", "answer": "plain"}


@dataclass(slots=True)
class Block:
    """Consecutive passages of one kind and role."""

    kind: str
    role: str
    wrapped: Wrapped
    texts: list[str] = field(default_factory=list)
    length: int = 0

    def feed(self, text: str) -> None:
        self.texts.append(text)
        self.length += len(text)
        self.wrapped.feed(text)


class TranscriptView(LinesView):
    """`show` names the exchange and reads what is new, at once: the row and its text are of one moment. Out: `Stood`.

    `part` chooses what is seen. Text is read from an offset on and appended; only the last line is wrapped again, and a
    change of the width feeds everything once more. It follows the end until the person scrolls away.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("transcript")

    class Stood(Message):
        """A person scrolled, or the view has another size: how it stands reads differently."""

    def __init__(self, look: Look, reads: ExchangeReads) -> None:
        super().__init__(look)
        self._reads = reads
        self.part: Part = "answer"
        self.unfolded = False
        self.row: ExchangeRow | None = None
        self._exchange: ExchangeId | None = None
        self._offset = 0
        self._blocks: list[Block] = []
        self._note = ""
        self._unlaid = False
        """It reads differently, and its lines do not say so yet."""
        self._last_begins = 0
        """The line that the last message begins with."""
        self._to_last = False

    # Data in

    def show(self, row: ExchangeRow | None, at: float) -> None:
        at_once(self.showing(row, at))

    def showing(self, row: ExchangeRow | None, at: float) -> Steps[None]:
        before, self.row, self.look = self.row, row, self.look.at(at)
        if row is None or row.id != self._exchange:
            self._start(row)
        fresh = row is not None and self._read(row.id)
        self._unlaid |= fresh or row != before  # a long text is not laid out ten times a second
        yield
        if self._unlaid:
            yield from self._composing()

    def _start(self, row: ExchangeRow | None) -> None:
        self._exchange = row.id if row is not None else None
        self._offset, self._blocks, self._note = 0, [], ""
        self._begin()
        self.unfolded = False

    def _begin(self) -> None:
        """An answer that runs is followed at its end, one that ended is read from its beginning.

        Of a prompt the last message comes first; all before it is above.
        """
        self._to_last = self.part == "prompt"
        self.following = self.part == "answer" and self.row is not None and self.row.live
        self._lines = []
        self.look_at(0)

    def _read(self, exchange: ExchangeId) -> bool:
        """Whether there was anything new."""
        page, note = self._reads.transcript(exchange, self._offset), self._note
        self._offset = page.next_offset
        cut = "text.cut" if page.revision and not page.complete else ""
        self._note = "text.coming" if page.coming else cut if page.kept else "text.off"
        for passage in page.passages:
            self._take(passage)
        return bool(page.passages) or self._note != note

    def _take(self, passage: Passage) -> None:
        last = self._blocks[-1] if self._blocks else None
        if last is None or last.kind != passage.kind or passage.kind == "prompt":
            last = Block(passage.kind, passage.role, Wrapped(self._width))
            self._blocks.append(last)
        last.feed(passage.text)

    @property
    def _width(self) -> int:
        return max(10, self.inside.width - 1)

    # Lines

    def _compose_lines(self) -> None:
        at_once(self._composing())

    def _composing(self) -> Steps[None]:
        yield from self.setting(self._lines_of_part())
        if self._to_last and self._blocks:
            self._to_last = False
            self.look_at(self._last_begins)
            self.send_changed()
        self._unlaid = False

    def _lines_of_part(self) -> list[Line]:
        if self.row is None:
            return []
        wanted = ("prompt",) if self.part == "prompt" else ("thought", "answer", "call")
        lines: list[Line] = [((self.look.words(self._note), "dim"),)] if self._note else []
        for block in self._blocks:
            if block.kind in wanted:
                self._last_begins = len(lines)
                lines += self._block_lines(block)
        return [*lines, *self._end(bool(lines))]

    def _end(self, any_lines: bool) -> list[Line]:
        """The error of a failed exchange, where its texts are, or that there is nothing."""
        row, lines = self.row, list[Line]()
        if row is not None and row.elsewhere:
            where = where_its_texts_are(row, self._reads, self.look)
            lines = [((text, "dim"),) for text in wrap(where, self._width)]
        if self.part == "answer" and row is not None and (error := error_of(row, self.look)):
            return [*lines, (), *(((text, "bad"),) for text in wrap(error, self._width))]
        if lines:
            return lines
        return [] if any_lines else [((self.look.words("text.none"), "dim"),)]

    def _block_lines(self, block: Block) -> list[Line]:
        tone, glyphs, word = _TONES.get(block.kind, "plain"), self.look.glyphs, self.look.words
        if block.kind == "thought" and not self.unfolded:
            return [((f"{glyphs.folded} {word('think.folded', n=block.length)}", "dim"),)]
        head: list[Line] = []
        if block.kind == "thought":
            head = [((f"{glyphs.unfolded} {word('think.open')}", "dim"),)]
        elif block.role:
            head = [((plain(block.role), "accent"),)]
        body: list[Line] = [((text, tone),) for text in block.wrapped.lines]
        if self._streams(block) and body:
            body[-1] = (*body[-1], (glyphs.cursor, "accent"))
        return [*head, *body]

    def _streams(self, block: Block) -> bool:
        return self.row is not None and self.row.live and block is self._blocks[-1] and block.kind == "answer"

    def wrap_again(self) -> None:
        for block in self._blocks:
            texts, block.wrapped = block.texts, Wrapped(self._width)
            block.wrapped.feed("".join(texts))
        self._compose_lines()
        self.post_message(self.Stood())

    @property
    def text(self) -> str:
        """The answer without thoughts, or the prompt, for copying."""
        between = "\n\n" if self.part == "prompt" else ""
        return between.join("".join(block.texts) for block in self._blocks if block.kind == self.part)

    # Moving

    def stands(self) -> str:
        if self.following and self.overflows:
            return self.look.words("title.follow")
        return super().stands()

    def choose(self, part: Part) -> None:
        self.part = part
        self._begin()
        self._compose_lines()

    def scrolled_to(self, y: int) -> None:
        self.following = self.part == "answer" and y >= self.max_scroll_y
        super().scrolled_to(y)
        self.post_message(self.Stood())

    def action_follow(self) -> None:
        self.following = not self.following
        if self.following:
            self.look_at(self.max_scroll_y)
        self.send_changed()
        self.post_message(self.Stood())

    def action_fold(self) -> None:
        self.unfolded = not self.unfolded
        self._compose_lines()
