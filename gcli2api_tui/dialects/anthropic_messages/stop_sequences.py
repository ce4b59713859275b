"""Stop sequences, found in the text as it comes.

Google ends an answer at one without saying so, and Anthropic's clients are told which it was: so Google does not get
them, and the text is cut here. Invariants: whatever the pieces the text comes in, what is let through is the same;
a character of text costs the same however many sequences there are, and however long (Aho and Corasick's automaton).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import field

from gcli2api_tui.quick_dataclass import dataclass

MOST = 8_191
"""Anthropic's models on Bedrock take as many."""
MOST_CHARACTERS = 20_000
"""Of all sequences together: each is a state of the automaton."""


@dataclass(slots=True)
class _State:
    """The longest beginning of a sequence that the text ends with."""

    depth: int = 0
    next: dict[str, "_State"] = field(default_factory=dict)
    shorter: "_State | None" = None
    """The next shorter beginning that the text ends with, too; None at the start."""
    ended: str = ""
    """The longest sequence that is complete here."""


class Stops:
    """Holds back the end of the text while it may be the beginning of a sequence."""

    __slots__ = ("_held", "_start", "_state", "found")

    def __init__(self, sequences: Sequence[str]) -> None:
        self.found = ""
        """The sequence that ended the text; nothing is let through after it."""
        self._start = self._state = _automaton(sequences)
        self._held = ""

    def feed(self, text: str) -> str:
        """The text that can be shown now."""
        if self.found or not self._start.next:
            return "" if self.found else text
        for position, character in enumerate(text):
            self._state = _after(self._state, character)
            if self._state.ended:
                # The one that is complete first, as if the text came letter by letter.
                self.found = self._state.ended
                said, self._held = self._held + text[: position + 1], ""
                return said[: len(said) - len(self.found)]
        said = self._held + text
        self._held = said[len(said) - self._state.depth :]
        return said[: len(said) - self._state.depth]

    def flush(self) -> str:
        """What was held back: no sequence came of it."""
        held, self._held, self._state = self._held, "", self._start
        return held


def _after(state: _State, character: str) -> _State:
    """The state that one more character leads to."""
    while character not in state.next:
        if state.shorter is None:
            return state
        state = state.shorter
    return state.next[character]


def _automaton(sequences: Sequence[str]) -> _State:
    start = _State()
    for sequence in sequences:
        state = start
        for depth, character in enumerate(sequence, 1):
            state = state.next.setdefault(character, _State(depth))
        state.ended = sequence
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        for character, deeper in state.next.items():
            deeper.shorter = start if state.shorter is None else _after(state.shorter, character)
            deeper.ended = deeper.ended or deeper.shorter.ended
            waiting.append(deeper)
    return start
