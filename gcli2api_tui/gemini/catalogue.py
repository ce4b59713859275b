"""The models we know: what each can do, and which backend serves it.

Read from the packaged models.toml, overridden by id from the user's own. Pure: text in, records out.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gcli2api_tui.events.problems import ClientFault, SettingsFault

ThinkingStyle = Literal["budget", "level", "none"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Model:
    """One base model."""

    id: str
    backends: frozenset[str]
    input_limit: int = 1_048_576
    output_limit: int = 65_536
    thinking: ThinkingStyle = "none"
    levels: tuple[str, ...] = ()
    """For thinking = level, lowest first."""
    budget_min: int = 0
    budget_max: int = 0
    zero_ok: bool = False
    """Thinking can be switched off with a budget of 0."""
    wire_id: Mapping[str, str] = field(default_factory=dict)
    """Backend name → the id it uses on the wire, where that differs."""

    def on_wire(self, backend: str) -> str:
        return self.wire_id.get(backend, self.id)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models by id, in the order of the files."""

    models: Mapping[str, Model]
    aliases: Mapping[str, str] = field(default_factory=dict)
    """The person's own names → ids or variants of them (aliases.py)."""
    pass_unknown: bool = False
    """Names that are not here go to Google as they are."""

    def resolve(self, requested: str) -> Model:
        """The model a client means. Raises ClientFault 404 that names the nearest ids.

        With `pass_unknown` any name that could be one of Google's is a model of every backend, without a control of
        its thinking: nothing is known about it.
        `models/x` is what Gemini clients write and means x.
        """
        name = requested.removeprefix("models/")
        if model := self.models.get(name):
            return model
        if self.pass_unknown and _ID.fullmatch(name):
            return Model(name, frozenset[str]().union(*(known.backends for known in self.models.values())))
        near = difflib.get_close_matches(name, [*self.models, *self.aliases], n=3, cutoff=0.4)
        raise ClientFault(
            f"The model '{requested}' does not exist here.",
            param="model",
            status=404,
            code="model_not_found",
            way_out=f"Did you mean {' or '.join(near)}? GET /v1/models lists them all."
            if near
            else "GET /v1/models lists them all.",
        )


def read_catalogue(*texts: str) -> Catalogue:
    """Merge models.toml texts; later ones replace models of the same id. Raises SettingsFault on a bad entry."""
    models: dict[str, Model] = {}
    for text in texts:
        for entry in _entries(text):
            model = _model(entry)
            models[model.id] = model
    return Catalogue(models)


def _entries(text: str) -> Iterable[dict[str, Any]]:
    try:
        entries = tomllib.loads(text).get("model", [])
    except tomllib.TOMLDecodeError as error:
        raise SettingsFault(f"models.toml is not valid TOML: {error}.", key="models.toml") from error
    if not isinstance(entries, list):
        raise SettingsFault("Models are written as [[model]] tables.", key="models.toml")
    return entries


def _model(entry: dict[str, Any]) -> Model:
    try:
        return Model(
            id=str(entry["id"]),
            backends=frozenset(entry["backends"]),
            input_limit=int(entry.get("input_limit", 1_048_576)),
            output_limit=int(entry.get("output_limit", 65_536)),
            thinking=entry.get("thinking", "none"),
            levels=tuple(entry.get("levels", ())),
            budget_min=int(entry.get("min", 0)),
            budget_max=int(entry.get("max", 0)),
            zero_ok=bool(entry.get("zero_ok", False)),
            wire_id=dict(entry.get("wire_id", {})),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsFault(
            f"A model in models.toml is not complete: {error}.",
            key="models.toml",
            way_out="It needs id and backends.",
        ) from error
