"""What people type about credentials: which ones their words mean, and `key=value` for what is to change. Pure.

In: words, and what there is. Out: each credential once, in the order of the words; a word that fits none or several
is a Problem that lists who there is, and nothing is ever guessed. Or the changed credential: every value goes the way
of a vault file, so that what is taken here is what is read back, and nothing is half changed.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any

from gcli2api_tui.credentials import vault_format
from gcli2api_tui.credentials.credential import Credential, CredentialSettings
from gcli2api_tui.credentials.file_fields import Entry
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message, in_a_row, say
from gcli2api_tui.quick_dataclass import dataclass

LISTED = 10
"""Candidates in a message."""
OWN = ("label", "project")
SETTINGS = tuple(one.name for one in fields(CredentialSettings) if one.name != "enabled")
NOTHING = ("", "none")


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


def changed(credential: Credential, changes: Sequence[str], models: Collection[str]) -> Credential:
    """The credential with all changes. Raises Problem that names the key; `models` are those that are known."""
    content = json.loads(vault_format.encode(credential))
    for change in changes:
        key, value = _parsed(change)
        if key == "models":
            _require_known(value or [], models)
        (content if key in OWN else content["settings"])[key] = value
    try:
        return vault_format.decode(Entry(say("set.the_change"), content))
    except ImportRefused as refusal:
        key = refusal.field.removeprefix("settings.")
        raise Problem(say("set.of_key", name=key, said=refusal.message), refusal.way_out) from None


def _parsed(change: str) -> tuple[str, Any]:
    key, equals, text = change.partition("=")
    key, text = key.strip().replace("-", "_"), text.strip()
    if not equals or key not in (*OWN, *SETTINGS):
        way_out = say("set.expected", keys=", ".join((*OWN, *SETTINGS)))
        raise Problem(say("set.not_changed", name=key[:60]), way_out)  # without the value: it may hold a password
    return key, _READ.get(key, _text)(text)


def _text(text: str) -> str:
    return "" if text.lower() in NOTHING else text


def _number(text: str) -> float | int | str | None:
    """What is no number stays as it is, and is refused by its field."""
    if text.lower() in NOTHING:
        return None
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _weight(text: str) -> float | int | str | None:
    return 1.0 if text.lower() in NOTHING else _number(text)


def _names(text: str) -> list[str]:
    return [] if text.lower() in NOTHING else [name.strip() for name in text.split(",") if name.strip()]


_READ: dict[str, Callable[[str], object]] = {
    "weight": _weight,
    "daily_limit": _number,
    "max_in_flight": _number,
    "models": _names,
}


def _require_known(wanted: Sequence[str], models: Collection[str]) -> None:
    unknown = [name for name in wanted if name not in models]
    if unknown:
        raise Problem(
            say("set.unknown_models", names=", ".join(unknown)), say("set.known", names=", ".join(sorted(models)))
        )
