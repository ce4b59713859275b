"""Stop sequences, found in the text as it comes.

Google ends an answer at one without saying so, and Anthropic's clients are told which it was: so Google does not get
them, and the text is cut here. Invariant: whatever the pieces the text comes in, what is let through is the same.
"""

from collections.abc import Sequence


class Stops:
    """Holds back the end of the text while it may be the beginning of a sequence."""

    __slots__ = ("_held", "_sequences", "found")

    def __init__(self, sequences: Sequence[str]) -> None:
        self.found = ""
        """The sequence that ended the text; nothing is let through after it."""
        self._sequences = sequences
        self._held = ""

    def feed(self, text: str) -> str:
        """The text that can be shown now."""
        if self.found or not self._sequences:
            return "" if self.found else text
        text = self._held + text
        # The one that is complete first, as if the text came letter by letter.
        ends = [(at + len(one), at, one) for one in self._sequences if (at := text.find(one)) >= 0]
        if ends:
            _, at, self.found = min(ends)
            self._held = ""
            return text[:at]
        held = max((_overlap(text, one) for one in self._sequences), default=0)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def flush(self) -> str:
        """What was held back: no sequence came of it."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, sequence: str) -> int:
    """How much of the end of `text` could begin the sequence."""
    longest = min(len(text), len(sequence) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(sequence[:size])), 0)
