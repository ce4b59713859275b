"""Which model to suggest for a purpose: the best, a fast and a cheap one of those that can be served now.

In: the catalogue and the names that lists show. Out: a name for each role. Nothing else in the project names a model:
ids end, and each pool serves others.
"""

import re
from collections.abc import Collection, Sequence

from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.listing import listed
from gcli2api_tui.gemini.versions import role_of

_PROBED = ("cheap", "fast", "best", "")
_MOST_PROBES = 6
_PREVIEW = re.compile(r"-(?:preview|latest)(?=-|$)")


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
    stable = [model for model in alive if not _PREVIEW.search(model.id)] or alive
    ranked = sorted(stable, key=lambda model: _PROBED.index(model.role))
    return [model.id for model in ranked[:_MOST_PROBES]]


def _of(role: str, catalogue: Catalogue, served: Collection[str]) -> str:
    told = (name for name in served if catalogue.models[name].role == role)
    guessed = (name for name in served if not catalogue.models[name].role and role_of(name) == role)
    return next(told, "") or next(guessed, "")
