"""The names that lists of models show. In: the catalogue and the backends there are. Out: names, models first.

Every name listed can be asked for.
"""

from collections.abc import Collection

from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.variants import resolve


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
        names += (name for model in models for name in _wishes(catalogue.models[model]) if name not in names)
    return names


def _serves(model: Model, backends: Collection[str], day: str) -> bool:
    return (not backends or not model.backends.isdisjoint(backends)) and not model.over(backends, day)


def _leads_to(model: Model, catalogue: Catalogue, models: Collection[str]) -> bool:
    return model.id in models or model.id not in catalogue.models


def _wishes(model: Model) -> list[str]:
    """The model's name with one wish each, thinking only as far as the model can be told."""
    if not model.chats:
        return []
    efforts: list[str] = []
    if model.abilities.thinking == "level":
        efforts = [level.lower() for level in model.abilities.levels]
    elif model.abilities.thinking == "budget":
        efforts = [*(["nothinking"] if model.abilities.zero_ok else []), "low", "medium", "high", "maxthinking"]
    ways = [f"fake/{model.id}", f"full/{model.id}", f"{model.id}-search"]
    return ways + [f"{model.id}-{effort}" for effort in efforts]
