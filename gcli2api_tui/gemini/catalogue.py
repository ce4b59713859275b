"""The models we know: what each can do, and which backend serves it; and models.toml, from which they are read.

In: the text of the packaged file and of the person's own; what is wrong in it is told with the model, the field and the
way out. Out: a Catalogue, which Google's lists then bring up to date (model_discovery.py). Pure and immutable: what is
learned makes a new one.
"""

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import date
from typing import Protocol

from gcli2api_tui.events.problems import ClientFault, SettingsFault
from gcli2api_tui.gemini.abilities import LEVELS, UNKNOWN, Abilities, ModelEntry, Version, by_file, by_name, version_of
from gcli2api_tui.messages.message import Message, in_a_row, quoted, say
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """One base model."""

    id: str
    backends: frozenset[str]
    input_limit: int = 1_048_576
    output_limit: int = 65_536
    abilities: Abilities = Abilities()
    """By its name and the files; what refusals taught is not in it."""
    wire_id: Mapping[str, str] = field(default_factory=dict)
    """Backend name → the id it uses on the wire, where that differs."""
    methods: tuple[str, ...] = ("generateContent", "countTokens")
    """Google's names for what can be asked of it."""
    thinks: bool = False
    """Google says that it thinks, though nothing is known about how to control that."""
    own: bool = False
    """From the person's own file: Google's lists change nothing about it."""
    version: Version = UNKNOWN
    """Of Gemini: by it go the rules that all models of a generation share."""
    role: str = ""
    """What it is suggested for: best, fast or cheap."""
    ends: Mapping[str, str] = field(default_factory=dict)
    """Backend name → the day, as YYYY-MM-DD, from which Google serves it there no more."""
    successor: str = ""
    """The id that Google names for the time after."""

    def on_wire(self, backend: str) -> str:
        return self.wire_id.get(backend, self.id)

    @property
    def longest_answer(self) -> int:
        """Tokens of one answer: where it comes in hops, all of them share one window with the prompt."""
        return max(self.output_limit, self.input_limit) if self.abilities.long_decode else self.output_limit

    @property
    def chats(self) -> bool:
        """It answers; other models only embed."""
        return "generateContent" in self.methods

    def ended(self, backend: str, day: str) -> bool:
        """Whether Google's date for the model there has come; `day` as YYYY-MM-DD."""
        return day >= self.ends.get(backend, "9999")

    def over(self, backends: Collection[str], day: str) -> bool:
        """Whether it has ended on all of these backends that served it; where none of them did, on all."""
        return all(self.ended(backend, day) for backend in self._serving(backends))

    def last_day(self, backends: Collection[str]) -> str:
        """The day from which none of these backends serves it, as YYYY-MM-DD; "" while one of them tells no date."""
        if not self.ends:
            return ""
        days = [self.ends.get(backend, "") for backend in self._serving(backends)]
        return max(days, default="") if all(days) else ""

    def _serving(self, backends: Collection[str]) -> Collection[str]:
        return self.backends.intersection(backends) or self.backends


def named(name: str, backends: frozenset[str]) -> Model:
    """A model of which nothing is known but its name: what all of its generation take, it takes."""
    return Model(name, backends, abilities=by_name(name), version=version_of(name))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models by id, in the order of the files."""

    models: Mapping[str, Model]
    aliases: Mapping[str, str] = field(default_factory=dict)
    """The person's own names → ids or variants of them (model_variants.py)."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """The same for names with a `*` in them, the longest first; no list shows them."""
    pass_unknown: bool = False
    """Names that are not here go to Google as they are."""
    unlisted: frozenset[str] = frozenset()
    """Ids that no list of Google's names now: they can be asked for, and are not shown."""

    def resolve(self, requested: str) -> Model:
        """The model a client means. Raises ClientFault 404 that names the nearest ids.

        With `pass_unknown` any name that could be one of Google's is a model of every backend, with what its name
        tells.
        `models/x` is what Gemini clients write and means x.
        """
        name = requested.removeprefix("models/")
        if model := self.models.get(name):
            return model
        if self.pass_unknown and ID.fullmatch(name):
            return named(name, frozenset[str]().union(*(known.backends for known in self.models.values())))
        near = difflib.get_close_matches(name, [*self.models, *self.aliases], n=3, cutoff=0.4)
        raise ClientFault(
            say("model.none", model=requested),
            param="model",
            status=404,
            code="model_not_found",
            way_out=say("model.near", names=" or ".join(near)) if near else say("model.all"),
        )


class HoldsCatalogue(Protocol):
    """Who has the catalogue of now: it is replaced as a whole, so who asks keeps the holder and not the catalogue."""

    @property
    def catalogue(self) -> Catalogue: ...


def abilities_of(model: str, catalogue: Catalogue) -> Abilities:
    """Of a model of the catalogue, or by the name alone of one that passes unknown."""
    known = catalogue.models.get(model)
    return known.abilities if known else by_name(model)


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
