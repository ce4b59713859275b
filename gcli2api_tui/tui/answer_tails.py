"""The end of what each running exchange answers, kept up as it grows: for the dashboard and the wall.

In: how transcripts are read. Out: the last lines at a width. Read from an offset on and wrapped as it comes; only the
end is kept, so that an answer of megabytes costs no more than a short one. What ended is forgotten.
"""

from collections.abc import Collection
from dataclasses import dataclass

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.tui.exchange_reads import Reads
from gcli2api_tui.tui.paint.cells import fit_start, plain
from gcli2api_tui.tui.paint.wrap import Wrapped

KEPT = 6000
"""Characters: more than the tallest tile shows."""


@dataclass(slots=True)
class _Tail:
    offset: int = 0
    text: str = ""
    kind: str = ""
    wrapped: Wrapped | None = None
    """As soon as more than one line is asked for."""

    def feed(self, kind: str, text: str) -> None:
        """An answer takes the place of the thoughts before it."""
        if kind != self.kind and self.kind == "thought":
            self.text, self.wrapped = "", None
        self.kind, self.text = kind, self.text + text
        if len(self.text) > 2 * KEPT:
            self.text, self.wrapped = self.text[-KEPT:], None
        elif self.wrapped is not None:
            self.wrapped.feed(text)

    def lines(self, width: int) -> list[str]:
        if self.wrapped is None or self.wrapped.width != width:
            self.wrapped = Wrapped(width)
            self.wrapped.feed(self.text)
        return self.wrapped.lines


class Tails:
    """One for each widget that shows some; `lines` is a `paint.board_sections.Tail`."""

    def __init__(self, read: Reads) -> None:
        self._read = read
        self._tails: dict[ExchangeId, _Tail] = {}

    def keep(self, running: Collection[ExchangeId]) -> None:
        """Forget all others."""
        for gone in self._tails.keys() - set(running):
            del self._tails[gone]

    def lines(self, exchange: ExchangeId, width: int, most: int) -> list[str]:
        """The last lines; one alone ends in the last words, however short the last line is."""
        tail = self._tails.setdefault(exchange, _Tail())
        page = self._read(exchange, tail.offset)
        tail.offset = page.next_offset
        for passage in page.passages:
            if passage.kind != "prompt":
                tail.feed(passage.kind, passage.text)
        if not tail.text.strip():
            return []
        if most == 1:
            return [fit_start(plain(tail.text[-4 * width :].strip()), width).rstrip()]
        lines = tail.lines(max(2, width))[-most - 2 :]
        while lines and not lines[-1].strip():
            lines.pop()
        return lines[-most:]
