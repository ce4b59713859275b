"""The line above the requests: filters to tap, the chosen one lit; at the right how the list stands, or what is wrong.

In: `offer` (the kept filters), `choose` (the filter as it is now), `note`. Out: `TappableLine.Tapped` with the filter's
text; KEEP asks to keep the present one.
"""

from gcli2api_tui.tui.choices import TappableLine
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, plain, spread, width_of
from gcli2api_tui.tui.paint.look import Look

PRESETS = ("", "is:live", "is:err", "st:429", "is:slow")
NAMES = ("all", "live", "err", "429", "slow")
KEEP = "+"
"""No filter has this text: it is offered while the present filter is none of the chips."""
LONGEST = 18
"""Cells of a kept filter."""


class Chips(TappableLine):
    def __init__(self, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self.chosen = ""
        self._kept: tuple[str, ...] = ()
        self._note = ""
        self._wrong = ""

    @property
    def texts(self) -> tuple[str, ...]:
        return (*PRESETS, *self._kept)

    def show(self, look: Look, chosen: str, kept: tuple[str, ...], note: str, wrong: str) -> None:
        """`wrong` takes the place of all: a slip in the filter."""
        self.look, self.chosen, self._kept, self._note, self._wrong = look, chosen, kept, note, wrong
        self.repaint()

    def turned(self, by: int) -> str:
        """The filter after the present one."""
        at = self.texts.index(self.chosen) if self.chosen in self.texts else -by
        return self.texts[(at + by) % len(self.texts)]

    def lines(self, width: int, height: int) -> list[Line]:
        if self._wrong:
            return [spread(((plain(self._wrong), "bad"),), (), width)]
        chips: Line = tuple(run for _, piece in self.pieces(width) for run in piece)
        note: Line = ((plain(self._note), "dim"),)
        return [spread(chips, note if width_of(chips) + width_of(note) <= width else (), width)]

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        """As many as fit; the chosen one always does."""
        pieces = [(text, self._piece(text, self._named(text))) for text in self.texts]
        if self.chosen not in self.texts:
            pieces.append((KEEP, ((self.look.words("chip.keep"), "key"), (" ", "plain"))))
        shown = [text for text, _ in pieces].index(self.chosen if self.chosen in self.texts else KEEP)
        while width_of(tuple(run for _, piece in pieces for run in piece)) > width and len(pieces) > 1:
            last = shown < len(pieces) - 1
            pieces.pop(-1 if last else 0)
            shown -= not last
        return pieces

    def _named(self, text: str) -> str:
        if text in PRESETS:
            return self.look.words(f"chip.{NAMES[PRESETS.index(text)]}")
        name = plain(text)
        return fit(name, LONGEST).rstrip() if width_of(((name, "plain"),)) > LONGEST else name

    def _piece(self, text: str, name: str) -> Line:
        tone: Tone = "chip" if text == self.chosen else "dim"
        return ((f" {name} ", tone),)
