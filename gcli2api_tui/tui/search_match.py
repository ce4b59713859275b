"""What a search means: every word of it is found, in any order; what fits better stands earlier. Pure."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")
FEW = 3
"""A word this long may also be found with gaps (`crdt` is credentials); two letters would fit nearly everything."""


def found(search: str, things: Iterable[Thing], said: Callable[[Thing], str]) -> list[Thing]:
    """Those that fit, the best first; equally good ones stay in their order."""
    ranked = [(rank, thing) for thing in things if (rank := fits(search, said(thing))) is not None]
    return [thing for _, thing in sorted(ranked, key=lambda pair: pair[0])]


def fits(search: str, text: str) -> int | None:
    """How far `text` is from what was searched; None where some word is not in it."""
    ranks = [_word(word, text.casefold()) for word in search.casefold().split()]
    known = [rank for rank in ranks if rank is not None]
    return sum(known) if len(known) == len(ranks) else None


def _word(word: str, text: str) -> int | None:
    at = text.find(word)
    if at == 0:
        return 0
    if at > 0:
        return 2 if text[at - 1].isalnum() and f" {word}" not in text else 1
    return 6 if len(word) >= FEW and _with_gaps(word, text) else None


def _with_gaps(word: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)
