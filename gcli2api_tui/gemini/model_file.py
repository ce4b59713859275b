"""models.toml: text in, checked entries out. What is wrong is told with the model, the field and the way out."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from gcli2api_tui.events.problems import SettingsFault

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What can be the id of one of Google's models."""
THINKING_LEVELS = ("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH")
"""How hard Gemini 3 and later can think; each model takes some of them."""

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
    str: "a text",
    list: "a list of texts",
    int: "a whole number",
    bool: "true or false",
    dict: "a table of texts",
}
_LARGEST = 1_000_000_000


def read_entries(text: str) -> list[dict[str, object]]:
    """The entries, each with fields of the right kinds and known names. Raises SettingsFault."""
    try:
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _fault(f"models.toml is not valid TOML: {error}.", "Mend that line, or move the file away.") from error
    entries = file.pop("model", [])
    if file or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        wrong = next(iter(file), "model")
        raise _fault(
            f"'{wrong}' in models.toml is not understood.", "Write each model as a table that begins [[model]]."
        )
    for entry in entries:
        _check(entry)
    return entries


def _check(entry: dict[str, object]) -> None:
    name = f"The model '{entry['id']}' in models.toml" if entry.get("id") else "A model in models.toml"
    _check_fields(entry, name)
    _check_names(entry, name)
    _check_thinking(entry, name)
    _check_life(entry, name)


def _check_fields(entry: dict[str, object], name: str) -> None:
    for field, value in entry.items():
        kind = FIELDS.get(field)
        if kind is None:
            raise _fault(f"{name} has a field '{field}', which does not exist.", f"The fields are {', '.join(FIELDS)}.")
        if not _fits(value, kind):
            raise _fault(f"{name} has a wrong '{field}'.", f"Write {_KINDS[kind]}.")
    for field in ("id", "backends"):
        if not entry.get(field):
            raise _fault(f"{name} lacks '{field}'.", "It needs id and backends.")


def _fits(value: object, kind: type) -> bool:
    """Numbers are counts; lists and tables hold texts."""
    if isinstance(value, list | dict):
        inside = value.values() if isinstance(value, dict) else value
        return isinstance(value, kind) and all(isinstance(one, str) for one in inside)
    return type(value) is kind and not (isinstance(value, int) and not 0 <= value <= _LARGEST)


def _check_names(entry: dict[str, Any], name: str) -> None:
    for text in (entry["id"], *entry.get("wire_id", {}).values(), entry.get("successor", "") or entry["id"]):
        if not ID.fullmatch(text):
            raise _fault(
                f"{name} has an id that cannot be one of Google's: '{text}'.", "Letters, digits and . _ - only."
            )
    for field in ("backends", "wire_id", "ends"):
        for backend in entry.get(field, ()):
            if backend not in BACKENDS:
                raise _fault(f"{name} names '{backend}' in '{field}'.", f"Backends are {', '.join(BACKENDS)}.")


def _check_thinking(entry: dict[str, Any], name: str) -> None:
    style, levels = entry.get("thinking", "none"), entry.get("levels", [])
    if style not in STYLES:
        raise _fault(f"{name} has a wrong 'thinking': '{style}'.", f"It is one of {', '.join(STYLES)}.")
    if levels != [level for level in THINKING_LEVELS if level in levels] or bool(levels) != (style == "level"):
        way_out = f'With thinking = "level", and only then: some of {", ".join(THINKING_LEVELS)}, lowest first.'
        raise _fault(f"{name} has a wrong 'levels'.", way_out)
    if style == "budget" and not entry.get("min", 0) <= entry.get("max", 0) != 0:
        raise _fault(f"{name} has a wrong 'max'.", 'With thinking = "budget" it is a number of tokens, not below min.')


def _check_life(entry: dict[str, Any], name: str) -> None:
    if entry.get("role", ROLES[0]) not in ROLES:
        raise _fault(f"{name} has a wrong 'role': '{entry['role']}'.", f"It is one of {', '.join(ROLES)}.")
    if not _VERSION.fullmatch(entry.get("version", "0")):
        raise _fault(f"{name} has a wrong 'version': '{entry['version']}'.", 'Write it as "3.8".')
    for day in entry.get("ends", {}).values():
        if not _is_day(day):
            raise _fault(f"{name} has a wrong day in 'ends': '{day}'.", 'Write { gemini-api = "2026-12-01" }.')


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fault(message: str, way_out: str) -> SettingsFault:
    return SettingsFault(message, key="models.toml", way_out=way_out)
