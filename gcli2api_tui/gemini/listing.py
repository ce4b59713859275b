"""The names that lists of models show. In: the catalogue and the backends there are. Out: names, models first.

Every name listed can be asked for.
"""

from collections.abc import Collection

from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.variants import resolve


def listed(catalogue: Catalogue, backends: Collection[str]) -> list[str]:
    """Models that one of the backends serves (all of them while there is none), then the aliases that lead to them."""
    models = [name for name, model in catalogue.models.items() if not backends or model.backends.intersection(backends)]
    # An exact id wins over an alias, and is in the list already.
    others = (name for name in catalogue.aliases if name not in catalogue.models)
    return models + [name for name in others if resolve(name, catalogue).model.id in models]
