"""Where a continued answer goes on: what it repeats of the text before it is left out.

In: the text so far, then its continuation in pieces of any size. Out: the continuation less the overlap, each
character as soon as it is certain. Nothing else is ever left out. An overlap that is short, or made of few different
characters, may be chance (`ha` and `ha`, two lines of dashes), and stays.
"""

FEWEST_BYTES = 16
FEWEST_CHARACTERS = 6
"""Different ones."""


class OverlapTrimmer:
    """Holds the continuation back while it may still be repeating."""

    def __init__(self, said: str) -> None:
        self._said = mended(said)
        self._held = ""
        self._closed = False

    def feed(self, text: str) -> str:
        """The text that is new for certain."""
        if self._closed:
            return text
        self._held = mended(self._held + text)
        if _half(self._held) or self._held in self._said:
            return ""
        return self.flush()

    def flush(self) -> str:
        """No more will come to compare: what is new in the text held back."""
        held, self._held, self._closed = self._held, "", True
        return held[overlap(self._said, held) :]


def overlap(said: str, more: str) -> int:
    """How many characters at the start of `more` repeat the end of `said`; 0 where that may be chance."""
    longest = _longest(said, more)
    repeated = more[:longest]
    weighs = len(repeated.encode("utf-8", "surrogatepass"))
    return longest if weighs >= FEWEST_BYTES and len(set(repeated)) >= FEWEST_CHARACTERS else 0


def mended(text: str) -> str:
    """Two halves of a character as one; a half that stands alone stays."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _half(text: str) -> bool:
    return "\ud800" <= text[-1:] <= "\udbff"


def _longest(said: str, more: str) -> int:
    """The longest start of `more` that `said` ends with, in linear time (Knuth, Morris and Pratt)."""
    shorter = [0]
    for position in range(1, len(more)):
        shorter.append(_step(more, shorter, shorter[-1], more[position]))
    fits = 0
    for character in said[-len(more) :] if more else "":
        fits = _step(more, shorter, fits, character)
    return fits


def _step(more: str, shorter: list[int], fits: int, character: str) -> int:
    """How much of `more` fits after one more character; `shorter` says what still fits where it breaks."""
    while fits and (fits == len(more) or more[fits] != character):
        fits = shorter[fits - 1]
    return fits + 1 if more[fits] == character else 0
