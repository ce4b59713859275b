"""Which credentials a person means by the words they typed. Pure.

In: words, and what there is. Out: each credential once, in the order of the words. A word that fits none or several
is a Problem that lists who there is; nothing is ever guessed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import CredentialId

LISTED = 10
"""Candidates in a message."""


@dataclass(frozen=True, slots=True)
class Named:
    """A credential by all that a person may call it."""

    id: CredentialId
    label: str
    file: str

    @property
    def names(self) -> tuple[str, str, str, str]:
        return self.id, self.label, self.file, self.file.removesuffix(".json")


def select(words: Sequence[str], known: Sequence[Named], *, everything: bool = False) -> list[Named]:
    """By id, label or file name, or the beginning of one; all of them if `everything`."""
    if everything and words:
        raise Problem("Both names and --all were given.", "Give one of the two.")
    if everything:
        return list(known)
    if not words:
        raise Problem("No credential was named.", "Name one or more by label, id or file.")
    return list(dict.fromkeys(_one(word, known) for word in words))


def _one(word: str, known: Sequence[Named]) -> Named:
    """An exact name wins over the beginning of another, one in the same case over one that is not."""
    if not word.strip():
        raise Problem("An empty name was given.", "Name a credential by label, id or file.")
    for fits in _tests(word.strip()):
        found = [one for one in known if any(fits(name) for name in one.names)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Problem(f"'{word}' fits {len(found)} credentials: {_listed(found)}.", "Use the id in brackets.")
    if not known:
        raise Problem(f"'{word}' is no credential: there are none yet.", "`gcli2api-tui creds import` adds some.")
    raise Problem(f"'{word}' is no credential.", f"There are: {_listed(known)}.")


def _tests(word: str) -> tuple[Callable[[str], bool], ...]:
    low = word.casefold()
    return (
        lambda name: name == word,
        lambda name: name.casefold() == low,
        lambda name: name.casefold().startswith(low),
    )


def _listed(found: Iterable[Named]) -> str:
    names = [f"{one.label} ({one.id[:8]})" for one in found]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
