"""The models we know: what each can do, and which backend serves it.

A Catalogue is read from models.toml (models_toml.py), and Google's lists bring it up to date (model_discovery.py). Pure
and immutable: what is learned makes a new one.
"""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import field
from typing import Protocol

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.abilities import UNKNOWN, Abilities, Version, by_name, version_of
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What can be the id of one of Google's models."""


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
    """The person's own names → ids or variants of them (model_names.py)."""
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
