"""Which credentials a person means by the words they typed. Pure.

In: words, and what there is. Out: each credential once, in the order of the words. A word that fits none or several
is a Problem that lists who there is; nothing is ever guessed.
"""

from collections.abc import Callable, Iterable, Sequence

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message, in_a_row, say
from gcli2api_tui.quick_dataclass import dataclass

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
        raise Problem(say("pick.both"), say("pick.one_of_two"))
    if everything:
        return list(known)
    if not words:
        raise Problem(say("pick.no_name"), say("pick.name_some"))
    return list(dict.fromkeys(_one(word, known) for word in words))


def _one(word: str, known: Sequence[Named]) -> Named:
    """An exact name wins over the beginning of another, one in the same case over one that is not."""
    if not word.strip():
        raise Problem(say("pick.empty"), say("pick.name_one"))
    for fits in _tests(word.strip()):
        found = [one for one in known if any(fits(name) for name in one.names)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Problem(say("pick.several", word=word, count=len(found), names=_listed(found)), say("pick.use_id"))
    if not known:
        raise Problem(say("pick.none_yet", word=word), say("pick.import"))
    raise Problem(say("pick.none", word=word), say("pick.there_are", names=_listed(known)))


def _tests(word: str) -> tuple[Callable[[str], bool], ...]:
    low = word.casefold()
    return (
        lambda name: name == word,
        lambda name: name.casefold() == low,
        lambda name: name.casefold().startswith(low),
    )


def _listed(found: Iterable[Named]) -> Message:
    names = [say("pick.named", label=one.label, id=one.id[:8]) for one in found]
    first, more = in_a_row(*names[:LISTED]), len(names) - LISTED
    return say("pick.and_more", names=first, n=more) if more > 0 else first
