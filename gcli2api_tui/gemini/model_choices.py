"""Which models there are to choose from: the names that lists show, one for each purpose, and those that draw.

In: the catalogue, the backends there are, today. Out: names. Every name listed can be asked for. Nothing else in the
project names a model: ids end, and each pool serves others. Google's lists do not say who draws, but all that do are
named so. Pure.
"""

import re
from collections.abc import Collection, Sequence

from gcli2api_tui.gemini.abilities import UNKNOWN, is_branch, version_of
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_names import names_of, resolve

_PROBED = ("cheap", "fast", "best", "")
_MOST_PROBES = 6
_NOT_STABLE = re.compile(r"-(?:preview|latest)(?=-|$)")
_DRAWS = re.compile(r"-image(?=-|$)")
_PREVIEW = re.compile(r"-preview(?=-|$)")


def listed(catalogue: Catalogue, backends: Collection[str], *, variants: bool = False, day: str = "") -> list[str]:
    """Models that one of the backends serves (all of them while there is none), then the aliases that lead to them.

    Not those that have ended there by `day`, today as YYYY-MM-DD: they can still be asked for.

    With `variants` the models' names with one wish each follow. An alias may also lead to a model that passes unknown.
    """
    shown = ((name, model) for name, model in catalogue.models.items() if name not in catalogue.unlisted)
    models = [name for name, model in shown if _serves(model, backends, day)]
    # An exact id wins over an alias, and is in the list already.
    others = (name for name in catalogue.aliases if name not in catalogue.models)
    names = models + [name for name in others if _leads_to(resolve(name, catalogue).model, catalogue, models)]
    if variants:
        names += (name for model in models for name in names_of(catalogue.models[model]) if name not in names)
    return names


def _serves(model: Model, backends: Collection[str], day: str) -> bool:
    return (not backends or not model.backends.isdisjoint(backends)) and not model.over(backends, day)


def _leads_to(model: Model, catalogue: Catalogue, models: Collection[str]) -> bool:
    return model.id in models or model.id not in catalogue.models


def suggested(catalogue: Catalogue, names: Sequence[str]) -> dict[str, str]:
    """Role → a model, from `names`: as the files rank them, else by what a name says, else any that chats.

    The same for several roles where there are few, "" where there is none.
    """
    served = [name for name in names if name in catalogue.models and catalogue.models[name].chats]
    fast = _of("fast", catalogue, served) or _of("best", catalogue, served) or next(iter(served), "")
    best, cheap = _of("best", catalogue, served) or fast, _of("cheap", catalogue, served) or fast
    return {"best": best, "fast": fast, "cheap": cheap}


def likely(catalogue: Catalogue, day: str) -> dict[str, str]:
    """The same where nothing is known to be served yet: of all that some backend has on that day."""
    backends = frozenset[str]().union(*(model.backends for model in catalogue.models.values()))
    return suggested(catalogue, listed(catalogue, backends, day=day))


def probes(catalogue: Catalogue, backend: str, day: str) -> list[str]:
    """A few models that the backend should have on that day: no previews, cheap ones first.

    Of several roles and ages, so that no single end takes all of them.
    """
    alive = [
        model
        for model in catalogue.models.values()
        if backend in model.backends and model.chats and not model.ended(backend, day)
    ]
    stable = [model for model in alive if not _NOT_STABLE.search(model.id)] or alive
    ranked = sorted(stable, key=lambda model: _PROBED.index(model.role))
    return [model.id for model in ranked[:_MOST_PROBES]]


def _of(role: str, catalogue: Catalogue, served: Collection[str]) -> str:
    told = (name for name in served if catalogue.models[name].role == role)
    guessed = (name for name in served if not catalogue.models[name].role and _guessed_role(name) == role)
    return next(told, "") or next(guessed, "")


def _guessed_role(model: str) -> str:
    """What a model of this name is for, as far as Google's words for its families say; "" where they do not."""
    if is_branch(model) or version_of(model) == UNKNOWN:
        return ""
    parts = model.split("-")
    return next((role for word, role in (("lite", "cheap"), ("flash", "fast"), ("pro", "best")) if word in parts), "")


def draws(model: str) -> bool:
    """By its id."""
    return bool(_DRAWS.search(model))


def who_draws(catalogue: Catalogue, names: Sequence[str]) -> list[str]:
    """Those of `names` that draw, the one to take first: the newest, no preview, of two as new the quicker."""
    found = [name for name in names if name in catalogue.models and draws(name)]
    return sorted(found, key=lambda name: (bool(_PREVIEW.search(name)), _older(name), "flash" not in name))


def _older(name: str) -> tuple[int, ...]:
    return tuple(-number for number in version_of(name))
