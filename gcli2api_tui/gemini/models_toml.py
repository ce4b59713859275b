"""models.toml: text in, a Catalogue out. Pure.

In: the packaged file and a person's own, whose models replace those of the same id. What is wrong in it is told with
the model, the field and the way out.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date

from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.gemini.abilities import LEVELS, ModelEntry, by_file, version_of
from gcli2api_tui.gemini.catalogue import ID, Catalogue, Model
from gcli2api_tui.messages.message import Message, in_a_row, quoted, say

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


def read_catalogue(packaged: str, own: str = "") -> Catalogue:
    """The packaged models, and the person's own: they replace those of the same id. Raises SettingsFault."""
    models = [_model(entry, own=False) for entry in read_entries(packaged)]
    models += (_model(entry, own=True) for entry in read_entries(own))
    known = {model.id: model for model in models}
    _refuse_circles({model.id: model.successor for model in known.values()})
    return Catalogue(known)


def _refuse_circles(successors: Mapping[str, str]) -> None:
    """A model cannot follow itself, over however many others. Raises SettingsFault that names them."""
    for model in successors:
        chain = [model]
        while (follows := successors.get(chain[-1])) and follows not in chain:
            chain.append(follows)
        if follows == model:
            names = in_a_row(*(quoted(name) for name in (*chain, model)))
            raise SettingsFault(say("file.circle", names=names), key="models.toml", way_out=say("file.break_circle"))


def _model(entry: ModelEntry, *, own: bool) -> Model:
    version = version_of(f"gemini-{entry['version']}" if "version" in entry else entry["id"])
    return Model(
        id=entry["id"],
        backends=frozenset(entry["backends"]),
        input_limit=entry.get("input_limit", 1_048_576),
        output_limit=entry.get("output_limit", 65_536),
        abilities=by_file(entry, version),
        wire_id=entry.get("wire_id", {}),
        own=own,
        version=version,
        role=entry.get("role", ""),
        ends=entry.get("ends", {}),
        successor=entry.get("successor", ""),
    )


def read_entries(text: str) -> list[ModelEntry]:
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


def _check(entry: ModelEntry) -> None:
    name = say("file.the_model", id=str(entry["id"])) if entry.get("id") else say("file.a_model")
    _check_fields(entry, name)
    _check_names(entry, name)
    _check_thinking(entry, name)
    _check_life(entry, name)


def _check_fields(entry: Mapping[str, object], name: Message) -> None:
    for key, value in entry.items():
        kind = FIELDS.get(key)
        if kind is None:
            raise _fault(say("file.no_field", what=name, field=key), say("file.fields", names=", ".join(FIELDS)))
        if not _fits(value, kind):
            raise _fault(say("file.wrong_field", what=name, field=key), say("file.write", kind=_KINDS[kind]))
    for key in ("id", "backends"):
        if not entry.get(key):
            raise _fault(say("file.lacks", what=name, field=key), say("file.needs"))


def _fits(value: object, kind: type) -> bool:
    """Numbers are counts; lists and tables hold texts."""
    if isinstance(value, list | dict):
        inside = value.values() if isinstance(value, dict) else value
        return isinstance(value, kind) and all(isinstance(one, str) for one in inside)
    return type(value) is kind and not (isinstance(value, int) and not 0 <= value <= _LARGEST)


def _check_names(entry: ModelEntry, name: Message) -> None:
    for text in (entry["id"], *entry.get("wire_id", {}).values(), entry.get("successor", "") or entry["id"]):
        if not ID.fullmatch(text):
            raise _fault(say("file.bad_id", what=name, id=text), say("file.letters"))
    backends = entry["backends"], entry.get("wire_id", {}), entry.get("ends", {})
    for key, given in zip(("backends", "wire_id", "ends"), backends, strict=True):
        for backend in given:
            if backend not in BACKENDS:
                raise _fault(
                    say("file.names", what=name, backend=backend, field=key),
                    say("file.backends", names=", ".join(BACKENDS)),
                )


def _check_thinking(entry: ModelEntry, name: Message) -> None:
    style, levels = entry.get("thinking", "none"), entry.get("levels", [])
    if style not in STYLES:
        raise _fault(say("file.wrong_thinking", what=name, value=style), say("file.one_of", names=", ".join(STYLES)))
    if levels != [level for level in LEVELS if level in levels] or bool(levels) != (style == "level"):
        way_out = say("file.levels", names=", ".join(LEVELS))
        raise _fault(say("file.wrong_levels", what=name), way_out)
    if style == "budget" and not entry.get("min", 0) <= entry.get("max", 0) != 0:
        raise _fault(say("file.wrong_max", what=name), say("file.budget"))


def _check_life(entry: ModelEntry, name: Message) -> None:
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
