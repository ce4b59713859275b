"""models.toml: text in, checked entries out. What is wrong is told with the model, the field and the way out."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.gemini.abilities import LEVELS
from gcli2api_tui.messages.message import Message, say

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What can be the id of one of Google's models."""

BACKENDS = ("gemini-api", "vertex", "code-assist")
ROLES = ("best", "fast", "cheap")
STYLES = ("budget", "level", "none")

FIELDS: Mapping[str, type] = {
    "id": str,
    "backends": list,
    "input_limit": int,
    "output_limit": int,
    "thinking": str,
    "levels": list,
    "min": int,
    "max": int,
    "zero_ok": bool,
    "wire_id": dict,
    "version": str,
    "role": str,
    "ends": dict,
    "successor": str,
}
_VERSION = re.compile(r"\d{1,3}(\.\d{1,3})?")
_KINDS = {
    str: say("file.a_text"),
    list: say("file.a_list"),
    int: say("file.a_number"),
    bool: say("file.a_bool"),
    dict: say("file.a_table"),
}
_LARGEST = 1_000_000_000


def read_entries(text: str) -> list[dict[str, Any]]:
    """The entries, each with fields of the right kinds and known names. Raises SettingsFault."""
    try:
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _fault(say("file.models_toml", error=str(error)), say("file.mend_line")) from error
    entries = file.pop("model", [])
    if file or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        wrong = next(iter(file), "model")
        raise _fault(say("file.not_understood", name=wrong), say("file.each_model"))
    for entry in entries:
        _check(entry)
    return entries


def _check(entry: dict[str, Any]) -> None:
    name = say("file.the_model", id=str(entry["id"])) if entry.get("id") else say("file.a_model")
    _check_fields(entry, name)
    _check_names(entry, name)
    _check_thinking(entry, name)
    _check_life(entry, name)


def _check_fields(entry: dict[str, Any], name: Message) -> None:
    for field, value in entry.items():
        kind = FIELDS.get(field)
        if kind is None:
            raise _fault(say("file.no_field", what=name, field=field), say("file.fields", names=", ".join(FIELDS)))
        if not _fits(value, kind):
            raise _fault(say("file.wrong_field", what=name, field=field), say("file.write", kind=_KINDS[kind]))
    for field in ("id", "backends"):
        if not entry.get(field):
            raise _fault(say("file.lacks", what=name, field=field), say("file.needs"))


def _fits(value: object, kind: type) -> bool:
    """Numbers are counts; lists and tables hold texts."""
    if isinstance(value, list | dict):
        inside = value.values() if isinstance(value, dict) else value
        return isinstance(value, kind) and all(isinstance(one, str) for one in inside)
    return type(value) is kind and not (isinstance(value, int) and not 0 <= value <= _LARGEST)


def _check_names(entry: dict[str, Any], name: Message) -> None:
    for text in (entry["id"], *entry.get("wire_id", {}).values(), entry.get("successor", "") or entry["id"]):
        if not ID.fullmatch(text):
            raise _fault(say("file.bad_id", what=name, id=text), say("file.letters"))
    for field in ("backends", "wire_id", "ends"):
        for backend in entry.get(field, ()):
            if backend not in BACKENDS:
                raise _fault(
                    say("file.names", what=name, backend=backend, field=field),
                    say("file.backends", names=", ".join(BACKENDS)),
                )


def _check_thinking(entry: dict[str, Any], name: Message) -> None:
    style, levels = entry.get("thinking", "none"), entry.get("levels", [])
    if style not in STYLES:
        raise _fault(say("file.wrong_thinking", what=name, value=style), say("file.one_of", names=", ".join(STYLES)))
    if levels != [level for level in LEVELS if level in levels] or bool(levels) != (style == "level"):
        way_out = say("file.levels", names=", ".join(LEVELS))
        raise _fault(say("file.wrong_levels", what=name), way_out)
    if style == "budget" and not entry.get("min", 0) <= entry.get("max", 0) != 0:
        raise _fault(say("file.wrong_max", what=name), say("file.budget"))


def _check_life(entry: dict[str, Any], name: Message) -> None:
    if entry.get("role", ROLES[0]) not in ROLES:
        raise _fault(say("file.wrong_role", what=name, value=entry["role"]), say("file.one_of", names=", ".join(ROLES)))
    if not _VERSION.fullmatch(entry.get("version", "0")):
        raise _fault(say("file.wrong_version", what=name, value=entry["version"]), say("file.version"))
    for day in entry.get("ends", {}).values():
        if not _is_day(day):
            raise _fault(say("file.wrong_day", what=name, day=day), say("file.day"))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fault(message: Message, way_out: Message) -> SettingsFault:
    return SettingsFault(message, key="models.toml", way_out=way_out)
