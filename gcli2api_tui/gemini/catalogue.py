"""The models we know: what each can do, and which backend serves it.

Read from the packaged models.toml and the person's own (model_file.py), then brought up to date with Google's lists
(offers.py). Pure and immutable: what is learned makes a new catalogue.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.model_file import ID, read_entries

ThinkingStyle = Literal["budget", "level", "none"]


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
    methods: tuple[str, ...] = ("generateContent", "countTokens")
    """Google's names for what can be asked of it."""
    thinks: bool = False
    """Google says that it thinks, though nothing is known about how to control that."""
    own: bool = False
    """From the person's own file: Google's lists change nothing about it."""

    def on_wire(self, backend: str) -> str:
        return self.wire_id.get(backend, self.id)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models by id, in the order of the files."""

    models: Mapping[str, Model]
    aliases: Mapping[str, str] = field(default_factory=dict)
    """The person's own names → ids or variants of them (aliases.py)."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """The same for names with a `*` in them, the longest first; no list shows them."""
    pass_unknown: bool = False
    """Names that are not here go to Google as they are."""
    unlisted: frozenset[str] = frozenset()
    """Ids that no list of Google's names now: they can be asked for, and are not shown."""

    def resolve(self, requested: str) -> Model:
        """The model a client means. Raises ClientFault 404 that names the nearest ids.

        With `pass_unknown` any name that could be one of Google's is a model of every backend, without a control of
        its thinking: nothing is known about it.
        `models/x` is what Gemini clients write and means x.
        """
        name = requested.removeprefix("models/")
        if model := self.models.get(name):
            return model
        if self.pass_unknown and ID.fullmatch(name):
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


def read_catalogue(packaged: str, own: str = "") -> Catalogue:
    """The packaged models, and the person's own: they replace those of the same id. Raises SettingsFault."""
    models = [_model(entry, own=False) for entry in read_entries(packaged)]
    models += (_model(entry, own=True) for entry in read_entries(own))
    return Catalogue({model.id: model for model in models})


def _model(entry: Mapping[str, Any], *, own: bool) -> Model:
    return Model(
        id=entry["id"],
        backends=frozenset(entry["backends"]),
        input_limit=entry.get("input_limit", 1_048_576),
        output_limit=entry.get("output_limit", 65_536),
        thinking=entry.get("thinking", "none"),
        levels=tuple(entry.get("levels", ())),
        budget_min=entry.get("min", 0),
        budget_max=entry.get("max", 0),
        zero_ok=entry.get("zero_ok", False),
        wire_id=entry.get("wire_id", {}),
        own=own,
    )
