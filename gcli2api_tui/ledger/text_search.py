"""Which of the kept exchanges hold a word, in prompt or answer, whatever its case; Chinese by piece.

In: words in lower case. Out: word → exchanges. It runs in a thread, one exchange after the other, so that the loop goes
on meanwhile. What was found is remembered until that exchange's text grows, and a longer word is looked for only where
its beginning was found: typing on costs little.
"""

import asyncio
import re
import threading
from collections.abc import Sequence

from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.transcripts import TranscriptRing

REMEMBERED = 16
"""Words."""

Seen = dict[ExchangeId, tuple[int, bool]]
"""Exchange → (revision of its text, whether it holds the word)."""


class TextSearch:
    """One for each ring."""

    def __init__(self, ring: TranscriptRing) -> None:
        self._ring = ring
        self._known: dict[str, Seen] = {}

    async def holding(self, words: Sequence[str]) -> dict[str, frozenset[ExchangeId]]:
        stop, found = threading.Event(), dict[str, Seen]()
        kept = self._ring.revisions()
        try:
            for word in words:
                before = self._before(word)
                found[word] = self._known[word] = await asyncio.to_thread(self._look, word, kept, before, stop)
        finally:
            stop.set()
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return {word: frozenset(one for one, (_, holds_it) in seen.items() if holds_it) for word, seen in found.items()}

    def _before(self, word: str) -> Seen:
        """What is known of the word; where that is nothing, of one that is in it: there only a no counts."""
        if (known := self._known.pop(word, None)) is not None:
            return known
        shorter = max((one for one in self._known if one in word), key=len, default="")
        return {one: seen for one, seen in self._known[shorter].items() if not seen[1]} if shorter else {}

    def _look(self, word: str, kept: dict[ExchangeId, int], before: Seen, stop: threading.Event) -> Seen:
        """In a thread; newest first."""
        found: Seen = {}
        for exchange, revision in reversed(kept.items()):
            if stop.is_set():
                break
            seen = before.get(exchange)
            if seen is None or seen[0] != revision:
                seen = (revision, holds(self._ring.text_of(exchange), word))
            found[exchange] = seen
        return found


def holds(text: str, word: str) -> bool:
    """Whatever its case. To fold a long Chinese text takes ten times as long as to look through it."""
    if word.lower() == word.upper():
        return word in text
    if text.isascii():
        return word in text.lower()
    return re.search(re.escape(word), text, re.IGNORECASE) is not None
