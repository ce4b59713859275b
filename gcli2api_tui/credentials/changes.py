"""`key=value` from a command line to a changed credential. Pure.

Every value goes the way of a vault file, so that what is taken here is what is read back. Nothing is half changed.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields
from typing import Any

from gcli2api_tui.credentials import vault_file
from gcli2api_tui.credentials.credential import Credential, CredentialSettings
from gcli2api_tui.credentials.file_fields import Entry
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.messages.message import say

OWN = ("label", "project")
SETTINGS = tuple(one.name for one in fields(CredentialSettings) if one.name != "enabled")
NOTHING = ("", "none")


def changed(credential: Credential, changes: Sequence[str], models: Collection[str]) -> Credential:
    """The credential with all changes. Raises Problem that names the key; `models` are those that are known."""
    content = json.loads(vault_file.encode(credential))
    for change in changes:
        key, value = _parsed(change)
        if key == "models":
            _require_known(value or [], models)
        (content if key in OWN else content["settings"])[key] = value
    try:
        return vault_file.decode(Entry(say("set.the_change"), content))
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


def _weight(text: str) -> Any:
    return 1.0 if text.lower() in NOTHING else _number(text)


def _names(text: str) -> list[str]:
    return [] if text.lower() in NOTHING else [name.strip() for name in text.split(",") if name.strip()]


_READ: dict[str, Callable[[str], Any]] = {
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
